// SPDX-License-Identifier: Apache-2.0
// A moment of a run as users give it to --at.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "sim/hart_op.h"

namespace tb::config {

// A cycle, or a time with its unit (us, ms, s). Null: neither.
[[nodiscard]] std::optional<sim::Cycle> find_moment(const std::string& text, std::uint32_t clock_mhz);

// The same. Throws ConfigError: neither.
[[nodiscard]] sim::Cycle read_moment(const std::string& text, std::uint32_t clock_mhz);

}  // namespace tb::config
