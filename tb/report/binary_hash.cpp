// SPDX-License-Identifier: Apache-2.0
#include "tb/report/binary_hash.h"

#include <fstream>
#include <string>

#include "tb/log/event_hash.h"

namespace tb::report {

const std::string& binary_hash() {
  static const std::string hash = [] {
    std::ifstream file("/proc/self/exe", std::ios::binary | std::ios::ate);
    if (!file) return std::string();
    std::string program(static_cast<std::size_t>(file.tellg()), '\0');
    file.seekg(0);
    if (!file.read(program.data(), static_cast<std::streamsize>(program.size()))) return std::string();
    return log::hash_text(program);
  }();
  return hash;
}

}  // namespace tb::report
