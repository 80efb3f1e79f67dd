// SPDX-License-Identifier: Apache-2.0
// What a writer of a trace format gets: each event with its time and the state of its hart, then the end of the run.
#pragma once

#include <cstdint>
#include <string>

#include "log/decode.h"
#include "tb/export/hart_states.h"

namespace tb::exports {

// The machine that the trace is of.
struct Machine {
  unsigned harts = 0;
  std::uint32_t clock_mhz = 0;

  // Rounded down to a nanosecond.
  [[nodiscard]] std::uint64_t ns(sim::Cycle cycle) const { return cycle * 1000 / clock_mhz; }
};

// One event. Valid during the call it is passed to.
struct Record {
  const event_log::EventView& event;
  std::uint64_t ns;
  const HartStates& states;

  [[nodiscard]] const HartState& hart() const { return states.hart(event.hart); }
};

// The end of the run, or of its log.
struct End {
  std::uint64_t ns = 0;
  std::string event_hash;  // 32 hexadecimal digits
  const HartStates& states;
};

class Writer {
 public:
  Writer() = default;
  virtual ~Writer() = default;
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  virtual void write(const Record& record) = 0;
  // All files are complete and have their names when this returns. Without it none of them is left.
  virtual void finish(const End& end) = 0;
};

}  // namespace tb::exports
