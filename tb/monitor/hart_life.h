// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "event_names.h"  // generated

namespace tb::monitor {

// The event says that its hart executes the kernel's main code: it is online from there.
[[nodiscard]] constexpr bool shows_life(std::uint8_t event) {
  switch (event) {
    case events::kIrqOn:
    case events::kIrqEntry:
    case events::kSchedSwitch:
    case events::kWfiEnter:
    case events::kBalanceEnter: return true;
    default: return false;
  }
}

}  // namespace tb::monitor
