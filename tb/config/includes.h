// SPDX-License-Identifier: Apache-2.0
// Sets of expectations that scenarios share: { include: NAME } stands for the list in expect/NAME.yaml.
#pragma once

#include <filesystem>

#include "tb/config/library.h"
#include "tb/config/problems.h"
#include "tb/config/tree.h"

namespace tb::config {

inline constexpr std::size_t kIncludeDepthMax = 4;

// The list with what each include stands for in its place; from `near`/../expect or among the shipped ones. Other
// values are left for the reader to refuse. An include that cannot be read goes to `problems` and is left out.
[[nodiscard]] Tree expand_includes(const Tree& expect, const Library& library, const std::filesystem::path& near,
                                   Problems& problems);

}  // namespace tb::config
