// SPDX-License-Identifier: Apache-2.0
// The way from the first report of an error to a machine on its own feet: bypass on every CPU, all tasks back in fair.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "firmware/kernel/config.h"
#include "log/decode.h"

namespace tb::monitor {

class RecoveryMonitor {
 public:
  void on_event(const event_log::EventView& event);

  // Cycles from the first scx_error; nothing if that point was not reached.
  [[nodiscard]] std::optional<sim::Cycle> to_bypass() const { return since(last_bypass_); }
  [[nodiscard]] std::optional<sim::Cycle> to_fair() const { return since(disabled_); }
  // Calls of ops.dispatch() on a hart that bypass had reached: there must be none.
  [[nodiscard]] std::uint64_t calls_in_bypass() const { return calls_in_bypass_; }
  // Sum over all audits; nothing if there was none.
  [[nodiscard]] std::optional<std::uint64_t> tasks_lost() const { return tasks_lost_; }

 private:
  [[nodiscard]] std::optional<sim::Cycle> since(const std::optional<sim::Cycle>& point) const {
    return point ? std::optional(*point - *reported_) : std::nullopt;
  }
  void on_bypass(const event_log::EventView& event);

  std::array<bool, kNrCpusMax> bypassing_{};
  std::optional<sim::Cycle> reported_;
  bool under_way_ = false;  // reported, and neither disabled nor reset since
  std::optional<sim::Cycle> last_bypass_;
  std::optional<sim::Cycle> disabled_;
  std::uint64_t calls_in_bypass_ = 0;
  std::optional<std::uint64_t> tasks_lost_;
};

}  // namespace tb::monitor
