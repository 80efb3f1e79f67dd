// SPDX-License-Identifier: Apache-2.0
// What each task of a trace did: from switches and wakeups to runs, sleeps, waits and wakes.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "tb/import/trace_events.h"

namespace tb::import {

struct Deed {
  enum class Kind { kRun, kSleep, kWait, kWake };
  Kind kind = Kind::kRun;
  std::uint64_t ns = 0;   // kRun: how long; kSleep: until when, from the begin of the trace
  std::uint64_t pid = 0;  // kWake: whom
};

struct Life {
  std::string comm;  // the last one that the trace shows
  int prio = 120;    // likewise
  std::vector<Deed> deeds;
};

struct Lives {
  std::map<std::uint64_t, Life> of;  // by PID
  std::set<std::string> left_out;    // names of tasks that belong to the machine
  std::uint64_t begin_ns = 0, end_ns = 0;
  unsigned cpus = 0;
  bool cut = false;          // a limit was reached at end_ns
  bool lost_wakeup = false;  // a task got a CPU, and nothing woke it
};

struct Limits {
  std::size_t deeds;  // in all
  std::size_t tasks;  // of more, those that got the CPU most often
  std::uint64_t ns;
};

[[nodiscard]] Lives lives_of(const Trace& trace, const Limits& limits);

}  // namespace tb::import
