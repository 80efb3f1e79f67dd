// SPDX-License-Identifier: Apache-2.0
// Goal: each mistake of faulty is made when it is asked for, and none otherwise.
#include <gtest/gtest.h>

#include <set>

#include "tests/kernel/kernel_run.h"

namespace kernel {

using namespace test;

namespace {

using Options = std::vector<std::pair<std::string, std::int64_t>>;

class FaultyTest : public testing::Test {
 protected:
  void play(const Options& options, int tasks = 8) {
    run_.policy("faulty", options);
    for (int i = 0; i < tasks; ++i) run_.task("t", {run_for(200 * kUs), sleep_for(300 * kUs)});
    run_.run_us(30'000);
  }

  // Of each task the cycles from its last wakeup to the end, if it has not run since.
  sim::Cycle longest_unserved() {
    std::map<std::uint64_t, sim::Cycle> since;
    for (const LoggedEvent& event : run_.log.events()) {
      if (event.name == "sched_wakeup") since.try_emplace(event.number("pid"), event.cycle);
      if (event.name == "sched_switch") since.erase(event.number("next_pid"));
    }
    sim::Cycle longest = 0;
    for (const auto& [pid, cycle] : since) longest = std::max(longest, run_.log.events().back().cycle - cycle);
    return longest;
  }

  std::size_t queued_on(const char* on, std::uint64_t id) {
    std::size_t count = 0;
    for (const LoggedEvent& event : run_.log.named("task_queued"))
      count += event.text("on") == on && event.number("id") == id ? 1 : 0;
    return count;
  }

  // Wakeups straight to a local DSQ, not by way of the shared one.
  std::size_t sent_straight() {
    std::map<std::uint64_t, std::string> place;
    std::size_t count = 0;
    for (const LoggedEvent& event : run_.log.events()) {
      if (event.name == "sched_switch") place.erase(event.number("next_pid"));
      if (event.name != "task_queued" || event.text("on") == "rq") continue;
      std::string& before = place[event.number("pid")];
      count += event.text("on") == "local" && before.empty() && is_t(event.number("pid")) ? 1 : 0;
      before = event.text("on");
    }
    return count;
  }

  bool is_t(std::uint64_t pid) {
    for (const LoggedEvent& event : run_.log.named("task_new"))
      if (event.number("pid") == pid) return event.text("comm") == "t";
    return false;
  }

  KernelRun run_{2};
};

}  // namespace

TEST_F(FaultyTest, WithoutAMistakeEveryTaskIsServed) {
  play({});
  EXPECT_LT(longest_unserved(), 500'000u);
  EXPECT_EQ(queued_on("dsq", 1), 0u);
  EXPECT_EQ(run_.log.named("scx_error").size(), 0u);
}

TEST_F(FaultyTest, ForgetsOneOfN) {
  play({{"forget_nth", 20}});
  EXPECT_GT(queued_on("dsq", 1), 1u);
  EXPECT_GT(longest_unserved(), 1'000'000u);
}

TEST_F(FaultyTest, HoldsOneOfN) {
  play({{"hold_nth", 20}});
  std::size_t held = 0;
  for (const LoggedEvent& event : run_.log.named("task_queued")) held += event.text("on") == "policy" ? 1 : 0;
  EXPECT_GT(held, 1u);
  EXPECT_GT(longest_unserved(), 1'000'000u);
}

TEST_F(FaultyTest, AnEnqueueTakesItsTime) {
  play({{"enqueue_us", 1'000}});
  sim::Cycle longest = 0;
  std::map<sim::HartId, sim::Cycle> off;
  for (const LoggedEvent& event : run_.log.events()) {
    if (event.name == "irq_off" || event.name == "irq_entry") off.try_emplace(event.hart, event.cycle);
    if (event.name == "irq_on" && off.contains(event.hart))
      longest = std::max(longest, event.cycle - off.extract(event.hart).mapped());
  }
  EXPECT_GE(longest, 100'000u);
}

TEST_F(FaultyTest, AStormKicksAllCpusEachPeriod) {
  play({{"storm_us", 50}});
  std::set<std::uint64_t> targets;
  for (const LoggedEvent& event : run_.log.named("kick")) targets.insert(event.number("target_cpu"));
  EXPECT_EQ(targets, (std::set<std::uint64_t>{0, 1}));
  EXPECT_GT(run_.log.named("kick").size(), 2u * 30'000 / 50 / 2) << "each period, less what the load takes";
}

TEST_F(FaultyTest, ARingOfKicksThatWaitStopsTheMachine) {
  play({{"kick_ring_after", 20}});
  const auto& events = run_.log.events();
  std::size_t last_switch = 0;
  for (std::size_t i = 0; i < events.size(); ++i) last_switch = events[i].name == "sched_switch" ? i : last_switch;
  EXPECT_LT(events[last_switch].cycle, 1'500'000u) << "no hart gets out of its interrupt";
}

TEST_F(FaultyTest, AnIdleCpuGetsTheTaskThatWakes) {
  play({}, 2);
  EXPECT_GT(sent_straight(), 50u);
}

TEST_F(FaultyTest, WithoutKicksNoTaskIsSentToAnIdleCpu) {
  play({{"no_kick", 1}}, 2);
  EXPECT_EQ(sent_straight(), 0u);
}

}  // namespace kernel
