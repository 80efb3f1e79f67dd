// SPDX-License-Identifier: Apache-2.0
// What a scenario may refer to: the policies built into this binary, and the shipped configuration files.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "firmware/kernel/policy.h"

namespace tb::config {

struct Library {
  std::span<const kernel::Policy* const> policies;
  std::filesystem::path configs;  // holds hardware/ and scenarios/
};

[[nodiscard]] std::vector<std::string> shipped_names(const Library& library, const std::string& folder);
[[nodiscard]] const kernel::Policy* find_policy(const Library& library, std::string_view name);
[[nodiscard]] std::vector<std::string> policy_names(const Library& library);

}  // namespace tb::config
