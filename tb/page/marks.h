// SPDX-License-Identifier: Apache-2.0
// Points on the lanes of harts, and the few moments that the whole run is told by.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "log/decode.h"
#include "waves/moments.h"

namespace tb::page {

struct Mark {
  sim::Cycle cycle = 0;
  sim::HartId hart = 0;
  std::uint8_t event = 0;
  bool special = false;  // a tick: of a trapped hart; a kick: of the own CPU
};

// Above all lanes.
struct Flag {
  sim::Cycle cycle = 0;
  std::string name, meaning;
};

class Marks {
 public:
  // `trapped`: the hart of the event is in a dispatch loop, or between two.
  void on_event(const event_log::EventView& event, bool trapped);

  // To be taken once.
  [[nodiscard]] std::vector<Mark> take() { return std::move(all_); }
  // By cycle: those of the waves, loads of policies, and resets.
  [[nodiscard]] std::vector<Flag> flags() const;

 private:
  std::vector<Mark> all_;
  std::vector<Flag> flags_;
  waves::Moments moments_;
};

}  // namespace tb::page
