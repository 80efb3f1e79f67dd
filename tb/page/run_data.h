// SPDX-License-Identifier: Apache-2.0
// What the page of a run shows, collected from its events.
#pragma once

#include <string>
#include <vector>

#include "tb/monitor/irq_off.h"
#include "tb/page/hart_lanes.h"
#include "tb/page/ipis.h"
#include "tb/page/ledger.h"
#include "tb/page/marks.h"
#include "tb/page/task_lanes.h"
#include "tb/page/task_table.h"

namespace tb::page {

// How much of a long run a page holds.
struct Limits {
  std::size_t events = 2'000'000;  // in the table of events
  std::size_t segments = 800'000;  // of all harts; and of all tasks
  std::size_t waits = 200'000;
  std::size_t points = 400'000;  // IPIs; marks; stretches with interrupts off, of all harts
};

struct WaitWithLedger {
  Wait wait;
  std::vector<Cause> causes;
};

// With interrupts off.
struct Stretch {
  sim::Cycle from = 0, to = 0;
  [[nodiscard]] sim::Cycle cycles() const { return to - from; }
};

struct RunData {
  std::vector<TaskName> tasks;
  std::vector<HartLane> harts;
  std::vector<std::vector<Stretch>> irqs_off;        // by hart
  std::vector<std::vector<TaskSegment>> task_lanes;  // by task
  std::vector<WaitWithLedger> waits;                 // in the order in which they begin
  std::vector<Ipi> ipis;
  std::vector<Mark> marks;
  std::vector<Flag> flags;
  sim::Cycle end = 0;
  std::vector<std::string> left_out;  // what the page lacks of the run, a sentence each
};

class Collector {
 public:
  explicit Collector(unsigned harts);

  void on_event(const event_log::EventView& event);
  // Everything, made so short that it fits the limits.
  [[nodiscard]] RunData take(sim::Cycle end, const Limits& limits);

 private:
  TaskTable tasks_;
  HartLanes harts_;
  monitor::IrqOffMonitor irq_off_;
  std::vector<std::vector<Stretch>> irqs_off_;
  TaskLanes task_lanes_;
  Ipis ipis_;
  Marks marks_;
};

}  // namespace tb::page
