// SPDX-License-Identifier: Apache-2.0
// What a scenario may refer to: the policies and hart counts built into this binary, and the shipped configuration
// files.
#pragma once

#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "firmware/kernel/policy.h"

namespace tb::config {

struct Library {
  std::span<const kernel::Policy* const> policies;
  std::vector<unsigned> hart_counts;  // ascending
  std::filesystem::path configs;      // holds hardware/ and scenarios/
  // The command that builds the model of another hart count, as words for exec. Empty: none can be built.
  std::function<std::vector<std::string>(unsigned harts)> build_command = {};
  std::vector<unsigned> not_buildable = {};  // hart counts whose models it has failed to build
};

[[nodiscard]] bool can_build_model(const Library& library, unsigned harts);

[[nodiscard]] std::vector<std::string> shipped_names(const Library& library, const std::string& folder);
[[nodiscard]] const kernel::Policy* find_policy(const Library& library, std::string_view name);
[[nodiscard]] std::vector<std::string> policy_names(const Library& library);

}  // namespace tb::config
