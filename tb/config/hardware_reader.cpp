// SPDX-License-Identifier: Apache-2.0
#include "tb/config/hardware_reader.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "log/nearest.h"
#include "tb/config/costs.h"
#include "tb/config/emit.h"
#include "tb/config/keys.h"
#include "tb/config/shell.h"
#include "tb/config/strict_map.h"
#include "tb/config/yaml_file.h"

namespace tb::config {

namespace {

Tree load_by_name(const Tree& value, const Library& library, const std::filesystem::path& near) {
  if (!value.is_scalar() || value.text.empty())
    throw ConfigError(value.place, "hardware", fmt::format("expected the name of a machine or a map, got {}", describe(value)));
  const std::string& name = value.text;
  if (name.find('/') == std::string::npos)
    for (const auto& folder : {near / "../hardware", library.configs / "hardware"}) {
      const auto file = (folder / (name + ".yaml")).lexically_normal();
      if (!std::filesystem::exists(file)) continue;
      Tree tree = read_yaml_file(file.string());
      if (!tree.is_map()) throw ConfigError(tree.place, "hardware", fmt::format("expected a map, got {}", describe(tree)));
      for (const char* reserved : {"name", "base"})
        if (const Tree* found = tree.find(reserved))
          throw ConfigError(found->place, reserved, "a hardware file is named by its file name and complete");
      tree.set("name", make_text(name));
      return tree;
    }
  throw ConfigError(value.place, "hardware",
                    fmt::format("no machine is called '{}'{}", name, words::hint(name, shipped_names(library, "hardware"))));
}

void read_costs(const Tree& tree, const std::string& path, Problems& problems, Hardware& out) {
  const StrictMap costs(tree, path, kCostNames, &problems);
  for (std::size_t i = 0; i < kernel::kNrCosts; ++i)
    out.costs[i] = static_cast<std::uint32_t>(costs.integer_or(kCostNames[i], {0, kCostMax}, out.costs[i]));
}

std::string modified(const std::string& name) {
  constexpr std::string_view kSuffix = "-modified";
  return name.substr(0, kNameLengthMax - kSuffix.size()).append(kSuffix);
}

}  // namespace

Tree expand_hardware(const Tree& value, const Library& library, const std::filesystem::path& near) {
  if (!value.is_map()) return load_by_name(value, library, near);
  const Tree* base = value.find("base");
  if (!base) return value;
  const Tree file = load_by_name(*base, library, near);
  Tree tree = file;
  tree.place = value.place;
  for (const TreeEntry& entry : value.entries) {
    if (entry.key == "base") continue;
    Tree* old = tree.find(entry.key);
    if (entry.key == "costs" && old && old->is_map() && entry.value.is_map())
      for (const TreeEntry& cost : entry.value.entries) old->set(cost.key, cost.value);
    else if (old) *old = entry.value;
    else tree.entries.push_back(entry);
  }
  if (!value.find("name") && emit_flow(tree) != emit_flow(file)) tree.set("name", make_text(modified(base->text)));
  return tree;
}

Hardware read_hardware(const Tree& tree, Problems& problems) {
  const StrictMap map(tree, "hardware", keys::SectionId::kHardware, &problems);
  Hardware hardware;
  if (map.has("name")) hardware.name = map.identifier("name");
#define HARDWARE(key, least, most, says) hardware.key = static_cast<std::uint32_t>(map.integer(#key));
#include "machine/hardware.def"
#undef HARDWARE
  if (const Tree* costs = map.find("costs")) read_costs(*costs, map.path_of("costs"), problems, hardware);
  return hardware;
}

}  // namespace tb::config
