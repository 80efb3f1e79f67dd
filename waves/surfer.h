// SPDX-License-Identifier: Apache-2.0
// A view as Surfer reads it: a command file, and mapping files for the names. Queue lengths stay numbers: no command
// draws them as steps.
#pragma once

#include <string>

#include "waves/names.h"
#include "waves/view.h"

namespace waves {

// For `surfer waves.fst --command-file NAME`, called in the run's directory, where it finds .surfer/mappings/.
[[nodiscard]] std::string surfer_command_file(const Picture& picture, const std::string& name);

// Of a table as shown with so many bits; the mapping's name is in its first line.
[[nodiscard]] std::string surfer_mapping(const NameTable& table, unsigned bits);
[[nodiscard]] std::string surfer_mapping_name(const std::string& table, unsigned bits);

}  // namespace waves
