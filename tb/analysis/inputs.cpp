// SPDX-License-Identifier: Apache-2.0
#include "tb/analysis/inputs.h"

#include <algorithm>
#include <array>

#include "tb/config/emit.h"
#include "tb/config/yaml_file.h"

namespace tb::analysis {
namespace {

using config::Tree;

// Keys that say what is looked at or what it is called.
constexpr std::array<std::string_view, 7> kWatching{"name", "base", "question", "show", "waves", "expect", "hardware.name"};

std::string joined(const std::string& path, const std::string& key) { return path.empty() ? key : path + "." + key; }

// The name of an element of a list; null: it has none.
const std::string* name_of(const Tree& item) {
  const Tree* const name = item.is_map() ? item.find("name") : nullptr;
  return name != nullptr && name->is_scalar() ? &name->text : nullptr;
}

// As a map from names to elements. Null: not all have a name, or two the same.
std::optional<Tree> by_name(const Tree& list) {
  if (!list.is_sequence()) return std::nullopt;
  Tree map = config::make_map();
  for (const Tree& item : list.items) {
    const std::string* const name = name_of(item);
    if (name == nullptr || map.find(*name) != nullptr) return std::nullopt;
    map.set(*name, item);
  }
  return map;
}

void compare(const Tree* a, const Tree* b, const std::string& path, std::vector<InputChange>& out);

void compare_maps(const Tree& a, const Tree& b, const std::string& path, std::vector<InputChange>& out) {
  for (const auto& entry : a.entries) compare(&entry.value, b.find(entry.key), joined(path, entry.key), out);
  for (const auto& entry : b.entries)
    if (a.find(entry.key) == nullptr) compare(nullptr, &entry.value, joined(path, entry.key), out);
}

void compare(const Tree* a, const Tree* b, const std::string& path, std::vector<InputChange>& out) {
  if (a != nullptr && b != nullptr) {
    if (a->is_map() && b->is_map()) return compare_maps(*a, *b, path, out);
    const auto named_a = by_name(*a), named_b = by_name(*b);
    if (named_a && named_b) return compare_maps(*named_a, *named_b, path, out);
    if (config::emit_flow(*a) == config::emit_flow(*b)) return;
  }
  const auto text = [](const Tree* tree) { return tree != nullptr ? std::optional(config::emit_flow(*tree)) : std::nullopt; };
  const bool watches = std::ranges::any_of(
      kWatching, [&path](std::string_view key) { return path == key || (path.starts_with(key) && path[key.size()] == '.'); });
  out.push_back({path, text(a), text(b), watches});
}

void add(const std::string& key, const std::string& a, const std::string& b, std::vector<InputChange>& out) {
  const auto known = [](const std::string& text) { return text.empty() ? std::nullopt : std::optional(text); };
  if (a != b) out.push_back({key, known(a), known(b), false});
}

}  // namespace

std::vector<InputChange> config_changes(const Tree& a, const Tree& b) {
  std::vector<InputChange> changes;
  compare(&a, &b, "", changes);
  return changes;
}

std::vector<InputChange> input_changes(const Subject& a, const Subject& b) {
  const auto config_of = [](const Subject& run) { return config::read_yaml_file((run.dir / "config.yaml").string()); };
  std::vector<InputChange> changes = config_changes(config_of(a), config_of(b));
  if (!a.result || !b.result) return changes;
  const Result &in_a = *a.result, &in_b = *b.result;
  add("RTL", in_a.rtl_hash, in_b.rtl_hash, changes);
  for (const auto& [name, version] : in_a.versions) add(name, version, in_b.version(name), changes);
  for (const auto& [name, version] : in_b.versions)
    if (in_a.version(name).empty()) add(name, "", version, changes);
  add("skips.on", in_a.skip ? "true" : "false", in_b.skip ? "true" : "false", changes);
  return changes;
}

}  // namespace tb::analysis
