// SPDX-License-Identifier: Apache-2.0
// Reads the values of an axis: [1, 2, 8], "2..64 step 2", "1..10000 log 9", "1..10000 log" (to sample from).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tb/campaign/study.h"
#include "tb/config/tree.h"

namespace tb::campaign {

struct AxisValues {
  std::vector<config::Tree> values;  // scalars; none: `span` is to be sampled
  std::optional<Span> span;          // they are integers
};

// An integer as written; nothing if the text is none.
[[nodiscard]] std::optional<std::int64_t> integer_of(std::string_view text);

// Throws ConfigError.
[[nodiscard]] AxisValues read_axis_values(const config::Tree& tree, const std::string& path);

// A number, a list of them, or A..B. Each once. Throws ConfigError.
[[nodiscard]] std::vector<std::uint64_t> read_seeds(const config::Tree& tree, const std::string& path);

}  // namespace tb::campaign
