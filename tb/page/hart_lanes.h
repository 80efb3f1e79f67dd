// SPDX-License-Identifier: Apache-2.0
// What each hart did at each cycle: its time cut into segments, in each of which it is in exactly one state.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "firmware/kernel/config.h"
#include "tb/page/task_table.h"

namespace tb::page {

// Where two hold, the one further up counts: an interrupt within the idle task is an interrupt.
enum class HartState : std::uint8_t { kOff, kInterrupt, kWfi, kLockWait, kTrapped, kBalance, kIrqsOff, kIdle, kTask };

struct StateText {
  std::string_view name;
  std::string_view meaning;
};
// In the order of HartState.
inline constexpr std::array kHartStates{
    StateText{"off", "held in reset, or booting"},
    StateText{"interrupt", "from the trap to the end of its handler"},
    StateText{"WFI", "asleep"},
    StateText{"lock wait", "waits for a spinlock"},
    StateText{"dispatch loop", "a balance_scx that the breakout ended, or with more than 32 calls of ops.dispatch()"},
    StateText{"balance", "balance_scx, which asks the policy for a task"},
    StateText{"IRQs off", "other kernel code with interrupts off"},
    StateText{"idle", "the idle task, awake"},
    StateText{"task", "a task runs, interrupts on"},
};

inline constexpr TaskId kTaskIdMax = (1U << 24) - 1;  // no page shows more tasks

struct HartSegment {
  sim::Cycle from = 0;  // to the next one's, or to the end of the lane
  HartState state : 8 = HartState::kOff;
  TaskId task : 24 = kIdleTask;  // which has the CPU
  std::uint32_t detail = 0;      // kInterrupt: cause; kTrapped, kBalance: calls of ops.dispatch(); kIrqsOff: site

  [[nodiscard]] bool same_as(const HartSegment& other) const {
    return state == other.state && task == other.task && detail == other.detail;
  }
};

static_assert(sizeof(HartSegment) == 16, "a long run has millions");

struct HartLane {
  std::vector<HartSegment> segments;  // the first from cycle 0
  sim::Cycle end = 0;

  [[nodiscard]] sim::Cycle to(std::size_t segment) const {
    return segment + 1 < segments.size() ? segments[segment + 1].from : end;
  }
};

class HartLanes {
 public:
  explicit HartLanes(unsigned harts);

  void on_event(const event_log::EventView& event, const TaskTable& tasks);
  // The lanes end there.
  void finish(sim::Cycle end);
  // To be taken once: of a long run they are large.
  [[nodiscard]] std::vector<HartLane> take_lanes() { return std::move(lanes_); }
  // The hart is in a dispatch loop, or between two.
  [[nodiscard]] bool trapped(sim::HartId hart) const { return harts_[hart].trapped; }

 private:
  struct Hart {
    bool off = true;
    std::vector<std::uint32_t> causes;  // of the interrupts it is in, the innermost last
    bool asleep = false;
    bool lock_wait = false;
    bool balance = false;
    bool loop = false;     // this balance is a dispatch loop
    bool trapped = false;  // the last balance that ended was one, or this one is
    std::size_t balance_begin = 0;
    std::uint32_t calls = 0;
    bool irqs_off = false;
    std::uint32_t site = 0;
    TaskId task = kIdleTask;
  };

  void apply(Hart& hart, const event_log::EventView& event, const TaskTable& tasks);
  void on_reset(sim::Cycle cycle);
  // Gives the segments of the hart's balance what is known of it by now.
  void name_balance(sim::HartId id);
  void cut(sim::HartId id, sim::Cycle cycle);

  std::vector<Hart> harts_;
  std::vector<HartLane> lanes_;
};

}  // namespace tb::page
