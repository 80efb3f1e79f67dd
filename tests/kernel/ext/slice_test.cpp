// SPDX-License-Identifier: Apache-2.0
// Slices: used up at tick granularity, renewed by default, infinite if the policy says so.
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "tests/kernel/kernel_run.h"
#include "tests/kernel/test_policies.h"

namespace kernel {

using namespace test;

namespace {

constexpr std::uint64_t kTick = 100'000;  // cycles

// Lengths of the stretches for which tasks of that name had the CPU, in cycles.
std::vector<std::uint64_t> stretches(const EventLog& log, const std::string& comm) {
  std::vector<std::uint64_t> lengths;
  std::uint64_t since = 0;
  for (const LoggedEvent& event : log.named("sched_switch")) {
    if (since != 0 && event.text("prev_comm") == comm) lengths.push_back(event.cycle - since);
    since = event.text("next_comm") == comm ? event.cycle : 0;
  }
  return lengths;
}

}  // namespace

// Two hogs alternate; each turn lasts the slice, ended by the first tick after it.
TEST(SliceTest, ExpiresAtTheNextTick) {
  KernelRun run(1);
  run.policy("simple", {{"slice_us", 2'500}});
  run.task("hog", {run_for(500 * kMs)});
  run.task("hog", {run_for(500 * kMs)});
  run.run_us(100'000);
  const auto lengths = stretches(run.log, "hog");
  ASSERT_GT(lengths.size(), 20u);
  for (std::size_t i = 1; i < lengths.size(); ++i) {
    EXPECT_GE(lengths[i], 250'000u);
    EXPECT_LE(lengths[i], 250'000u + kTick + 2'000);
  }
}

// Alone on its CPU a hog is kept, with a fresh default slice, and is never switched out.
TEST(SliceTest, LastTaskIsKept) {
  KernelRun run(1);
  run.policy("simple", {{"slice_us", 1'000}});
  run.task("hog", {run_for(500 * kMs)});
  run.run_us(100'000);
  EXPECT_EQ(run.log.named("sched_switch").back().text("next_comm"), "hog");
  unsigned kept = 0;
  for (const LoggedEvent& event : run.log.named("balance_exit")) kept += event.number("result") == 1 ? 1 : 0;
  EXPECT_GE(kept, 4u);
}

namespace {

// How often each of two hogs got the CPU under a policy that gives slices of that length.
template <uint64_t slice>
std::map<std::string, unsigned> turns_of_two_hogs() {
  KernelRun run(1);
  test_ops = {};
  test_ops.enqueue = [](void*, Task* p, uint64_t flags) { scx_bpf_dispatch(p, SCX_DSQ_LOCAL, slice, flags); };
  run.policy("test");
  for (const char* comm : {"hog", "other"}) run.task(comm, {run_for(500 * kMs)}).start_ns = 10 * kMs;
  run.run_us(200'000);
  EXPECT_EQ(run.log.named("scx_enable").size(), 1u);
  std::map<std::string, unsigned> turns;
  for (const LoggedEvent& event : run.log.named("sched_switch")) {
    if (event.text("next_class") == "ext") ++turns[event.text("next_comm")];
  }
  return turns;
}

}  // namespace

// The first one keeps the CPU. With slices that end, the other one has its turns.
TEST(SliceTest, InfiniteNeverExpires) {
  auto turns = turns_of_two_hogs<SCX_SLICE_INF>();
  EXPECT_GE(turns["hog"], 1u);
  EXPECT_LE(turns["other"], 1u) << "the step to its first sleep";
  turns = turns_of_two_hogs<10 * kMs>();
  EXPECT_GT(turns["hog"], 5u);
  EXPECT_GT(turns["other"], 5u);
}

// Displaced by RT with slice left: back first, ahead of the task that waited.
TEST(SliceTest, PreemptedTaskComesBackFirst) {
  KernelRun run(1);
  run.policy("simple", {{"slice_us", 20'000}});
  run.task("hog", {run_for(500 * kMs)});
  run.task("other", {run_for(500 * kMs)});
  run.rt_task("rt", 10, {sleep_for(5 * kMs), run_for(100 * kUs)});
  run.run_us(18'000);
  unsigned interruptions = 0;
  std::string displaced;
  for (const LoggedEvent& event : run.log.named("sched_switch")) {
    if (event.text("next_comm") == "rt") displaced = event.text("prev_comm");
    if (event.text("prev_comm") != "rt" || displaced.empty() || event.text("prev_state") == "R") continue;
    if (displaced == "hog" || displaced == "other") {
      EXPECT_EQ(event.text("next_comm"), displaced);
      ++interruptions;
    }
  }
  EXPECT_GE(interruptions, 2u);
}

TEST(SliceTest, YieldGivesTheNextTaskItsTurn) {
  KernelRun run(1);
  run.policy("simple");
  run.task("a", {run_for(50 * kUs), yield()});
  run.task("b", {run_for(50 * kUs), yield()});
  run.run_us(10'000);
  std::string last;
  unsigned turns = 0;
  for (const LoggedEvent& event : run.log.named("sched_switch")) {
    const std::string& next = event.text("next_comm");
    if (next != "a" && next != "b") continue;
    EXPECT_NE(next, last);
    last = next;
    ++turns;
  }
  EXPECT_GT(turns, 100u);
}

// What a task has used of its slice is taken off when it sleeps, ticks or not.
TEST(SliceTest, SleepEndsTheAccount) {
  static std::vector<std::uint64_t> left;
  left.clear();
  KernelRun run(1);
  test_ops = {};
  test_ops.enqueue = [](void*, Task* p, uint64_t) { scx_bpf_dispatch(p, SCX_DSQ_LOCAL, 5 * kMs, 0); };
  test_ops.stopping = [](void*, Task* p, bool runnable) {
    if (bpf_task_comm(p)[0] == 'z' && !runnable) left.push_back(bpf_task_slice(p));
  };
  run.policy("test");
  run.task("z", {run_for(200 * kUs), sleep_for(300 * kUs)});
  run.run_us(20'000);
  ASSERT_GT(left.size(), 20u);
  for (std::size_t i = 2; i < left.size(); ++i) {
    EXPECT_LE(left[i], 5 * kMs - 200 * kUs);
    EXPECT_GE(left[i], 5 * kMs - 300 * kUs);
  }
}

// ops.tick runs once per tick while an ext task has the CPU.
TEST(SliceTest, PolicyTickRunsEachTick) {
  static unsigned ticks;
  ticks = 0;
  KernelRun run(1);
  test_ops = {};
  test_ops.tick = [](void*, Task*) { ++ticks; };
  run.policy("test");
  run.task("hog", {run_for(500 * kMs)});
  run.run_us(50'500);
  const std::uint64_t hog = pid_of(run.log, "hog");
  const Events& events = run.log.events();
  unsigned expected = 0;
  for (std::size_t i = find(events, "scx_enable"); i < events.size(); ++i) {
    expected += events[i].name == "tick" && events[i].number("curr_pid") == hog ? 1 : 0;
  }
  EXPECT_GT(expected, 40u);
  EXPECT_EQ(ticks, expected);
}

}  // namespace kernel
