// SPDX-License-Identifier: Apache-2.0
// JSON schemas (draft 7) of the languages, for editors: generated from keys.h, which the readers read by too. A schema
// cannot say all that the readers check: what refers to something elsewhere, or is decided by another key, is theirs.
#pragma once

#include <string_view>

#include "json/value.h"
#include "tb/config/library.h"

namespace tb::config {

inline constexpr std::array kSchemaNames = std::to_array<std::string_view>({"scenario", "hardware", "expect", "study"});

// Of a scenario file, a hardware file, a set of expectations or a study; `name` is one of kSchemaNames.
[[nodiscard]] json::Value schema(std::string_view name, const Library& library);

}  // namespace tb::config
