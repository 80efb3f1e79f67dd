// SPDX-License-Identifier: Apache-2.0
#include "tb/config/overrides.h"

#include <fmt/format.h>

#include <charconv>

#include "log/nearest.h"
#include "tb/config/keys.h"
#include "tb/config/yaml_file.h"

namespace tb::config {

namespace {

// The same quantity in two units: the last word wins.
void erase_rival(Tree& map, std::string_view key) {
  for (const auto units : keys::kTwoUnits) {
    if (key == units[0]) map.erase(units[1]);
    if (key == units[1]) map.erase(units[0]);
  }
}

void set_place(Tree& tree, const Place& place) {
  tree.place = place;
  for (Tree& item : tree.items) set_place(item, place);
  for (TreeEntry& entry : tree.entries) {
    entry.place = place;
    set_place(entry.value, place);
  }
}

Tree& item_of(Tree& list, std::string_view segment, const Override& override) {
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(segment.data(), segment.data() + segment.size(), index);
  const bool is_index = error == std::errc{} && end == segment.data() + segment.size();
  std::vector<std::string> names;
  for (std::size_t i = 0; i < list.items.size(); ++i) {
    if (is_index && i == index) return list.items[i];
    const Tree* name = list.items[i].find("name");
    if (!name) continue;
    if (name->text == segment) return list.items[i];
    names.push_back(name->text);
  }
  if (is_index)
    throw ConfigError(override.place, override.path, fmt::format("no item {} in a list of {}", index, list.items.size()));
  throw ConfigError(override.place, override.path, fmt::format("no item is called '{}'{}", segment, words::hint(segment, names)));
}

Tree& child(Tree& node, std::string_view segment, const Override& override) {
  if (node.is_sequence()) return item_of(node, segment, override);
  if (node.kind == Tree::Kind::kNull) node.kind = Tree::Kind::kMap;
  if (!node.is_map())
    throw ConfigError(override.place, override.path, fmt::format("'{}' lies below {}, which is no map", segment, describe(node)));
  if (Tree* found = node.find(segment)) return *found;
  Tree fresh;
  fresh.place = override.place;
  node.entries.push_back({std::string(segment), override.place, std::move(fresh)});
  return node.entries.back().value;
}

}  // namespace

Override parse_set(std::string_view text, std::string_view option) {
  const auto source = std::make_shared<const std::string>(fmt::format("{} {}", option, text));
  const Place place{source, 0, 0};
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos || equals == 0) throw ConfigError(place, "", "expected path.to.key=value");
  Override override{std::string(text.substr(0, equals)), place, {}};
  const std::string_view value = text.substr(equals + 1);
  if (value.empty()) throw ConfigError(place, override.path, "the value is missing");
  try {
    override.value = parse_yaml(value, *source);
  } catch (const ConfigError& error) {
    throw ConfigError(place, override.path, fmt::format("the value cannot be read ({})", error.what()));
  }
  set_place(override.value, place);
  return override;
}

void apply_override(Tree& root, const Override& override) {
  Tree* node = &root;
  std::string_view rest = override.path;
  while (true) {
    const std::size_t dot = rest.find('.');
    const std::string_view segment = rest.substr(0, dot);
    if (segment.empty()) throw ConfigError(override.place, override.path, "an empty part in the path");
    if (dot == std::string_view::npos && node->is_map()) erase_rival(*node, segment);
    node = &child(*node, segment, override);
    if (dot == std::string_view::npos) break;
    rest.remove_prefix(dot + 1);
  }
  *node = override.value;
}

}  // namespace tb::config
