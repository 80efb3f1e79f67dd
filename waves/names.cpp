// SPDX-License-Identifier: Apache-2.0
#include "waves/names.h"

#include <fmt/format.h>

#include <array>
#include <string_view>

#include "event_schema.h"  // generated
#include "platform.h"      // generated

namespace waves {

namespace {

// As soc_hart.v has them; a test compares.
constexpr std::array<std::string_view, 7> kHartStates{"START", "READY", "COMPUTE", "BUS", "WFI", "ENTRY", "HELD"};
// A set of three bits: external, software, timer.
constexpr std::array<std::string_view, 8> kInterruptSets{"none",     "timer",          "software",          "software+timer",
                                                         "external", "external+timer", "external+software", "all"};

template <typename Names>
NameTable counted(std::string name, const Names& names) {
  NameTable table{std::move(name), {}};
  for (const std::string_view value : names) table.values.emplace_back(table.values.size(), value);
  return table;
}

}  // namespace

std::vector<NameTable> name_tables(const std::map<std::uint64_t, std::string>& tasks, unsigned harts) {
  std::vector<NameTable> tables;
  for (const auto* values : trace::schema::kEnums) {
    NameTable& table = tables.emplace_back(NameTable{std::string(values->name), {}});
    for (const auto& value : values->names) table.values.emplace_back(value.value, value.name);
  }
  tables.push_back(counted("opcode", platform::hart::kOpcodeNames));
  tables.push_back(counted("hart_state", kHartStates));
  tables.push_back(counted("interrupts", kInterruptSets));
  NameTable& task = tables.emplace_back(NameTable{"task", {{0, "swapper"}}});
  for (const auto& [pid, comm] : tasks) task.values.emplace_back(pid, fmt::format("{}[{}]", comm, pid));
  NameTable& holders = tables.emplace_back(NameTable{"rqlock", {{0, "free"}}});
  for (unsigned hart = 0; hart < harts; ++hart) holders.values.emplace_back(hart + 1, fmt::format("hart{}", hart));
  return tables;
}

}  // namespace waves
