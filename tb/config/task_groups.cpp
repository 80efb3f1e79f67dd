// SPDX-License-Identifier: Apache-2.0
#include "tb/config/task_groups.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <string_view>

#include "tb/config/keys.h"
#include "tb/config/strict_map.h"

namespace tb::config {
namespace {

constexpr unsigned kDepthMax = 4;
constexpr std::array<std::string_view, 3> kNamesOfTasks = {"wake", "fork", "of"};
constexpr std::array<std::string_view, 7> kSharedNames = {"lock",      "unlock",      "mutex",         "barrier",
                                                          "cond_wait", "cond_signal", "cond_broadcast"};

bool is_one_of(std::string_view key, const auto& keys) { return std::find(keys.begin(), keys.end(), key) != keys.end(); }

// The locks, barriers and conditions that steps name, at any depth.
void gather_shared(const Tree& tree, std::set<std::string>& out) {
  for (const Tree& item : tree.items) gather_shared(item, out);
  for (const TreeEntry& entry : tree.entries) {
    if (entry.value.is_scalar() && is_one_of(entry.key, kSharedNames)) out.insert(entry.value.text);
    gather_shared(entry.value, out);
  }
}

// Puts `prefix` before the names of the copy.
void rename(Tree& tree, const std::string& prefix, const std::set<std::string>& tasks, const std::set<std::string>& shared) {
  for (Tree& item : tree.items) rename(item, prefix, tasks, shared);
  for (TreeEntry& entry : tree.entries) {
    const bool own = entry.value.is_scalar() && ((is_one_of(entry.key, kNamesOfTasks) && tasks.contains(entry.value.text)) ||
                                                 (is_one_of(entry.key, kSharedNames) && shared.contains(entry.value.text)));
    if (own) entry.value.text = prefix + entry.value.text;
    else rename(entry.value, prefix, tasks, shared);
  }
}

class Expander {
 public:
  explicit Expander(Problems& problems) : problems_(problems) {}

  // Of a list whose tasks may use what `outer` names.
  Tree list(const Tree& tasks, const std::string& path, const std::set<std::string>& outer, unsigned depth) {
    Tree out = tasks;
    out.items.clear();
    for (std::size_t i = 0; i < tasks.items.size(); ++i) {
      const Tree& item = tasks.items[i];
      if (item.find("tasks") == nullptr) {
        out.items.push_back(item);
        continue;
      }
      problems_.attempt([&] {
        std::set<std::string> around = outer;
        for (const Tree& other : tasks.items)
          if (&other != &item) gather_shared(other, around);
        add_copies(item, item_path(path, tasks, i), around, depth, out);
      });
    }
    return out;
  }

 private:
  void add_copies(const Tree& group, const std::string& path, const std::set<std::string>& around, unsigned depth, Tree& out) {
    const StrictMap map(group, path, keys::SectionId::kTaskNest);
    if (depth == kDepthMax) throw ConfigError(group.place, path, fmt::format("groups nest {} deep at most", kDepthMax));
    const std::string name = map.identifier("name");
    const auto count = map.integer_or("count", 1);
    if (map.list("tasks").empty())
      throw ConfigError(map.require("tasks").place, map.path_of("tasks"), "an empty list: a group has one task or more");
    const Tree inner = list(map.require("tasks"), map.path_of("tasks"), around, depth + 1);
    if (out.items.size() + inner.items.size() * static_cast<std::size_t>(count) > kTaskGroupsMax)
      throw ConfigError(group.place, path, fmt::format("with its copies there are more than {} groups of tasks", kTaskGroupsMax));
    std::set<std::string> tasks, shared;
    gather_shared(inner, shared);
    for (const std::string& used : around) shared.erase(used);
    for (const Tree& task : inner.items)
      if (const Tree* own = task.find("name"); own != nullptr && own->is_scalar()) tasks.insert(own->text);
    for (std::int64_t copy = 0; copy < count; ++copy) {
      const std::string prefix = count == 1 ? name + "-" : fmt::format("{}{}-", name, copy);
      for (Tree task : inner.items) {
        if (Tree* own = task.find("name"); own != nullptr && own->is_scalar()) own->text = prefix + own->text;
        if (Tree* program = task.find("program")) rename(*program, prefix, tasks, shared);
        out.items.push_back(std::move(task));
      }
    }
  }

  Problems& problems_;
};

}  // namespace

Tree without_nested_groups(const Tree& tasks, Problems& problems) {
  const bool nested = std::ranges::any_of(tasks.items, [](const Tree& item) { return item.find("tasks") != nullptr; });
  return nested ? Expander(problems).list(tasks, "tasks", {}, 0) : tasks;
}

}  // namespace tb::config
