// SPDX-License-Identifier: Apache-2.0
#include "tb/config/scheduler_reader.h"

#include <fmt/format.h>

#include <stdexcept>

#include "log/nearest.h"
#include "tb/config/keys.h"
#include "tb/config/strict_map.h"

namespace tb::config {

namespace {

std::int64_t read_option(const Tree& value, const std::string& path, const kernel::PolicyOption& option) {
  if (!option.names) return read_integer(value, path, {option.min, option.max});
  std::vector<std::string_view> names(option.names, option.names + option.nr_names);
  const bool is_switch = names.size() == 2 && names[0] == "off" && names[1] == "on";
  if (is_switch) return read_bool(value, path) ? 1 : 0;
  return static_cast<std::int64_t>(read_name(value, path, names));
}

void read_options(const StrictMap& map, Scheduler& out, Problems& problems) {
  const std::span<const kernel::PolicyOption> table(out.policy->options, out.policy->nr_options);
  std::vector<std::string_view> known;
  for (const kernel::PolicyOption& option : table) {
    known.emplace_back(option.name);
    out.options.push_back(option.default_value);
  }
  const Tree* options = map.find("options");
  if (!options) return;
  const StrictMap given(*options, map.path_of("options"), known, &problems);
  for (std::size_t i = 0; i < table.size(); ++i)
    if (const Tree* value = given.find(table[i].name))
      problems.attempt([&] { out.options[i] = read_option(*value, given.path_of(table[i].name), table[i]); });
}

Scheduler read_scheduler(const Tree& tree, const std::string& path, const Library& library, Problems& problems) {
  const StrictMap map(tree, path, keys::SectionId::kScheduler, &problems);
  const std::string name = read_text(map.require("name"), map.path_of("name"));
  Scheduler out;
  out.policy = find_policy(library, name);
  if (!out.policy)
    throw ConfigError(map.require("name").place, map.path_of("name"),
                      fmt::format("no policy is called '{}'{}", name, words::hint(name, policy_names(library))));
  if (name.size() >= sizeof(kernel::SchedulerSpec::name)) throw std::logic_error("a policy's name does not fit the kernel's");
  problems.attempt([&] { read_options(map, out, problems); });
  out.stats_us = map.ms_or_us(keys::kStats, out.stats_us);
  out.unload_after_us = map.ms_or_us(keys::kUnloadAfter, out.unload_after_us);
  out.times = static_cast<std::uint32_t>(map.integer_or("times", out.times));
  return out;
}

}  // namespace

std::vector<Scheduler> read_schedulers(const Tree& tree, const Library& library, Problems& problems) {
  if (tree.kind == Tree::Kind::kNull) return {};
  if (!tree.is_sequence()) return {read_scheduler(tree, "scheduler", library, problems)};
  std::vector<Scheduler> out;
  const std::vector<Tree>& items = read_list(tree, "scheduler", kSchedulersMax);
  for (std::size_t i = 0; i < items.size(); ++i)
    problems.attempt([&] { out.push_back(read_scheduler(items[i], item_path("scheduler", tree, i), library, problems)); });
  if (items.empty()) throw ConfigError(tree.place, "scheduler", "an empty list: write null for none");
  return out;
}

}  // namespace tb::config
