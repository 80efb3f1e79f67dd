// SPDX-License-Identifier: Apache-2.0
#include "tb/config/strict_map.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <stdexcept>

#include "log/nearest.h"

namespace tb::config {

namespace {

[[noreturn]] void fail(const Tree& value, std::string_view path, std::string_view expected) {
  throw ConfigError(value.place, path, fmt::format("expected {}, got {}", expected, describe(value)));
}

std::string range_text(Range range) {
  if (range.max == keys::kAnyMax) return fmt::format("an integer of {} or more", range.min);
  return fmt::format("an integer from {} to {}", range.min, range.max);
}

bool is_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::vector<std::string> as_strings(std::span<const std::string_view> names) { return {names.begin(), names.end()}; }

bool is_of_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

std::string_view name_of(const Tree& item) {
  const Tree* name = item.find("name");
  return name && name->is_scalar() ? std::string_view(name->text) : std::string_view();
}

}  // namespace

std::int64_t read_integer(const Tree& value, std::string_view path, Range range) {
  std::string_view digits = value.text;
  if (digits.starts_with('-')) digits.remove_prefix(1);
  if (!value.is_scalar() || value.quoted || !is_digits(digits)) fail(value, path, range_text(range));
  if (digits.size() > 1 && digits[0] == '0')
    throw ConfigError(value.place, path,
                      fmt::format("'{}' has a leading zero: octal and decimal readers would disagree", value.text));
  std::int64_t number = 0;
  const char* end = value.text.data() + value.text.size();
  const auto [rest, error] = std::from_chars(value.text.data(), end, number);
  if (error != std::errc{} || rest != end || number < range.min || number > range.max) fail(value, path, range_text(range));
  return number;
}

bool read_bool(const Tree& value, std::string_view path) {
  if (value.is_scalar() && !value.quoted) {
    if (value.text == "true" || value.text == "on") return true;
    if (value.text == "false" || value.text == "off") return false;
  }
  fail(value, path, "true or false");
}

std::string read_text(const Tree& value, std::string_view path) {
  if (!value.is_scalar() || value.text.empty()) fail(value, path, "a text");
  return value.text;
}

std::string read_identifier(const Tree& value, std::string_view path, std::size_t length_max) {
  const bool valid = value.is_scalar() && !value.text.empty() && value.text.size() <= length_max && value.text[0] != '-' &&
                     std::all_of(value.text.begin(), value.text.end(), is_of_name);
  if (!valid) fail(value, path, fmt::format("a name of 1 to {} letters, digits, '_' or '-'", length_max));
  return value.text;
}

std::size_t read_name(const Tree& value, std::string_view path, std::span<const std::string_view> names) {
  if (value.is_scalar())
    for (std::size_t i = 0; i < names.size(); ++i)
      if (names[i] == value.text) return i;
  std::string expected = names.size() == 1 ? fmt::format("'{}'", names[0]) : fmt::format("one of {}", fmt::join(names, ", "));
  std::string message = fmt::format("expected {}, got {}", expected, describe(value));
  const auto known = as_strings(names);
  if (value.is_scalar())
    if (const auto close = words::nearest(value.text, known)) message += fmt::format("; did you mean '{}'?", *close);
  throw ConfigError(value.place, path, message);
}

const std::vector<Tree>& read_list(const Tree& value, std::string_view path, std::size_t items_max) {
  if (!value.is_sequence()) fail(value, path, "a list");
  if (value.items.size() > items_max)
    throw ConfigError(value.place, path, fmt::format("a list of {}; at most {} are allowed", value.items.size(), items_max));
  return value.items;
}

std::string item_path(std::string_view path, const Tree& list, std::size_t index) {
  const std::string_view name = name_of(list.items[index]);
  const bool plain =
      !name.empty() && name.size() <= kNameLengthMax && !is_digits(name) && std::all_of(name.begin(), name.end(), is_of_name);
  const auto first =
      std::find_if(list.items.begin(), list.items.end(), [name](const Tree& item) { return name_of(item) == name; });
  if (plain && first - list.items.begin() == static_cast<std::ptrdiff_t>(index)) return fmt::format("{}.{}", path, name);
  return fmt::format("{}.{}", path, index);
}

StrictMap::StrictMap(const Tree& tree, std::string path, std::span<const std::string_view> keys, Problems* problems)
    : tree_(tree), path_(std::move(path)), problems_(problems) {
  refuse_unknown(keys);
}

StrictMap::StrictMap(const Tree& tree, std::string path, keys::SectionId section, Problems* problems,
                     std::span<const std::string_view> more)
    : tree_(tree), path_(std::move(path)), section_(&keys::section(section)), problems_(problems) {
  std::vector<std::string_view> known;
  for (const keys::Key& key : section_->keys) known.push_back(key.name);
  known.insert(known.end(), more.begin(), more.end());
  refuse_unknown(known);
  for (const keys::Key& key : section_->keys)
    if (key.needed) check([&] { static_cast<void>(require(key.name)); });
  for (const keys::Group& group : section_->groups) check([&] { check_group(group); });
  for (const keys::Tie& tie : section_->ties) check([&] { check_tie(tie); });
  for (const keys::ValueTie& tie : section_->value_ties) check([&] { check_value_tie(tie); });
}

void StrictMap::check_group(const keys::Group& group) const {
  if (group.choice == keys::Choice::kAtMostOne) {
    static_cast<void>(at_most_one_of(group.keys));
  } else if (group.choice == keys::Choice::kExactlyOne) {
    static_cast<void>(one_of(group.keys));
  } else if (std::none_of(group.keys.begin(), group.keys.end(), [this](auto key) { return has(key); })) {
    fail_missing(group.keys, fmt::format("one of {} is needed", fmt::join(group.keys, ", ")));
  }
}

void StrictMap::check_tie(const keys::Tie& tie) const {
  const Tree* value = find(tie.key);
  if (!value || std::any_of(tie.beside.begin(), tie.beside.end(), [this](auto key) { return has(key); })) return;
  throw ConfigError(value->place, path_of(tie.key), fmt::format("goes with '{}'", fmt::join(tie.beside, "', '")));
}

void StrictMap::check_value_tie(const keys::ValueTie& tie) const {
  const Tree* key = find(tie.key);
  const bool holds = key && key->is_scalar() && std::find(tie.values.begin(), tie.values.end(), key->text) != tie.values.end();
  if (holds) {
    static_cast<void>(require(tie.needs));
    const Tree* excluded = tie.excludes.empty() ? nullptr : find(tie.excludes);
    if (excluded)
      throw ConfigError(excluded->place, path_of(tie.excludes),
                        fmt::format("goes without '{}: {}', which has '{}'", tie.key, key->text, tie.needs));
  } else if (const Tree* needs = find(tie.needs)) {
    std::vector<std::string> with;
    for (const keys::Name value : tie.values) with.push_back(fmt::format("'{}: {}'", tie.key, value));
    throw ConfigError(needs->place, path_of(tie.needs), fmt::format("goes with {}", fmt::join(with, " or ")));
  }
}

void StrictMap::refuse_unknown(std::span<const std::string_view> known) {
  if (!tree_.is_map()) fail(tree_, path_, "a map");
  const std::vector<std::string> names = as_strings(known);
  for (const TreeEntry& entry : tree_.entries) {
    if (std::find(known.begin(), known.end(), entry.key) != known.end()) continue;
    if (const auto close = words::nearest(entry.key, names)) misspelt_.push_back(*close);
    check([&] { throw ConfigError(entry.place, path_of(entry.key), "unknown key" + words::hint(entry.key, names)); });
  }
}

const keys::Key& StrictMap::declared(std::string_view key) const {
  const keys::Key* found = section_ ? section_->find(key) : nullptr;
  if (!found) throw std::logic_error(fmt::format("no key '{}' is declared", key));
  return *found;
}

Range StrictMap::range_of(std::string_view key) const { return {declared(key).value.min, declared(key).value.max}; }

const Tree& StrictMap::require(std::string_view key) const {
  if (const Tree* value = tree_.find(key)) return *value;
  fail_missing({&key, 1}, fmt::format("missing key '{}'", key));
}

void StrictMap::fail_missing(std::span<const std::string_view> any_of, const std::string& message) const {
  const bool misspelt = std::any_of(any_of.begin(), any_of.end(), [this](std::string_view key) {
    return std::find(misspelt_.begin(), misspelt_.end(), key) != misspelt_.end();
  });
  if (misspelt) throw ConfigError(std::vector<std::string>());
  throw ConfigError(tree_.place, path_, message);
}

std::int64_t StrictMap::integer(std::string_view key, Range range) const {
  return attempt(range.min, [&] { return read_integer(require(key), path_of(key), range); });
}

std::int64_t StrictMap::integer_or(std::string_view key, Range range, std::int64_t fallback) const {
  return has(key) ? attempt(fallback, [&] { return read_integer(require(key), path_of(key), range); }) : fallback;
}

std::string StrictMap::text(std::string_view key) const {
  return attempt(std::string(), [&] {
    const Tree& value = require(key);
    std::string text = read_text(value, path_of(key));
    if (section_ && declared(key).value.type == keys::Value::Type::kText &&
        text.size() > static_cast<std::size_t>(range_of(key).max))
      throw ConfigError(value.place, path_of(key), fmt::format("longer than {} characters", range_of(key).max));
    return text;
  });
}

std::string StrictMap::identifier(std::string_view key) const {
  return attempt(std::string(),
                 [&] { return read_identifier(require(key), path_of(key), static_cast<std::size_t>(range_of(key).max)); });
}

const std::vector<Tree>& StrictMap::list(std::string_view key) const {
  return read_list(require(key), path_of(key), static_cast<std::size_t>(range_of(key).max));
}

bool StrictMap::boolean_or(std::string_view key, bool fallback) const {
  return has(key) ? attempt(fallback, [&] { return read_bool(require(key), path_of(key)); }) : fallback;
}

std::uint64_t StrictMap::ms_or_us(std::span<const std::string_view, 2> ms_and_us, std::uint64_t fallback) const {
  const std::string_view given = at_most_one_of(ms_and_us);
  if (given.empty()) return fallback;
  return static_cast<std::uint64_t>(integer(given)) * (given == ms_and_us[0] ? 1000 : 1);
}

std::string_view StrictMap::one_of(std::span<const std::string_view> keys) const {
  const std::string_view found = at_most_one_of(keys);
  if (found.empty()) fail_missing(keys, fmt::format("one of {} is needed", fmt::join(keys, ", ")));
  return found;
}

std::string_view StrictMap::at_most_one_of(std::span<const std::string_view> keys) const {
  std::string_view found;
  for (const std::string_view key : keys) {
    const Tree* value = find(key);
    if (!value) continue;
    if (!found.empty())
      throw ConfigError(value->place, path_of(key),
                        fmt::format("'{}' is given already: only one of {}", found, fmt::join(keys, ", ")));
    found = key;
  }
  return found;
}

std::string StrictMap::path_of(std::string_view key) const {
  return path_.empty() ? std::string(key) : fmt::format("{}.{}", path_, key);
}

}  // namespace tb::config
