// SPDX-License-Identifier: Apache-2.0
#include "tb/config/library.h"

#include <algorithm>

namespace tb::config {

std::vector<std::string> shipped_names(const Library& library, const std::string& folder) {
  std::vector<std::string> names;
  std::error_code ignored;  // no such folder: nothing is shipped
  for (const auto& entry : std::filesystem::directory_iterator(library.configs / folder, ignored))
    if (entry.path().extension() == ".yaml") names.push_back(entry.path().stem().string());
  std::sort(names.begin(), names.end());
  return names;
}

const kernel::Policy* find_policy(const Library& library, std::string_view name) {
  for (const kernel::Policy* policy : library.policies)
    if (policy->name == name) return policy;
  return nullptr;
}

std::vector<std::string> policy_names(const Library& library) {
  std::vector<std::string> names;
  for (const kernel::Policy* policy : library.policies) names.emplace_back(policy->name);
  return names;
}

}  // namespace tb::config
