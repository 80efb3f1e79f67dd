// SPDX-License-Identifier: Apache-2.0
#include "sim/marks.h"

#include <algorithm>
#include <bit>

namespace sim {

void Marks::watch(OpInFlight& flight) {
  show(flight, 0);
  if (flight.next_mark == kNever) return;
  flights_[flight.hart] = &flight;
  left_ |= bit(flight.hart);
  due_ = std::min(due_, flight.next_mark);
  find_prompt(flight);
}

void Marks::find_prompt(OpInFlight& flight) {
  const auto& marks = flight.op->marks.marks;
  const auto is_prompt = [this](const Mark& mark) { return mark.reg == kEventMark && prompt_events_[mark.event]; };
  const auto next = std::find_if(marks.begin() + flight.marks_done, marks.end(), is_prompt);
  flight.prompt = static_cast<std::uint32_t>(next - marks.begin());
  if (next != marks.end()) prompt_left_ |= bit(flight.hart);
  else prompt_left_ &= ~bit(flight.hart);
}

void Marks::catch_up(Cycle outputs) {
  due_ = kNever;
  for (std::uint64_t left = left_; left != 0; left &= left - 1) {
    OpInFlight& flight = *flights_[static_cast<unsigned>(std::countr_zero(left))];
    if (flight.next_mark <= outputs) show_due(flight, outputs);
    due_ = std::min(due_, flight.next_mark);
  }
}

void Marks::show_due(OpInFlight& flight, Cycle outputs) {
  if (flight.issued >= outputs || clock_.status(flight.hart) == Status::kReset) return;  // not begun, or gone with its hart
  show(flight, burnt(flight));
  if (flight.next_mark == kNever) {
    forget(flight.hart);
  } else if ((prompt_left_ & bit(flight.hart)) != 0 && flight.marks_done > flight.prompt) {
    find_prompt(flight);
  }
}

Cycle Marks::next() const {
  Cycle next = kNever;
  for (std::uint64_t left = left_; left != 0; left &= left - 1) {
    const OpInFlight& flight = *flights_[static_cast<unsigned>(std::countr_zero(left))];
    if (computes(flight)) next = std::min(next, flight.next_mark);
  }
  return next;
}

Cycle Marks::next_prompt() const {
  Cycle next = kNever;
  for (std::uint64_t left = prompt_left_; left != 0; left &= left - 1) {
    const OpInFlight& flight = *flights_[static_cast<unsigned>(std::countr_zero(left))];
    if (computes(flight)) next = std::min(next, flight.issued + flight.op->marks.marks[flight.prompt].offset);
  }
  return next;
}

}  // namespace sim
