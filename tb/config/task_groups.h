// SPDX-License-Identifier: Apache-2.0
// Groups of tasks within groups: { name: pair, count: 3, tasks: [ ... ] } stands for three copies of its tasks.
#pragma once

#include "tb/config/problems.h"
#include "tb/config/tree.h"

namespace tb::config {

// The list without nested groups. The tasks of copy 1 of "pair" are called pair1-NAME; of one copy, pair-NAME. In their programs a
// name of a task of the group means that copy's; so does one of a lock, barrier or condition, unless a task outside of the group
// uses it too. What is wrong goes to `problems`, and is left out.
[[nodiscard]] Tree without_nested_groups(const Tree& tasks, Problems& problems);

}  // namespace tb::config
