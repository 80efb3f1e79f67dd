// SPDX-License-Identifier: Apache-2.0
// Names of metrics in a scenario: "irq_off_cycles.max", "tasks.hog.wait.p99".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tb/config/match_reader.h"
#include "tb/config/tree.h"

namespace tb::config {

// The metric that `value` names: one of `known`, or one of a task, whose name is checked when all tasks are known. Throws ConfigError
// with the nearest name; `kind` is added to the message after the name.
[[nodiscard]] std::string read_metric_name(const Tree& value, const std::string& path, const std::vector<std::string>& known,
                                           std::string_view kind, const ReadContext& in);

// The metrics that are columns of the table.
[[nodiscard]] std::vector<std::string> read_show(const Tree& list, const ReadContext& in);

}  // namespace tb::config
