// SPDX-License-Identifier: Apache-2.0
#include "tests/kernel/ext/load_cycle.h"

#include <gtest/gtest.h>

#include <map>

#include "firmware/kernel/kernel.h"
#include "tests/kernel/numbered.h"

namespace kernel {

namespace test {

namespace {

// What the tasks have been through with the policies, from the scx_task events: every step starts where the last one ended.
class Lives {
 public:
  void on_task(const LoggedEvent& event) {
    Life& life = tasks_[event.number("pid")];
    broken_ += life.state == event.number("from") ? 0 : 1;
    life.state = event.number("to");
    life.inits += event.text("to") == "init" ? 1 : 0;
    life.enables += event.text("to") == "enabled" ? 1 : 0;
  }
  // No step was left out, nobody is half-way, and who was there all the time has seen every load.
  void expect_balanced(std::uint32_t loads) const {
    EXPECT_EQ(broken_, 0u);
    unsigned always_there = 0;
    for (const auto& [pid, life] : tasks_) {
      EXPECT_EQ(life.state, 0u) << "pid " << pid << " is left half-way";
      EXPECT_LE(life.enables, life.inits) << pid;
      always_there += life.inits == loads ? 1 : 0;
    }
    EXPECT_GE(always_there, 8u);
  }

 private:
  struct Life {
    std::uint64_t state = 0;  // none, init, ready, enabled
    unsigned inits = 0;
    unsigned enables = 0;
  };
  std::map<std::uint64_t, Life> tasks_;
  unsigned broken_ = 0;
};

struct Footprint {
  std::uint32_t ram;
  std::uint32_t slots;
  std::size_t policy_memory;
  bool operator==(const Footprint&) const = default;
};

Footprint footprint() { return {kernel().shared_ram.used_bytes(), kernel().nr_tasks, kernel().scx.policy_memory.heap.used()}; }

}  // namespace

void load_of_all_kinds(KernelRun& run) {
  for (unsigned i = 0; i < 6; ++i) {
    run.task(numbered("slp", i), {run_for((20 + 10 * i) * kUs), sleep_for((150 + 40 * i) * kUs)});
  }
  run.task("hog", {run_for(100 * kMs)});
  run.task("yielder", {run_for(30 * kUs), yield()});
  run.task("pinned", {run_for(40 * kUs), sleep_for(90 * kUs)}).cpus_allowed = 1u << (run.config.nr_cpus - 1);
  // Rarer than slices end: each time qmap's cpu_release gives the task it preempts a fresh slice, as in the field.
  run.rt_task("rt", 30, {run_for(10 * kUs), sleep_for(3 * kMs)});
}

void load_and_unload(KernelRun& run, SchedulerSpec& spec, std::uint32_t times) {
  spec.times = times;
  spec.stats_period_ns = 100 * kUs;
  spec.unload_after_ns = 300 * kUs;
  // The first loads make what is made once; after that nothing may grow.
  Footprint early{};
  Lives lives;
  unsigned loads = 0;
  unsigned unregistered = 0;
  unsigned lost = 0;
  run.log.only = {"scx_disable", "task_audit", "scx_task", "scx_error"};
  run.log.keep = [&](const LoggedEvent& event) {
    if (event.name == "scx_task") lives.on_task(event);
    if (event.name == "task_audit") lost += static_cast<unsigned>(event.number("lost"));
    if (event.name == "scx_disable") {
      unregistered += event.number("kind") == 64 ? 1 : 0;
      if (++loads == 5) early = footprint();
      if (loads == times) run.machine().stop();
    }
    return event.name == "scx_error";
  };
  run.run_us(std::uint64_t{times} * 100'000);
  EXPECT_EQ(loads, times);
  EXPECT_EQ(unregistered, times);
  EXPECT_EQ(lost, 0u);
  EXPECT_EQ(footprint(), early) << "memory grows with every load";
  EXPECT_TRUE(run.log.named("scx_error").empty());
  lives.expect_balanced(times);
}

}  // namespace test

}  // namespace kernel
