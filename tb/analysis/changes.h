// SPDX-License-Identifier: Apache-2.0
// What of two runs came out otherwise: metrics, tasks, warnings.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "json/value.h"
#include "tb/result/warning.h"

namespace tb::analysis {

// How much a metric tells of a run as a whole.
enum class Weight : std::uint8_t { kHeadline, kFigure, kDetail };

struct MetricChange {
  std::string path;               // "irq_off_cycles.max"
  std::optional<std::int64_t> a;  // none: null, or not there
  std::optional<std::int64_t> b;
  Weight weight = Weight::kFigure;

  [[nodiscard]] std::string group() const { return path.substr(0, path.find('.')); }
  [[nodiscard]] std::optional<std::int64_t> difference() const;
  // Of A's value. None: A has none, or 0.
  [[nodiscard]] std::optional<double> percent() const;
  // 0 to 1: the difference, as a part of the larger value.
  [[nodiscard]] double share() const;
};

// Metrics that differ, the most relevant first: by weight, then by share. Places (hart, from) are none.
[[nodiscard]] std::vector<MetricChange> metric_changes(const json::Value& a, const json::Value& b);

// What a task got in one run, in cycles. None: no value.
struct TaskGot {
  std::int64_t run = 0;
  std::optional<std::int64_t> wait_p99, wait_max;
  bool ran = false;

  bool operator==(const TaskGot&) const = default;
};

struct TaskChange {
  std::string name;
  std::optional<TaskGot> a, b;  // none: that run has no such task, or it was never runnable

  // It is in one run only, or ran in one only.
  [[nodiscard]] bool won_or_lost() const { return !a || !b || a->ran != b->ran; }
};

// Tasks that got something else: those won or lost first, then those whose longest wait or run time changed most.
[[nodiscard]] std::vector<TaskChange> task_changes(const json::Value& a, const json::Value& b);

// Those of `here` for which `there` has none of that kind and hart, nor another one of that kind.
[[nodiscard]] std::vector<Warning> only_here(const std::vector<Warning>& here, const std::vector<Warning>& there);

}  // namespace tb::analysis
