// SPDX-License-Identifier: Apache-2.0
// Reads one map of a configuration strictly: the caller names every key the map may have, and asks for values by type
// and range. Every error is a ConfigError that names file, line, column, key path and what was expected.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tb/config/tree.h"

namespace tb::config {

struct Range {
  std::int64_t min = 0;
  std::int64_t max = std::numeric_limits<std::int64_t>::max();
};

// Readers of single values; `path` is the key path for messages.
[[nodiscard]] std::int64_t read_integer(const Tree& value, std::string_view path, Range range);
[[nodiscard]] bool read_bool(const Tree& value, std::string_view path);  // true|false|on|off
[[nodiscard]] std::string read_text(const Tree& value, std::string_view path);
[[nodiscard]] std::string read_identifier(const Tree& value, std::string_view path, std::size_t length_max);
// Index of the value in `names`.
[[nodiscard]] std::size_t read_name(const Tree& value, std::string_view path, std::span<const std::string_view> names);
[[nodiscard]] const std::vector<Tree>& read_list(const Tree& value, std::string_view path, std::size_t items_max);

class StrictMap {
 public:
  // Throws if the node is no map or has a key that is not among `keys`.
  StrictMap(const Tree& tree, std::string path, std::span<const std::string_view> keys);

  [[nodiscard]] bool has(std::string_view key) const { return tree_.find(key) != nullptr; }
  // Null when the key is absent.
  [[nodiscard]] const Tree* find(std::string_view key) const { return tree_.find(key); }
  // Throws when the key is absent.
  [[nodiscard]] const Tree& require(std::string_view key) const;

  [[nodiscard]] std::int64_t integer(std::string_view key, Range range) const;
  [[nodiscard]] std::int64_t integer_or(std::string_view key, Range range, std::int64_t fallback) const;
  [[nodiscard]] std::string text(std::string_view key) const;
  [[nodiscard]] bool boolean_or(std::string_view key, bool fallback) const;
  // Enum values by their names, in the enum's order from 0.
  template <typename Enum>
  [[nodiscard]] Enum name_or(std::string_view key, std::span<const std::string_view> names, Enum fallback) const {
    const Tree* value = find(key);
    return value ? static_cast<Enum>(read_name(*value, path_of(key), names)) : fallback;
  }

  // A duration in us, given under a key in ms or one in us, at least 1 of its unit; `fallback` if under neither.
  [[nodiscard]] std::uint64_t ms_or_us(std::string_view ms, std::string_view us, std::int64_t us_max,
                                       std::uint64_t fallback) const;

  // Exactly one of the keys must be there; returns which.
  [[nodiscard]] std::string_view one_of(std::span<const std::string_view> keys) const;
  // At most one of the keys may be there; empty if none is.
  [[nodiscard]] std::string_view at_most_one_of(std::span<const std::string_view> keys) const;

  [[nodiscard]] std::string path_of(std::string_view key) const;
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] const Place& place() const { return tree_.place; }

 private:
  const Tree& tree_;
  std::string path_;
};

}  // namespace tb::config
