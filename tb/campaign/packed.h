// SPDX-License-Identifier: Apache-2.0
// Texts in few bytes (zlib), for the store: the metrics of a run are 15 KB as text.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace tb::campaign {

[[nodiscard]] std::string packed(std::string_view text);
// Throws std::runtime_error: not made by packed().
[[nodiscard]] std::string unpacked(std::string_view bytes);

}  // namespace tb::campaign
