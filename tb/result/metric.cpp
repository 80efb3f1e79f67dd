// SPDX-License-Identifier: Apache-2.0
#include "tb/result/metric.h"

#include <algorithm>
#include <initializer_list>
#include <string>

namespace tb {

namespace {

bool ends_with_one_of(std::string_view path, std::initializer_list<std::string_view> words) {
  const std::string_view last = path.substr(path.rfind('.') + 1);
  return std::find(words.begin(), words.end(), last) != words.end();
}

// Null: there is nothing of that name.
const json::Value* node_at(const json::Value& root, std::string_view path) {
  const json::Value* node = &root;
  while (true) {
    const std::size_t dot = path.find('.');
    node = node->find(path.substr(0, dot));
    if (!node || dot == std::string_view::npos) return node;
    path.remove_prefix(dot + 1);
  }
}

}  // namespace

std::optional<std::int64_t> metric_at(const json::Value& metrics, std::string_view path) {
  const json::Value* node = node_at(metrics, path);
  if (!node || !node->is_integer()) return std::nullopt;
  return node->get<std::int64_t>();
}

std::vector<std::int64_t> metric_per_hart(const json::Value& metrics, std::string_view path) {
  const json::Value* node = node_at(metrics, std::string(path) + ".per_hart");
  return node && node->is_array() ? node->get<std::vector<std::int64_t>>() : std::vector<std::int64_t>{};
}

bool is_time(std::string_view path) {
  constexpr std::string_view kTask = "tasks.";
  if (path.starts_with(kTask)) {  // its name says nothing of a unit
    path.remove_prefix(std::min(path.size(), path.find('.', kTask.size()) + 1));
    return path == "run_cycles" || ends_with_one_of(path, {"sum", "min", "p50", "p90", "p99", "max"});
  }
  if (ends_with_one_of(path, {"count", "hart", "from", "never_ended"})) return false;
  if (path == "trapped_balance.max" || path == "idle_while_runnable.max" || path == "idle_while_runnable.total") return true;
  if (path.find("_cycles") != path.npos) return true;
  const bool of_tasks = path.starts_with("classes.") || path.starts_with("all_tasks.");
  return of_tasks && ends_with_one_of(path, {"sum", "min", "p50", "p90", "p99", "max"});
}

}  // namespace tb
