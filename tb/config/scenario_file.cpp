// SPDX-License-Identifier: Apache-2.0
#include "tb/config/scenario_file.h"

#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>
#include <optional>

#include "log/nearest.h"
#include "tb/config/hardware_reader.h"
#include "tb/config/keys.h"
#include "tb/config/problems.h"
#include "tb/config/scenario_reader.h"
#include "tb/config/strict_map.h"
#include "tb/config/yaml_file.h"

namespace tb::config {

namespace {

std::filesystem::path folder_of(const ScenarioFile& file) {
  const auto folder = std::filesystem::path(file.path).parent_path();
  return folder.empty() ? std::filesystem::path(".") : folder;
}

bool is_path(const std::string& word) { return word.find('/') != std::string::npos || word.ends_with(".yaml"); }

// `base` in the expectations of a variant stands for all those of the scenario as written.
Tree with_base_expectations(const Tree& expect, const Tree& scenario) {
  if (!expect.is_sequence()) return expect;
  Tree whole = expect;
  whole.items.clear();
  for (const Tree& item : expect.items) {
    if (!item.is_scalar() || item.text != "base") {
      whole.items.push_back(item);
      continue;
    }
    const Tree* base = scenario.find("expect");
    if (base == nullptr || !base->is_sequence())
      throw ConfigError(item.place, "expect", "'base' stands for the scenario's own expectations, and there are none");
    whole.items.insert(whole.items.end(), base->items.begin(), base->items.end());
  }
  return whole;
}

// Below `hardware.` a name becomes the base of a map, whether the file or --set gave it.
void apply(Tree& tree, const Override& override, const ScenarioFile& file) {
  const std::string top = override.path.substr(0, override.path.find('.'));
  if (top == "base" || top == "variants" || top == "name")
    throw ConfigError(override.place, override.path, fmt::format("'{}' cannot be overridden", top));
  if (override.path.starts_with("hardware."))
    if (Tree* hardware = tree.find("hardware"); hardware && hardware->is_scalar()) {
      Tree map = make_map();
      map.place = hardware->place;
      map.set("base", *hardware);
      *hardware = std::move(map);
    }
  if (override.path == "expect") {
    apply_override(tree, {override.path, override.place, with_base_expectations(override.value, file.tree)});
  } else {
    apply_override(tree, override);
  }
}

void apply_variant(Tree& tree, const std::string& variant, const ScenarioFile& file, Problems& problems) {
  const Tree* variants = file.tree.find("variants");
  if (!variants || !variants->find(variant)) return;  // the scenario as written
  for (const TreeEntry& entry : variants->find(variant)->entries)
    problems.attempt([&] { apply(tree, {entry.key, entry.place, entry.value}, file); });
}

std::string variant_name(const TreeEntry& entry, const std::string& base) {
  const std::string path = fmt::format("variants.{}", entry.key);
  Tree name = make_scalar(entry.key);
  name.place = entry.place;
  name.text = read_identifier(name, path, kNameLengthMax);
  if (entry.key == base) throw ConfigError(entry.place, path, "is the name of the scenario as written (see 'base')");
  if (!entry.value.is_map())
    throw ConfigError(entry.value.place, path, fmt::format("expected a map of paths and values, got {}", describe(entry.value)));
  if (!entry.value.find("expect"))
    throw ConfigError(entry.place, path, "missing key 'expect': each variant says what it expects");
  return name.text;
}

// Of those that have nothing wrong with themselves.
std::vector<std::string> list_variants(const Tree& tree, Problems& problems) {
  std::string base(kBaseVariant);
  problems.attempt([&] {
    if (const Tree* name = tree.find("base")) base = read_identifier(*name, "base", kNameLengthMax);
  });
  std::vector<std::string> names{base};
  problems.attempt([&] {
    const Tree* variants = tree.find("variants");
    if (!variants) return;
    if (!variants->is_map())
      throw ConfigError(variants->place, "variants", fmt::format("expected a map, got {}", describe(*variants)));
    if (variants->entries.size() > kVariantsMax)
      throw ConfigError(variants->place, "variants", fmt::format("more than {}", kVariantsMax));
    for (const TreeEntry& entry : variants->entries) problems.attempt([&] { names.push_back(variant_name(entry, base)); });
  });
  return names;
}

}  // namespace

std::string find_scenario(const std::string& path_or_name, const Library& library) {
  std::error_code error;
  const bool is_file = std::filesystem::is_regular_file(path_or_name, error);
  if (is_path(path_or_name) || is_file || error == std::errc::too_many_symbolic_link_levels) return path_or_name;
  const auto shipped = library.configs / "scenarios" / (path_or_name + ".yaml");
  if (std::filesystem::exists(shipped)) return shipped.string();
  throw ConfigError(
      fmt::format("no scenario is called '{}'{}", path_or_name, words::hint(path_or_name, shipped_names(library, "scenarios"))));
}

std::vector<std::string> expand_patterns(const std::vector<std::string>& words, const Library& library) {
  std::vector<std::string> expanded;
  for (const std::string& word : words) {
    const std::size_t before = expanded.size();
    if (!is_path(word) && word.find_first_of("*?[") != std::string::npos)
      for (const std::string& name : shipped_names(library, "scenarios"))
        if (::fnmatch(word.c_str(), name.c_str(), 0) == 0) expanded.push_back(name);
    if (expanded.size() == before) expanded.push_back(word);
  }
  return expanded;
}

ScenarioFile scenario_from_tree(Tree tree, const std::string& path) {
  Problems problems;
  auto variants = list_variants(tree, problems);
  problems.raise();
  return {path, std::move(tree), std::move(variants)};
}

ScenarioFile read_scenario_file(const std::string& path, const Library& library) {
  Tree tree = read_yaml_file(path);
  if (tree.find("axes") != nullptr && tree.find("tasks") == nullptr)
    throw ConfigError(tree.place, "", fmt::format("this is a study: scx-cosim study {}", path));
  Problems problems;
  auto variants = list_variants(tree, problems);
  ScenarioFile file{path, std::move(tree), std::move(variants)};
  for (const std::string& variant : file.variants) {
    try {
      static_cast<void>(resolve(file, variant, {}, library));
    } catch (const ConfigError& error) {
      problems.add(error, variant == file.variants.front() ? "" : fmt::format(" (variant {})", variant));
    }
  }
  problems.raise();
  return file;
}

Scenario resolve(const ScenarioFile& file, const std::string& variant, const std::vector<Override>& sets,
                 const Library& library) {
  if (std::find(file.variants.begin(), file.variants.end(), variant) == file.variants.end())
    throw ConfigError(file.tree.place, "variants",
                      fmt::format("no variant is called '{}'{}", variant, words::hint(variant, file.variants)));
  Problems problems;
  Tree tree = file.tree;
  tree.erase("variants");
  tree.set("base", make_text(variant));
  apply_variant(tree, variant, file, problems);
  for (const Override& override : sets) problems.attempt([&] { apply(tree, override, file); });
  return read_scenario(std::move(tree), library, folder_of(file), problems);
}

}  // namespace tb::config
