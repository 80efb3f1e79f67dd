// SPDX-License-Identifier: Apache-2.0
#include "tb/campaign/found.h"

#include <cmath>

namespace tb::campaign {

json::Value number_or_null(double value) { return std::isfinite(value) ? json::Value(value) : json::Value(); }
double number_from(const json::Value& value) { return value.is_null() ? std::nan("") : value.get<double>(); }

json::Value found_json(const std::map<std::string, double>& found) {
  json::Value out = json::Value::object();
  for (const auto& [name, value] : found) out[name] = number_or_null(value);
  return out;
}

std::map<std::string, double> found_from(const json::Value& json) {
  std::map<std::string, double> out;
  for (const auto& [name, value] : json.items()) out[name] = number_from(value);
  return out;
}

}  // namespace tb::campaign
