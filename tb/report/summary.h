// SPDX-License-Identifier: Apache-2.0
// What the user reads on the terminal after a run, from its result.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "tb/result/stored.h"

namespace tb::report {

// A variant that was not run, and why not.
struct NotRun {
  std::string variant;
  std::string why;
};

// What all runs of a scenario have in common: "mc4: 4 harts at 100 MHz; scheduler qmap; seed 1; 60000 us simulated".
[[nodiscard]] std::string common_facts(const std::vector<StoredResult>& runs);

// One scenario's variants side by side: of what common_facts() leaves out what each had, and what it did to the machine.
struct Comparison {
  std::vector<std::vector<std::string>> rows{{""}, {"variant"}};  // two lines of titles first
  std::vector<bool> left{true};                                   // by column: names to the left, numbers to the right
  std::vector<std::string> notes;                                 // what the stars behind figures mean

  [[nodiscard]] std::string text() const;
};
[[nodiscard]] Comparison comparison(const std::vector<StoredResult>& runs, const std::vector<NotRun>& not_run = {});

// Where the host's time went, a line; with what there was to do. Empty if it was not measured.
[[nodiscard]] std::string profile_line(const StoredResult& run);

// Whether the skips of a run on RTL that is not the shipped one are exact, a line. Empty for the shipped one.
[[nodiscard]] std::string skip_check_line(const StoredResult& run);

// Outcome, directory, the command that opens the waves; for a failure each failed expectation and the replay command.
[[nodiscard]] std::string details(const StoredResult& run);

}  // namespace tb::report
