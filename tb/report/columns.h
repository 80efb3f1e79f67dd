// SPDX-License-Identifier: Apache-2.0
// The columns of the table that compares runs: metrics, with a title and in the unit that people read.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tb/result/result.h"

namespace tb::report {

struct Column {
  std::string above, title;                         // two lines of a heading
  std::function<std::string(const Result&)> value;  // of a run that has metrics; "-": not measured
};

// Of metrics and derived metrics, as the key `show` of a scenario names them. None: the usual ones.
[[nodiscard]] std::vector<Column> columns(const std::vector<std::string>& show);

}  // namespace tb::report
