// SPDX-License-Identifier: Apache-2.0
// The order of events and trace registers: by cycle, then hart, then program. Events reach the observer in this order; so do
// writes reach a trace register that several harts write.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "sim/observer.h"
#include "sim/profile.h"
#include "sim/trace_registers.h"

namespace sim {

class EventOrder {
 public:
  EventOrder(Observer& observer, TraceRegisters& trace, Profile& profile)
      : observer_(observer), trace_(trace), profile_(profile) {}

  // `hart` shows the mark at `cycle`, which must not be before the end of the last deliver().
  void show(Cycle cycle, HartId hart, const Mark& mark, const std::uint8_t* payloads) {
    // A register that only this hart writes needs no place in the order.
    if (mark.reg != kEventMark && mark.hart == hart && !is_shared(static_cast<TraceRegister>(mark.reg))) {
      trace_.set(mark);
    } else {
      post(cycle, hart, mark, payloads);
    }
  }

  [[nodiscard]] bool empty() const { return pending_.empty(); }

  // Delivers all that was shown before cycle `end`. Called before software resumes at that cycle: if the software hangs, the log
  // is complete up to there.
  void deliver(Cycle end) {
    const Profile::Part before = profile_.enter(Profile::kEventLog);
    std::size_t count = 0;
    for (; count < pending_.size() && pending_[count].cycle < end; ++count) {
      const Pending& pending = pending_[count];
      const Mark& mark = pending.mark;
      if (mark.reg == kEventMark) {
        observer_.on_event(
            {pending.cycle, pending.hart, mark.event, std::span<const std::uint8_t>(payloads_).subspan(mark.value, mark.length)});
      } else {
        trace_.set(mark);
      }
    }
    profile_.enter(before);
    if (count == 0) return;
    pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(count));
    if (pending_.empty()) payloads_.clear();
  }

 private:
  struct Pending {
    Cycle cycle;
    HartId hart;
    Mark mark;  // an event's value is the place of its payload in payloads_
    [[nodiscard]] bool after(Cycle other_cycle, HartId other_hart) const {
      return cycle != other_cycle ? cycle > other_cycle : hart > other_hart;
    }
  };

  void post(Cycle cycle, HartId hart, const Mark& mark, const std::uint8_t* payloads) {
    pending_.push_back({cycle, hart, mark});
    if (mark.reg == kEventMark) {
      pending_.back().mark.value = static_cast<std::uint32_t>(payloads_.size());
      payloads_.insert(payloads_.end(), payloads + mark.value, payloads + mark.value + mark.length);
    }
    // Nearly always the last already. Equal ones stay in program order.
    for (std::size_t i = pending_.size() - 1; i > 0 && pending_[i - 1].after(cycle, hart); --i) {
      std::swap(pending_[i - 1], pending_[i]);
    }
  }

  Observer& observer_;
  TraceRegisters& trace_;
  Profile& profile_;
  std::vector<Pending> pending_;  // in order
  std::vector<std::uint8_t> payloads_;
};

}  // namespace sim
