// SPDX-License-Identifier: Apache-2.0
// Two runs against each other: what they were given, where their events part, what came out otherwise.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "json/value.h"
#include "log/parting.h"
#include "tb/analysis/changes.h"
#include "tb/analysis/inputs.h"
#include "tb/analysis/subject.h"

namespace tb::analysis {

struct ComparedRun {
  Subject run;
  std::uint64_t events = 0;  // in its log, verbose ones too
  json::Value metrics;       // computed from the log: both by this program
  std::vector<Warning> warnings;
};

struct RunComparison {
  ComparedRun a, b;
  std::vector<InputChange> inputs;
  event_log::Partings partings;
  std::vector<MetricChange> metrics;
  std::vector<TaskChange> tasks;
  std::vector<Warning> warnings_a, warnings_b;  // that only one has

  // All events of both are the same.
  [[nodiscard]] bool same() const { return !partings.event; }
};

inline constexpr std::size_t kContext = 3;  // events told before and after, unless asked otherwise

// Throws as read_run() does.
[[nodiscard]] RunComparison compare_runs(const std::filesystem::path& a, const std::filesystem::path& b,
                                         std::size_t context = kContext);

// A run in a line: its outcome, its machine, how long it is.
[[nodiscard]] std::string facts_text(const ComparedRun& side);
// Whether and where they part, in a few sentences.
[[nodiscard]] std::string verdict_text(const RunComparison& comparison);
// What of a task is in one run only; empty: nothing.
[[nodiscard]] std::string note_text(const TaskChange& change);
// What the hart of a parting ran, then and next: a line for both, A, B.
[[nodiscard]] std::vector<std::string> story_text(const event_log::Parting& parting);
// For a terminal: about a screen, or `full`: everything.
[[nodiscard]] std::string compare_text(const RunComparison& comparison, bool full);
// As configs/schema/compare.json describes it.
[[nodiscard]] json::Value compare_json(const RunComparison& comparison);

}  // namespace tb::analysis
