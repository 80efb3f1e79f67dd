// SPDX-License-Identifier: Apache-2.0
#include "tb/report/binary_hash.h"

#include <fstream>
#include <iterator>

#include "tb/log/event_hash.h"

namespace tb::report {

const std::string& binary_hash() {
  static const std::string hash = [] {
    std::ifstream file("/proc/self/exe", std::ios::binary);
    if (!file) return std::string();
    return log::hash_text(std::string(std::istreambuf_iterator<char>(file), {}));
  }();
  return hash;
}

}  // namespace tb::report
