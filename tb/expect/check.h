// SPDX-License-Identifier: Apache-2.0
// Decides expectations while the events go by. Each failure says what was expected, the nearest thing that happened,
// and at which cycle.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "json/value.h"
#include "tb/expect/expectation.h"
#include "log/decode.h"

namespace tb::expect {

struct Verdict {
  bool passed = false;
  std::string found;                // what decided, or the nearest thing that happened
  std::optional<sim::Cycle> cycle;  // of the deciding event; nothing if the run as a whole decided
  std::string event;                // the deciding event as printed; empty likewise
};

// What is known when the events are over.
struct RunEnd {
  Ending ending = Ending::kRunning;
  std::optional<ExitRecord> exit;
  const json::Value& metrics;
  sim::Cycle cycle = 0;
};

class Check {
 public:
  virtual ~Check() = default;
  virtual void on_event(const event_log::EventView& event) = 0;
  [[nodiscard]] virtual Verdict finish(const RunEnd& end) = 0;
};

// `expectation` must outlive the check; `harts` of the machine.
[[nodiscard]] std::unique_ptr<Check> make_check(const Expectation& expectation, std::uint32_t clock_mhz, unsigned harts);

}  // namespace tb::expect
