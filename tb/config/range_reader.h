// SPDX-License-Identifier: Apache-2.0
// Reads numbers of which a scenario may leave the choice to the seed: N, or [least, most].
#pragma once

#include <string>
#include <string_view>

#include "tb/config/scenario.h"
#include "tb/config/strict_map.h"

namespace tb::config {

[[nodiscard]] NumberRange read_number_range(const Tree& value, std::string_view path, Range range);
// Of a key that the map's section declares a range for.
[[nodiscard]] NumberRange number_range(const StrictMap& map, std::string_view key);
[[nodiscard]] UsRange us_range(const StrictMap& map, std::string_view key);
[[nodiscard]] UsRange us_range_or(const StrictMap& map, std::string_view key, UsRange fallback);

}  // namespace tb::config
