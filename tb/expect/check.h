// SPDX-License-Identifier: Apache-2.0
// Decides expectations while the events go by. Each failure says what was expected, the nearest thing that happened,
// and at which cycle.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "json/value.h"
#include "log/decode.h"
#include "tb/config/expectation.h"
#include "tb/result/verdict.h"

namespace tb::expect {

using config::Bounds;
using config::Expectation;

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
