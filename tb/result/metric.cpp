// SPDX-License-Identifier: Apache-2.0
#include "tb/result/metric.h"

#include <string>

namespace tb {

namespace {

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

}  // namespace tb
