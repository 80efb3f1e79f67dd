// SPDX-License-Identifier: Apache-2.0
// Reads the `program` of a task.
#pragma once

#include <string>
#include <vector>

#include "tb/config/match_reader.h"
#include "tb/config/scenario.h"

namespace tb::config {

// What the steps of all tasks refer to.
struct ProgramContext {
  const ReadContext& read;
  std::vector<std::string> tasks;      // names of all entries
  std::vector<std::string> templates;  // of those that are templates
  std::vector<std::string> locks;      // that lock steps name, in the order they come up
  std::vector<std::string> conds;      // that tasks wait for, likewise
};

// The program that a map has, or an error that says what is wrong with it. Adds the locks it names.
[[nodiscard]] std::vector<ProgramStep> read_program(const StrictMap& map, ProgramContext& context);
// Every lock that is given back must be taken somewhere, and tasks must wait for what is signalled. Throws.
void check_references(const Tree& program, const std::string& path, const ProgramContext& context);
// A list of CPUs; an empty one is refused, it would leave nowhere to run.
[[nodiscard]] std::uint64_t read_cpu_list(const Tree& value, const std::string& path, unsigned harts);

}  // namespace tb::config
