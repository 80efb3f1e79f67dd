// SPDX-License-Identifier: Apache-2.0
// Which tasks are runnable without a CPU, wherever they are (on a run queue, a dispatch queue, the policy), and which CPUs
// they may run on.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>

#include "firmware/kernel/config.h"
#include "log/decode.h"

namespace tb::monitor {

class WaitingTasks {
 public:
  void on_event(const event_log::EventView& event);

  // PID to the cycle since when it waits.
  [[nodiscard]] const std::map<std::uint64_t, sim::Cycle>& all() const { return waiting_; }
  // How many of them may run on that CPU.
  [[nodiscard]] unsigned allowed_on(unsigned cpu) const { return allowed_on_[cpu]; }
  // The PID of the one that has waited longest, of those that may run on that CPU and have waited since that cycle or longer.
  [[nodiscard]] std::optional<std::uint64_t> longest_on(unsigned cpu, sim::Cycle since) const;

 private:
  void add(std::uint64_t pid, sim::Cycle cycle);
  void remove(std::uint64_t pid);
  void set_cpus(std::uint64_t pid, std::uint64_t cpus);
  void count(std::uint64_t cpus, int change);
  void on_switch(const event_log::EventView& event);

  std::array<std::uint64_t, kernel::kNrCpusMax> running_{};  // pid on each hart
  std::map<std::uint64_t, std::uint64_t> cpus_;              // pid -> where it may run, bit n: CPU n
  std::map<std::uint64_t, sim::Cycle> waiting_;
  std::array<unsigned, kernel::kNrCpusMax> allowed_on_{};
};

}  // namespace tb::monitor
