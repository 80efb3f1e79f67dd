// SPDX-License-Identifier: Apache-2.0
// Marks along the ops in flight. A mark is shown when the clock has stopped at or after its cycle, under its own cycle. The clock
// stops at its very cycle only if that shows: waves are open, a watchdog may be about to sample the site, or the observer
// wants the event at once.
#pragma once

#include <bitset>
#include <cstdint>
#include <vector>

#include "sim/clock.h"
#include "sim/event_order.h"

namespace sim {

// The op that a hart is at.
struct OpInFlight {
  HartId hart;
  const Op* op = nullptr;  // its caller's, who is blocked
  Cycle issued = 0;
  std::uint32_t computing = 0;  // cycles of the COMPUTE, or of the lead
  std::uint32_t marks_done = 0;
  Cycle next_mark = kNever;  // the first cycle that the next mark can be due at
  std::uint32_t prompt = 0;  // index of the next mark that must be shown at its cycle
};

class Marks {
 public:
  Marks(const Clock& clock, EventOrder& events, unsigned harts) : clock_(clock), events_(events), flights_(harts) {}

  // Before the first op: bit per event id that must be shown at its own cycle.
  void set_prompt_events(const std::bitset<256>& events) { prompt_events_ = events; }

  // An op with marks has been presented; it stays where it is until finish() or forget().
  void watch(OpInFlight& flight);
  // The op has been answered: shows the marks that it has come past.
  void finish(OpInFlight& flight, Status status) {
    if ((left_ & bit(flight.hart)) == 0) return;
    show(flight, status == Status::kDone ? flight.computing : burnt(flight));
    forget(flight.hart);
  }
  // The op is void.
  void forget(HartId hart) {
    left_ &= ~bit(hart);
    prompt_left_ &= ~bit(hart);
  }

  // Whether an op in flight has marks that are not shown.
  [[nodiscard]] bool any() const { return left_ != 0; }
  // No mark can be shown before this cycle.
  [[nodiscard]] Cycle due() const { return due_; }
  // Shows the marks due by cycle `outputs`, which the model's outputs are of.
  void catch_up(Cycle outputs);
  // The earliest cycle of a mark to come.
  [[nodiscard]] Cycle next() const;
  // The same of one that must be shown at its cycle.
  [[nodiscard]] Cycle next_prompt() const;

 private:
  static std::uint64_t bit(HartId hart) { return std::uint64_t{1} << hart; }
  [[nodiscard]] std::uint32_t burnt(const OpInFlight& flight) const { return flight.computing - clock_.remaining(flight.hart); }
  // Whether the hart still computes: it neither enters a trap, nor is reset.
  [[nodiscard]] bool computes(const OpInFlight& flight) const {
    return flight.issued == clock_.now() || clock_.status(flight.hart) == Status::kDone;
  }

  // Shows the marks up to `cycles` within the op.
  void show(OpInFlight& flight, std::uint32_t cycles) {
    const MarkList& list = flight.op->marks;
    std::size_t next = flight.marks_done;
    for (; next < list.marks.size() && list.marks[next].offset <= cycles; ++next) {
      const Mark& mark = list.marks[next];
      events_.show(flight.issued + mark.offset, flight.hart, mark, list.payloads);
    }
    flight.marks_done = static_cast<std::uint32_t>(next);
    flight.next_mark = next < list.marks.size() ? flight.issued + list.marks[next].offset : kNever;
  }
  void show_due(OpInFlight& flight, Cycle outputs);
  void find_prompt(OpInFlight& flight);

  const Clock& clock_;
  EventOrder& events_;
  std::vector<OpInFlight*> flights_;  // by hart; valid where left_ says so
  // Bits are harts
  std::uint64_t left_ = 0;         // has marks that are not shown
  std::uint64_t prompt_left_ = 0;  // and among them one that must be shown at its cycle
  Cycle due_ = kNever;
  std::bitset<256> prompt_events_;  // ids
};

}  // namespace sim
