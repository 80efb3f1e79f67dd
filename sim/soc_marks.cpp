// SPDX-License-Identifier: Apache-2.0
// Marks along the COMPUTEs in flight. A mark is applied when the clock has stopped at or after its cycle, and shown under
// its own cycle. The clock stops at its very cycle only where it matters: waves are open, a watchdog may be about
// to sample the site, or the event is one whose observer acts on the machine.
#include <algorithm>
#include <bit>

#include "sim/hart_slot.h"

namespace sim {

void Soc::watch_marks(HartSlot& slot) {
  apply_marks(slot, 0);
  if (slot.next_mark == kNever) return;
  marks_left_ |= slot.bit;
  marks_due_ = std::min(marks_due_, slot.next_mark);
  find_prompt_mark(slot);
}

void Soc::forget_marks(const HartSlot& slot) {
  marks_left_ &= ~slot.bit;
  prompt_left_ &= ~slot.bit;
}

void Soc::find_prompt_mark(HartSlot& slot) {
  const auto& marks = slot.op->marks.marks;
  const auto is_prompt = [this](const Mark& mark) { return mark.reg == kEventMark && prompt_events_[mark.event]; };
  const auto next = std::find_if(marks.begin() + slot.marks_done, marks.end(), is_prompt);
  slot.prompt = static_cast<std::uint32_t>(next - marks.begin());
  if (next != marks.end()) prompt_left_ |= slot.bit;
  else prompt_left_ &= ~slot.bit;
}

// `outputs`: the cycle that the model's outputs are of.
void Soc::catch_up(Cycle outputs) {
  marks_due_ = kNever;
  for (std::uint64_t left = marks_left_; left != 0; left &= left - 1) {
    HartSlot& slot = *slots_[static_cast<unsigned>(std::countr_zero(left))];
    if (slot.next_mark <= outputs) show_due_marks(slot, outputs);
    marks_due_ = std::min(marks_due_, slot.next_mark);
  }
}

void Soc::show_due_marks(HartSlot& slot, Cycle outputs) {
  if (slot.issued >= outputs || slot.status() == Status::kReset) return;  // not begun, or gone with its hart
  apply_marks(slot, slot.burnt());
  if (slot.next_mark == kNever) {
    forget_marks(slot);
  } else if ((prompt_left_ & slot.bit) != 0 && slot.marks_done > slot.prompt) {
    find_prompt_mark(slot);
  }
}

// Whether the hart's COMPUTE is going on: it is neither entering a trap, nor reset.
bool Soc::computes(const HartSlot& slot) const { return slot.issued == now() || slot.status() == Status::kDone; }

Cycle Soc::next_mark() const {
  Cycle next = kNever;
  for (std::uint64_t left = marks_left_; left != 0; left &= left - 1) {
    const HartSlot& slot = *slots_[static_cast<unsigned>(std::countr_zero(left))];
    if (computes(slot)) next = std::min(next, slot.next_mark);
  }
  return next;
}

Cycle Soc::next_prompt_mark() const {
  Cycle next = kNever;
  for (std::uint64_t left = prompt_left_; left != 0; left &= left - 1) {
    const HartSlot& slot = *slots_[static_cast<unsigned>(std::countr_zero(left))];
    if (computes(slot)) next = std::min(next, slot.issued + slot.op->marks.marks[slot.prompt].offset);
  }
  return next;
}

}  // namespace sim
