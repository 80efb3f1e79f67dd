// SPDX-License-Identifier: Apache-2.0
// Names for the numbers that waves show: those of events.yaml, of the RTL, and of this run's tasks and harts.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace waves {

struct NameTable {
  std::string name;  // what Signal::names refers to
  std::vector<std::pair<std::uint64_t, std::string>> values;
};

// `tasks`: pid -> comm.
[[nodiscard]] std::vector<NameTable> name_tables(const std::map<std::uint64_t, std::string>& tasks, unsigned harts);

}  // namespace waves
