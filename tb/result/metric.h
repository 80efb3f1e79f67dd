// SPDX-License-Identifier: Apache-2.0
// Finds metrics in `metrics` of a result by their paths.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "json/value.h"

namespace tb {

// The number at the path, "irq_off_cycles.max"; nothing if it leads to none.
[[nodiscard]] std::optional<std::int64_t> metric_at(const json::Value& metrics, std::string_view path);
// The list `per_hart` below the path; empty if there is none.
[[nodiscard]] std::vector<std::int64_t> metric_per_hart(const json::Value& metrics, std::string_view path);

// Whether the metric is a time, which result.json has in cycles: the values of histograms, and those called so.
[[nodiscard]] bool is_time(std::string_view path);

}  // namespace tb
