// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace kernel {

namespace test {

// "t3". Not stem + std::to_string(i): g++ 12 takes that for an overlapping copy when it optimises.
inline std::string numbered(const char* stem, long i) {
  std::string name(stem);
  name += std::to_string(i);
  return name;
}

}  // namespace test

}  // namespace kernel
