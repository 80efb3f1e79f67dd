// SPDX-License-Identifier: Apache-2.0
#include "tb/config/scenario_file.h"

#include <fmt/format.h>

#include <algorithm>

#include "tb/config/hardware_reader.h"
#include "tb/config/includes.h"
#include "tb/config/keys.h"
#include "tb/config/nearest.h"
#include "tb/config/scenario_reader.h"
#include "tb/config/strict_map.h"
#include "tb/config/yaml_file.h"

namespace tb::config {

namespace {

std::filesystem::path folder_of(const ScenarioFile& file) {
  const auto folder = std::filesystem::path(file.path).parent_path();
  return folder.empty() ? std::filesystem::path(".") : folder;
}

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

// Below `hardware.` a name must have become a map first, whoever set it.
void apply(Tree& tree, const Override& override, const ScenarioFile& file, const Library& library) {
  const std::string top = override.path.substr(0, override.path.find('.'));
  if (top == "base" || top == "variants" || top == "name")
    throw ConfigError(override.place, override.path, fmt::format("'{}' cannot be overridden", top));
  if (override.path.starts_with("hardware."))
    if (Tree* hardware = tree.find("hardware")) *hardware = expand_hardware(*hardware, library, folder_of(file));
  if (override.path == "expect") {
    apply_override(tree, {override.path, override.place, with_base_expectations(override.value, file.tree)});
  } else {
    apply_override(tree, override);
  }
}

void apply_variant(Tree& tree, const std::string& variant, const ScenarioFile& file, const Library& library) {
  const Tree* variants = file.tree.find("variants");
  if (!variants || !variants->find(variant)) return;  // the scenario as written
  for (const TreeEntry& entry : variants->find(variant)->entries)
    apply(tree, {entry.key, entry.place, entry.value}, file, library);
}

std::vector<std::string> list_variants(const Tree& tree) {
  std::string base(kBaseVariant);
  if (const Tree* name = tree.find("base")) base = read_identifier(*name, "base", kNameLengthMax);
  std::vector<std::string> names{base};
  const Tree* variants = tree.find("variants");
  if (!variants) return names;
  if (!variants->is_map())
    throw ConfigError(variants->place, "variants", fmt::format("expected a map, got {}", describe(*variants)));
  if (variants->entries.size() > kVariantsMax)
    throw ConfigError(variants->place, "variants", fmt::format("more than {}", kVariantsMax));
  for (const TreeEntry& entry : variants->entries) {
    const std::string path = fmt::format("variants.{}", entry.key);
    Tree name = make_scalar(entry.key);
    name.place = entry.place;
    names.push_back(read_identifier(name, path, kNameLengthMax));
    if (entry.key == base) throw ConfigError(entry.place, path, "is the name of the scenario as written (see 'base')");
    if (!entry.value.is_map())
      throw ConfigError(entry.value.place, path,
                        fmt::format("expected a map of paths and values, got {}", describe(entry.value)));
    if (!entry.value.find("expect"))
      throw ConfigError(entry.place, path, "missing key 'expect': each variant says what it expects");
  }
  return names;
}

}  // namespace

std::string find_scenario(const std::string& path_or_name, const Library& library) {
  const bool is_path = path_or_name.find('/') != std::string::npos || path_or_name.ends_with(".yaml");
  if (is_path || std::filesystem::is_regular_file(path_or_name)) return path_or_name;
  const auto shipped = library.configs / "scenarios" / (path_or_name + ".yaml");
  if (std::filesystem::exists(shipped)) return shipped.string();
  throw ConfigError(fmt::format("no scenario is called '{}'{}", path_or_name,
                                hint(path_or_name, shipped_names(library, "scenarios"))));
}

ScenarioFile scenario_from_tree(Tree tree, const std::string& path) {
  const StrictMap map(tree, "", keys::SectionId::kScenario);
  auto variants = list_variants(tree);
  return {path, std::move(tree), std::move(variants)};
}

ScenarioFile read_scenario_file(const std::string& path, const Library& library) {
  ScenarioFile file = scenario_from_tree(read_yaml_file(path), path);
  for (const std::string& variant : file.variants) static_cast<void>(resolve(file, variant, {}, library));
  return file;
}

Scenario resolve(const ScenarioFile& file, const std::string& variant, const std::vector<Override>& sets,
                 const Library& library) {
  if (std::find(file.variants.begin(), file.variants.end(), variant) == file.variants.end())
    throw ConfigError(file.tree.place, "variants",
                      fmt::format("no variant is called '{}'{}", variant, hint(variant, file.variants)));
  Tree tree = file.tree;
  tree.erase("variants");
  tree.set("base", make_text(variant));
  apply_variant(tree, variant, file, library);
  for (const Override& override : sets) apply(tree, override, file, library);
  if (Tree* hardware = tree.find("hardware")) *hardware = expand_hardware(*hardware, library, folder_of(file));
  if (Tree* expect = tree.find("expect")) *expect = expand_includes(*expect, library, folder_of(file));
  return read_scenario(tree, library);
}

}  // namespace tb::config
