// SPDX-License-Identifier: Apache-2.0
// The numbers and names that Linux traces have for what the log calls otherwise.
#pragma once

#include <cstdint>
#include <string_view>

#include "event_names.h"   // generated
#include "event_schema.h"  // generated

namespace tb::exports {

// The priority that Linux shows for a task of this class. The log does not hold the priority within a class: a real-time task
// has the lowest one.
constexpr std::int64_t prio_of(std::uint64_t sched_class) {
  switch (sched_class) {
    case events::kClassDeadline: return -1;
    case events::kClassStop: return 0;
    case events::kClassRt: return 98;
    default: return 120;
  }
}

// Of prev_state in sched_switch: 0 for a task that stays runnable, else one bit.
constexpr std::int64_t state_bits(std::uint64_t task_state) {
  switch (task_state) {
    case events::kTaskStateS: return 0x01;
    case events::kTaskStateD: return 0x02;
    case events::kTaskStateT: return 0x04;
    case events::kTaskStateX: return 0x10;
    case events::kTaskStateI: return 0x80;
    default: return 0;
  }
}

// The number of a softirq, and its name.
constexpr std::uint64_t softirq_vec(std::uint64_t vec) { return vec == events::kSoftirqRcu ? 9 : 1; }
constexpr std::string_view softirq_action(std::uint64_t vec) { return vec == events::kSoftirqRcu ? "RCU" : "TIMER"; }

}  // namespace tb::exports
