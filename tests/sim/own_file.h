// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <string>

namespace sim_test {

// A path that no other case uses: cases run side by side, each in a process of its own.
inline std::string own_file(const std::string& name) { return testing::TempDir() + std::to_string(getpid()) + "_" + name; }

}  // namespace sim_test
