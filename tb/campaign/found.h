// SPDX-License-Identifier: Apache-2.0
// Numbers as JSON, of which some may be none: NaN is null.
#pragma once

#include <map>
#include <string>

#include "json/value.h"

namespace tb::campaign {

[[nodiscard]] json::Value number_or_null(double value);
[[nodiscard]] double number_from(const json::Value& value);

// What logs were searched for, and what was found (Record::found).
[[nodiscard]] json::Value found_json(const std::map<std::string, double>& found);
// Throws json::Error.
[[nodiscard]] std::map<std::string, double> found_from(const json::Value& json);

}  // namespace tb::campaign
