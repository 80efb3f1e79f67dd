// SPDX-License-Identifier: Apache-2.0
// Switches and wakeups of a trace in text: of ftrace (the file `trace`), of trace-cmd report, of perf script.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tb::import {

struct TracedTask {
  std::uint64_t pid = 0;
  std::string comm;
  int prio = 120;  // as the kernel counts: below 100 real-time, 100 to 139 by nice value
};

struct TraceEvent {
  enum class Kind { kSwitch, kWakeup };
  Kind kind = Kind::kSwitch;
  std::uint64_t ns = 0;
  unsigned cpu = 0;
  std::uint64_t context = 0;  // PID of the task that the CPU executed
  bool in_interrupt = false;  // on top of it
  TracedTask task;            // who leaves the CPU, or is woken
  TracedTask next;            // kSwitch
  char state = 'R';           // kSwitch: in which it leaves
};

struct Trace {
  std::vector<TraceEvent> events;  // by time, those of one time as written
  bool knows_interrupts = false;   // some line says whether it is of an interrupt
};

// Lines of other events are passed over. Throws ConfigError: a line of these events that cannot be read, or a text without any.
[[nodiscard]] Trace parse_trace(std::string_view text, const std::string& source);
// Text, or trace.dat: that is read by trace-cmd. Throws ConfigError.
[[nodiscard]] Trace read_trace(const std::string& path);

}  // namespace tb::import
