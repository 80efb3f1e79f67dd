// SPDX-License-Identifier: Apache-2.0
// Laws that every event log obeys, whatever machine and policy it is of: nothing runs twice, nothing vanishes, what begins
// ends before it begins again.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "firmware/kernel/config.h"
#include "log/decode.h"

namespace tb::test {

class Laws {
 public:
  void on_event(const event_log::EventView& event);
  // Each breach, as "cycle 12, hart 1: ...", the first ones.
  [[nodiscard]] const std::vector<std::string>& broken() const { return broken_; }

 private:
  struct Hart {
    std::optional<std::uint64_t> running;  // pid
    bool in_balance = false;
    std::uint64_t calls = 0;
    unsigned interrupts = 0;  // nested
    std::optional<bool> irqs_on;
  };

  void on_irq(const event_log::EventView& event);
  void on_switch(const event_log::EventView& event);
  void on_balance(const event_log::EventView& event);
  void on_task(const event_log::EventView& event);
  void on_policy(const event_log::EventView& event);
  void require(bool holds, const event_log::EventView& event, const std::string& law);

  std::array<Hart, kernel::kNrCpusMax> harts_{};
  std::array<bool, kernel::kNrCpusMax> bypassing_{};
  std::map<std::uint64_t, std::uint64_t> tasks_;     // pids made and not gone -> where they may run, bit n: CPU n
  std::map<std::uint64_t, sim::HartId> running_on_;  // pid -> hart
  bool loaded_ = false;
  std::vector<std::string> broken_;
};

}  // namespace tb::test
