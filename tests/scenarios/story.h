// SPDX-License-Identifier: Apache-2.0
// All shipped scenarios with their variants, and what a run of one tells, whatever machine it was on.
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "tests/scenarios/cosim_run.h"

namespace tb::test {

struct Case {
  std::string scenario;
  std::string variant;
};

void PrintTo(const Case& one, std::ostream* out);
// As the name of a test.
[[nodiscard]] std::string name_of(const Case& one);
// All but those of real time spans, which take too long.
[[nodiscard]] std::vector<Case> shipped_cases();

// What does not depend on cycles.
struct Story {
  std::string outcome, ending, exit_kind, exit_code, exit_reason, tasks_lost;
  std::size_t loads = 0;
  std::size_t unloads = 0;
  std::vector<std::string> exited;  // tasks that ended, by name
  std::vector<std::string> failed;  // expectations
};

[[nodiscard]] Story story_of(const CosimResult& run);

}  // namespace tb::test
