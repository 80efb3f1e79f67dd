// SPDX-License-Identifier: Apache-2.0
// JSON as rt-app takes it: with comments, with keys that are given more than once and whose order matters, with a comma too
// many. The product's own parser (json/) keeps neither repeated keys nor places, which the messages need.
#pragma once

#include <string>
#include <string_view>

#include "tb/config/tree.h"

namespace tb::import {

// Strings are quoted scalars; a map has its entries as written, also those of one key. Throws ConfigError.
[[nodiscard]] config::Tree parse_json(std::string_view text, const std::string& source);
// Throws ConfigError, also when the file cannot be read.
[[nodiscard]] std::string read_text_file(const std::string& path, std::size_t bytes_max);

}  // namespace tb::import
