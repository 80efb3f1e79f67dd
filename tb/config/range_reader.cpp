// SPDX-License-Identifier: Apache-2.0
#include "tb/config/range_reader.h"

#include <fmt/format.h>

namespace tb::config {

NumberRange read_number_range(const Tree& value, std::string_view path, Range range) {
  if (!value.is_sequence()) {
    const std::int64_t number = read_integer(value, path, range);
    return {number, number};
  }
  if (value.items.size() != 2)
    throw ConfigError(value.place, path, fmt::format("expected [min, max], got a list of {}", value.items.size()));
  const NumberRange out{read_integer(value.items[0], path, range), read_integer(value.items[1], path, range)};
  if (out.min > out.max) throw ConfigError(value.place, path, fmt::format("[{}, {}] is empty", out.min, out.max));
  return out;
}

NumberRange number_range(const StrictMap& map, std::string_view key) {
  const Range range = map.range_of(key);
  return map.attempt(NumberRange{range.min, range.min},
                     [&] { return read_number_range(map.require(key), map.path_of(key), range); });
}

UsRange us_range(const StrictMap& map, std::string_view key) {
  const NumberRange range = number_range(map, key);
  return {static_cast<std::uint64_t>(range.min), static_cast<std::uint64_t>(range.max)};
}

UsRange us_range_or(const StrictMap& map, std::string_view key, UsRange fallback) {
  return map.has(key) ? us_range(map, key) : fallback;
}

}  // namespace tb::config
