// SPDX-License-Identifier: Apache-2.0
// The machine a scenario runs on: the name of a file, a map, or a map with a file as its base.
#pragma once

#include <string>

#include "tb/config/library.h"
#include "tb/config/problems.h"
#include "tb/config/scenario.h"
#include "tb/config/tree.h"

namespace tb::config {

// Replaces a name by the map in its file, and `base: NAME` by that map under the keys given beside it; if those make it
// another machine and give it no name, it is called NAME-modified. Files are looked for beside the scenario first (`near`:
// the scenario's folder), then among the shipped ones.
[[nodiscard]] Tree expand_hardware(const Tree& value, const Library& library, const std::filesystem::path& near);

// `tree` has been expanded. What is wrong goes to `problems`.
[[nodiscard]] Hardware read_hardware(const Tree& tree, Problems& problems);

}  // namespace tb::config
