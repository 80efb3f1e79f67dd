// SPDX-License-Identifier: Apache-2.0
#include "tb/config/tree.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace tb::config {

namespace {

bool looks_plain(std::string_view text) {
  if (text.empty() || text == "~" || text == "null" || text == "true" || text == "false") return false;
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-' ||
           c == '/';
  };
  if (!std::all_of(text.begin(), text.end(), plain)) return false;
  return (text[0] >= 'a' && text[0] <= 'z') || (text[0] >= 'A' && text[0] <= 'Z');
}

}  // namespace

std::string to_string(const Place& place) {
  if (!place.source) return {};
  if (place.line == 0) return *place.source;
  return fmt::format("{}:{}:{}", *place.source, place.line, place.column);
}

std::string located(const Place& place, std::string_view path, std::string_view text) {
  std::string message = to_string(place);
  if (!message.empty()) message += ": ";
  if (!path.empty()) message += fmt::format("{}: ", path);
  return message.append(text);
}

ConfigError::ConfigError(const Place& place, std::string_view path, std::string_view what)
    : ConfigError(located(place, path, what)) {}

ConfigError::ConfigError(std::vector<std::string> messages)
    : std::runtime_error(fmt::format("{}", fmt::join(messages, "\n"))), messages_(std::move(messages)) {}

const Tree* Tree::find(std::string_view key) const {
  for (const TreeEntry& entry : entries)
    if (entry.key == key) return &entry.value;
  return nullptr;
}

Tree* Tree::find(std::string_view key) {
  for (TreeEntry& entry : entries)
    if (entry.key == key) return &entry.value;
  return nullptr;
}

void Tree::set(std::string_view key, Tree value) {
  if (Tree* old = find(key)) {
    *old = std::move(value);
    return;
  }
  Place place_of_key = value.place;
  entries.push_back({std::string(key), std::move(place_of_key), std::move(value)});
}

void Tree::erase(std::string_view key) {
  std::erase_if(entries, [key](const TreeEntry& entry) { return entry.key == key; });
}

std::string describe(const Tree& tree) {
  constexpr std::size_t kShown = 40;
  switch (tree.kind) {
    case Tree::Kind::kNull: return "nothing";
    case Tree::Kind::kSequence: return "a list";
    case Tree::Kind::kMap: return "a map";
    case Tree::Kind::kScalar: break;
  }
  const std::string shown = tree.text.size() > kShown ? tree.text.substr(0, kShown) + "..." : tree.text;
  return tree.quoted ? fmt::format("the text \"{}\"", shown) : fmt::format("'{}'", shown);
}

Tree make_scalar(std::string_view text) {
  Tree tree;
  tree.kind = Tree::Kind::kScalar;
  tree.text = text;
  return tree;
}

Tree make_text(std::string_view text) {
  Tree tree = make_scalar(text);
  tree.quoted = !looks_plain(text);
  return tree;
}

Tree make_number(unsigned long long value) { return make_scalar(std::to_string(value)); }

Tree make_map() {
  Tree tree;
  tree.kind = Tree::Kind::kMap;
  return tree;
}

Tree make_sequence() {
  Tree tree;
  tree.kind = Tree::Kind::kSequence;
  return tree;
}

}  // namespace tb::config
