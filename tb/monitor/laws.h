// SPDX-License-Identifier: Apache-2.0
// Laws that the event log of every run obeys, whatever machine and policy it is of: nothing runs twice, nothing vanishes,
// what begins ends before it begins again. They hold for the begin of a log too, so a run that was cut short obeys them.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "firmware/kernel/config.h"
#include "log/decode.h"
#include "tb/result/broken_law.h"

namespace tb::monitor {

enum class Law : std::uint8_t {
#define LAW(constant, name, text) constant,
#include "tb/monitor/laws.def"
#undef LAW
};

class LawMonitor {
 public:
  explicit LawMonitor(unsigned harts) : harts_(harts) {}

  // Of a hart that the machine has.
  void on_event(const event_log::EventView& event);
  // Each law that did not hold, in the order of the log.
  [[nodiscard]] const std::vector<BrokenLaw>& broken() const { return broken_; }

 private:
  enum class Flag : std::uint8_t { kUnknown, kOff, kOn };
  struct Hart {
    std::optional<std::uint64_t> running;  // pid
    bool in_balance = false;
    std::uint64_t calls = 0;  // of ops.dispatch(), in this balance
    unsigned traps = 0;       // nested
    Flag irqs = Flag::kUnknown;
  };
  struct Task {
    std::uint64_t cpus = 0;  // where it may run; bit n: CPU n
    std::optional<sim::HartId> on;
  };
  // Of one boot of the machine.
  struct State {
    std::array<Hart, kernel::kNrCpusMax> harts{};
    std::bitset<kernel::kNrCpusMax> bypassing;
    std::unordered_map<std::uint64_t, Task> tasks;  // by pid; created and not exited
    bool loaded = false;
  };

  void on_switch(const event_log::EventView& event);
  void on_balance(const event_log::EventView& event);
  void on_trap_end(const event_log::EventView& event);
  void on_irqs(const event_log::EventView& event, Flag now);
  void on_task_new(const event_log::EventView& event);
  void on_set_cpus_allowed(const event_log::EventView& event);
  void on_bypass(const event_log::EventView& event);
  void on_load(const event_log::EventView& event);
  void require_task(std::uint64_t pid, const event_log::EventView& event);
  void require_cpu(std::uint64_t cpu, const event_log::EventView& event);
  void require(bool holds, Law law, const event_log::EventView& event) {
    if (!holds) report(law, event);
  }
  void report(Law law, const event_log::EventView& event);

  unsigned harts_;
  State state_;
  std::vector<BrokenLaw> broken_;
};

}  // namespace tb::monitor
