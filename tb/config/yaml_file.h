// SPDX-License-Identifier: Apache-2.0
// YAML text to Tree, strictly: one document, no key given twice, no anchors, aliases or tags, and bounded in size.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "tb/config/tree.h"

namespace tb::config {

inline constexpr std::size_t kFileBytesMax = 256 * 1024;
inline constexpr std::size_t kNestingMax = 20;
inline constexpr std::size_t kNodesMax = 20'000;

// `source` names the text in every message. Throws ConfigError.
[[nodiscard]] Tree parse_yaml(std::string_view text, const std::string& source);
// Throws ConfigError, also when the file cannot be read.
[[nodiscard]] Tree read_yaml_file(const std::string& path);

}  // namespace tb::config
