// SPDX-License-Identifier: Apache-2.0
// Whether two event logs tell the same, as far as both go. Verbose events are left out, as in the event hash.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "sim/hart_op.h"

namespace event_log {

struct Difference {
  sim::Cycle cycle = 0;
  std::string first;  // the event in either log, as printed; empty: that log has ended
  std::string second;
};

struct Comparison {
  std::uint64_t equal = 0;               // events before the difference, or in common
  std::optional<Difference> difference;  // where they part; one log going on alone counts

  // The second log begins with all there is of the first; or the other way round.
  [[nodiscard]] bool first_is_prefix() const { return !difference || difference->first.empty(); }
  [[nodiscard]] bool second_is_prefix() const { return !difference || difference->second.empty(); }
};

// Throws LogError.
[[nodiscard]] Comparison compare_logs(const std::string& first, const std::string& second);

}  // namespace event_log
