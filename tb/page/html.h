// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "json/value.h"

namespace tb::page {

// A text as it stands between tags, and in attributes.
[[nodiscard]] std::string escaped(std::string_view text);
// As it stands in a <script>: no text in it ends the element.
[[nodiscard]] std::string script_json(const json::Value& value);
// The file NAME of assets/, which are built into the program. Throws std::logic_error if there is none.
[[nodiscard]] std::string_view asset(std::string_view name);
// A whole page: title, style sheet, body. `style`: what this page adds to the style sheet.
[[nodiscard]] std::string document(std::string_view title, std::string_view body, std::string_view style = {});

}  // namespace tb::page
