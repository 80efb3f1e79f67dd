// SPDX-License-Identifier: Apache-2.0
#include "tb/analysis/changes.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <string_view>
#include <utility>

#include "tb/result/metric.h"

namespace tb::analysis {
namespace {

constexpr auto kHeadlines = std::to_array<std::string_view>(
    {"utilization_permille", "all_tasks.delay.p99", "all_tasks.delay.max", "irq_off_cycles.max", "idle_while_runnable.max",
     "idle_while_runnable.count", "switches.total", "ipis.total", "ticks.total", "breakouts", "self_kicks", "wfi_while_held",
     "dispatch_per_balance.max", "dispatch_per_balance.endless", "trapped_balance.count", "hw_watchdog_resets", "tasks_starved",
     "tasks_lost", "warnings.total"});
// Parts of histograms, and figures of single tasks, classes and harts.
constexpr auto kDetailGroups = std::to_array<std::string_view>({"tasks", "classes", "warnings", "refused"});
constexpr auto kDetailEnds = std::to_array<std::string_view>({"min", "p50", "p90", "sum", "count"});
constexpr auto kPlaces = std::to_array<std::string_view>({"hart", "from"});

template <typename List>
bool has(const List& list, std::string_view word) {
  return std::ranges::find(list, word) != list.end();
}

Weight weight_of(const std::string& path) {
  if (has(kHeadlines, path)) return Weight::kHeadline;
  const std::string_view whole = path;
  const bool in_list = whole.find(".per_hart.") != whole.npos || whole.find(".histogram.") != whole.npos;
  if (in_list || has(kDetailGroups, whole.substr(0, whole.find('.'))) || has(kDetailEnds, whole.substr(whole.rfind('.') + 1)))
    return Weight::kDetail;
  return Weight::kFigure;
}

using Values = std::vector<std::pair<std::string, std::optional<std::int64_t>>>;

// Every number below, in the order of the result.
void collect(const json::Value& node, const std::string& path, Values& out) {
  const auto below = [&path](const std::string& key) { return path.empty() ? key : path + "." + key; };
  if (node.is_object()) {
    for (const auto& [key, child] : node.items())
      if (!has(kPlaces, key) || child.is_object()) collect(child, below(key), out);
  } else if (node.is_array()) {
    for (std::size_t i = 0; i < node.size(); ++i) collect(node[i], below(std::to_string(i)), out);
  } else if (node.is_integer()) out.emplace_back(path, node.get<std::int64_t>());
  else if (node.is_null()) out.emplace_back(path, std::nullopt);
}

double share_of(std::optional<std::int64_t> a, std::optional<std::int64_t> b) {
  if (!a || !b) return a == b ? 0 : 1;
  const auto most = static_cast<double>(std::max(std::abs(*a), std::abs(*b)));
  return most > 0 ? std::abs(static_cast<double>(*b) - static_cast<double>(*a)) / most : 0;
}

std::optional<TaskGot> got(const json::Value& tasks, const std::string& name) {
  const json::Value* const task = tasks.find(name);
  if (task == nullptr) return std::nullopt;
  return TaskGot{metric_at(*task, "run_cycles").value_or(0), metric_at(*task, "wait.p99"), metric_at(*task, "wait.max"),
                 metric_at(*task, "slices.count").value_or(0) > 0};
}

double share_of(const TaskChange& change) {
  if (!change.a || !change.b) return 1;
  return std::max(share_of(change.a->wait_max, change.b->wait_max), share_of(change.a->run, change.b->run));
}

}  // namespace

std::optional<std::int64_t> MetricChange::difference() const { return a && b ? std::optional(*b - *a) : std::nullopt; }

std::optional<double> MetricChange::percent() const {
  if (!a || !b || *a == 0) return std::nullopt;
  return 100 * static_cast<double>(*b - *a) / std::abs(static_cast<double>(*a));
}

double MetricChange::share() const { return share_of(a, b); }

std::vector<MetricChange> metric_changes(const json::Value& a, const json::Value& b) {
  Values in_a, in_b;
  collect(a, "", in_a);
  collect(b, "", in_b);
  std::map<std::string, std::optional<std::int64_t>> of_b(in_b.begin(), in_b.end());
  std::vector<MetricChange> changes;
  const auto add = [&changes](const std::string& path, std::optional<std::int64_t> x, std::optional<std::int64_t> y) {
    if (x != y) changes.push_back({path, x, y, weight_of(path)});
  };
  for (const auto& [path, value] : in_a) {
    const auto other = of_b.extract(path);
    add(path, value, other.empty() ? std::nullopt : other.mapped());
  }
  for (const auto& [path, value] : in_b)
    if (of_b.contains(path)) add(path, std::nullopt, value);
  std::ranges::stable_sort(changes, [](const MetricChange& x, const MetricChange& y) {
    return std::pair(x.weight, -x.share()) < std::pair(y.weight, -y.share());
  });
  return changes;
}

std::vector<TaskChange> task_changes(const json::Value& a, const json::Value& b) {
  std::vector<TaskChange> changes;
  for (const auto& [name, figures] : a.items()) changes.push_back({name, got(a, name), got(b, name)});
  for (const auto& [name, figures] : b.items())
    if (!a.contains(name)) changes.push_back({name, std::nullopt, got(b, name)});
  std::erase_if(changes, [](const TaskChange& change) { return change.a == change.b; });
  std::ranges::stable_sort(changes, [](const TaskChange& x, const TaskChange& y) {
    return std::pair(!x.won_or_lost(), -share_of(x)) < std::pair(!y.won_or_lost(), -share_of(y));
  });
  return changes;
}

std::vector<Warning> only_here(const std::vector<Warning>& here, const std::vector<Warning>& there) {
  std::vector<Warning> mine = here, theirs = there;
  const auto drop_pairs = [&](const auto& alike) {
    for (auto it = mine.begin(); it != mine.end();) {
      const auto pair = std::ranges::find_if(theirs, [&](const Warning& other) { return alike(*it, other); });
      if (pair == theirs.end()) {
        ++it;
        continue;
      }
      theirs.erase(pair);
      it = mine.erase(it);
    }
  };
  drop_pairs([](const Warning& x, const Warning& y) { return x.kind == y.kind && x.hart == y.hart; });
  drop_pairs([](const Warning& x, const Warning& y) { return x.kind == y.kind; });
  return mine;
}

}  // namespace tb::analysis
