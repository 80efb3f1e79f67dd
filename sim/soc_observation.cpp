// SPDX-License-Identifier: Apache-2.0
// What the machine shows of itself: events to the observer in the order of the log, trace registers to the RTL.
#include <algorithm>
#include <bit>
#include <span>
#include <utility>

#include "sim/hart_slot.h"
#include "sim/packed_bits.h"

namespace sim {

inline void Soc::set_trace_register(const Mark& mark) {
  const unsigned target = mark.hart;
  switch (static_cast<TraceRegister>(mark.reg)) {
    case TraceRegister::kSite: pins_.tr_site[target] = static_cast<std::uint16_t>(mark.value); break;
    case TraceRegister::kPid: pins_.tr_pid[target] = mark.value; break;
    case TraceRegister::kClass: pins_.tr_class[target] = static_cast<std::uint8_t>(mark.value); break;
    case TraceRegister::kDispatchCalls: pins_.tr_calls[target] = mark.value; break;
    case TraceRegister::kNeedResched: set_bit(pins_.tr_resched, target, mark.value != 0); break;
    case TraceRegister::kRqLock: pins_.tr_rqlock[target] = static_cast<std::uint8_t>(mark.value); break;
    case TraceRegister::kQueues: pins_.tr_queues[target] = mark.value; break;
  }
  trace_dirty_ |= std::uint64_t{1} << target;
}

// What nobody but the hart writes needs no place in the order.
inline void Soc::show(Cycle cycle, HartId hart, const Mark& mark, const std::uint8_t* payloads) {
  if (mark.reg != kEventMark && mark.hart == hart && !is_shared(static_cast<TraceRegister>(mark.reg))) {
    set_trace_register(mark);
  } else {
    post(cycle, hart, mark, payloads);
  }
}

void Soc::apply(HartId hart, const Mark& mark, const std::uint8_t* payloads) { show(now(), hart, mark, payloads); }

void Soc::apply_marks(HartSlot& slot, std::uint32_t burnt) {
  const MarkList& list = slot.op->marks;
  std::size_t next = slot.marks_done;
  for (; next < list.marks.size() && list.marks[next].offset <= burnt; ++next) {
    const Mark& mark = list.marks[next];
    show(slot.issued + mark.offset, slot.id, mark, list.payloads);
  }
  slot.marks_done = static_cast<std::uint32_t>(next);
  slot.next_mark = next < list.marks.size() ? slot.issued + list.marks[next].offset : kNever;
}

void Soc::post(Cycle cycle, HartId hart, const Mark& mark, const std::uint8_t* payloads) {
  pending_.push_back({cycle, hart, mark});
  if (mark.reg == kEventMark) {
    pending_.back().mark.value = static_cast<std::uint32_t>(pending_bytes_.size());
    pending_bytes_.insert(pending_bytes_.end(), payloads + mark.value, payloads + mark.value + mark.length);
  }
  // Nearly always the last already. Equal ones stay in program order.
  for (std::size_t i = pending_.size() - 1; i > 0 && pending_[i - 1].after(cycle, hart); --i) {
    std::swap(pending_[i - 1], pending_[i]);
  }
}

void Soc::flush_events() { deliver(kNever); }

// What lies before cycle `end`. Software that is let run at a cycle finds all before it delivered: should it never come
// back, that is what there is to know.
void Soc::deliver(Cycle end) {
  const Profile::Part before = profile().enter(Profile::kEventLog);
  std::size_t count = 0;
  for (; count < pending_.size() && pending_[count].cycle < end; ++count) {
    const Pending& pending = pending_[count];
    const Mark& mark = pending.mark;
    if (mark.reg == kEventMark) {
      observer_.on_event({pending.cycle, pending.hart, mark.event,
                          std::span<const std::uint8_t>(pending_bytes_).subspan(mark.value, mark.length)});
    } else {
      set_trace_register(mark);
    }
  }
  profile().enter(before);
  if (count == 0) return;
  pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(count));
  if (pending_.empty()) pending_bytes_.clear();
}

// One toggle per hart and cycle, whatever was written: two would cancel.
void Soc::commit_trace_registers() {
  for (; trace_dirty_ != 0; trace_dirty_ &= trace_dirty_ - 1) {
    toggle_bit(pins_.tr_tgl, static_cast<unsigned>(std::countr_zero(trace_dirty_)));
  }
}

}  // namespace sim
