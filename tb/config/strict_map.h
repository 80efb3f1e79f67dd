// SPDX-License-Identifier: Apache-2.0
// Reads one map of a configuration strictly, by its section in keys.h: every key the map may have, and what its value
// may be. Every error is a ConfigError that names file, line, column, key path and what was expected. A map that is read
// with `problems` adds its errors there and reads on, a sound value in place of the wrong one; else the first is thrown.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tb/config/keys.h"
#include "tb/config/problems.h"
#include "tb/config/tree.h"

namespace tb::config {

struct Range {
  std::int64_t min = 0;
  std::int64_t max = keys::kAnyMax;
};

// Readers of single values; `path` is the key path for messages.
[[nodiscard]] std::int64_t read_integer(const Tree& value, std::string_view path, Range range);
[[nodiscard]] bool read_bool(const Tree& value, std::string_view path);  // true|false|on|off
[[nodiscard]] std::string read_text(const Tree& value, std::string_view path);
[[nodiscard]] std::string read_identifier(const Tree& value, std::string_view path, std::size_t length_max);
// Index of the value in `names`.
[[nodiscard]] std::size_t read_name(const Tree& value, std::string_view path, std::span<const std::string_view> names);
[[nodiscard]] const std::vector<Tree>& read_list(const Tree& value, std::string_view path, std::size_t items_max);
// The key path of a list's item, by its name if it is the first of that name, as an override would call it; else by index.
[[nodiscard]] std::string item_path(std::string_view path, const Tree& list, std::size_t index);

class StrictMap {
 public:
  // Wrong is a key that is none of the section's, nor one of `more`, a missing one that is needed, and what breaks the
  // section's word on keys that go with each other or do not. A node that is no map is thrown in any case.
  StrictMap(const Tree& tree, std::string path, keys::SectionId section, Problems* problems = nullptr,
            std::span<const std::string_view> more = {});
  // Of a map whose keys another list names.
  StrictMap(const Tree& tree, std::string path, std::span<const std::string_view> keys, Problems* problems = nullptr);

  [[nodiscard]] bool has(std::string_view key) const { return tree_.find(key) != nullptr; }
  // Null when the key is absent.
  [[nodiscard]] const Tree* find(std::string_view key) const { return tree_.find(key); }
  // Throws when the key is absent; without a message if it seems to be there, misspelt, which has been said.
  [[nodiscard]] const Tree& require(std::string_view key) const;

  // In the range that the section declares, or in a narrower one.
  [[nodiscard]] std::int64_t integer(std::string_view key) const { return integer(key, range_of(key)); }
  [[nodiscard]] std::int64_t integer(std::string_view key, Range range) const;
  [[nodiscard]] std::int64_t integer_or(std::string_view key, std::int64_t fallback) const {
    return integer_or(key, range_of(key), fallback);
  }
  [[nodiscard]] std::int64_t integer_or(std::string_view key, Range range, std::int64_t fallback) const;
  [[nodiscard]] std::string text(std::string_view key) const;
  [[nodiscard]] std::string identifier(std::string_view key) const;
  [[nodiscard]] const std::vector<Tree>& list(std::string_view key) const;
  [[nodiscard]] bool boolean_or(std::string_view key, bool fallback) const;
  // Enum values by the names that the section declares, in the enum's order from 0.
  template <typename Enum>
  [[nodiscard]] Enum name_or(std::string_view key, Enum fallback) const {
    const Tree* value = find(key);
    if (!value) return fallback;
    return attempt(fallback, [&] { return static_cast<Enum>(read_name(*value, path_of(key), declared(key).value.names)); });
  }

  // What `read` returns, or `instead` when it throws and there is where to gather problems.
  template <typename Result, typename Read>
  [[nodiscard]] Result attempt(Result instead, const Read& read) const {
    if (!problems_) return read();
    problems_->attempt([&] { instead = read(); });
    return instead;
  }

  // A duration in us, given under a key in ms or one in us; `fallback` if under neither.
  [[nodiscard]] std::uint64_t ms_or_us(std::span<const std::string_view, 2> ms_and_us, std::uint64_t fallback) const;

  // Exactly one of the keys must be there; returns which.
  [[nodiscard]] std::string_view one_of(std::span<const std::string_view> keys) const;
  // At most one of the keys may be there; empty if none is.
  [[nodiscard]] std::string_view at_most_one_of(std::span<const std::string_view> keys) const;

  [[nodiscard]] std::string path_of(std::string_view key) const;
  [[nodiscard]] Range range_of(std::string_view key) const;
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] const Place& place() const { return tree_.place; }

 private:
  void refuse_unknown(std::span<const std::string_view> known);
  template <typename Check>
  void check(const Check& check) const {
    if (problems_) problems_->attempt(check);
    else check();
  }
  void check_group(const keys::Group& group) const;
  void check_tie(const keys::Tie& tie) const;
  void check_value_tie(const keys::ValueTie& tie) const;
  // Throws that it is missing, unless an unknown key seems to be it: then without a message.
  [[noreturn]] void fail_missing(std::span<const std::string_view> any_of, const std::string& message) const;
  [[nodiscard]] const keys::Key& declared(std::string_view key) const;

  const Tree& tree_;
  std::string path_;
  const keys::Section* section_ = nullptr;
  Problems* problems_ = nullptr;
  std::vector<std::string> misspelt_;  // the keys that unknown ones are nearest to
};

}  // namespace tb::config
