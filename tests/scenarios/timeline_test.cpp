// SPDX-License-Identifier: Apache-2.0
// Goal: on real RTL interrupts, each trapped cycle is the sequence of events that a real 6.12 kernel was seen to go
// through, event by event, on one hart and on four.
#include <gtest/gtest.h>

#include <map>

#include "tests/scenarios/cosim_run.h"

namespace tb {
namespace {

using Stream = std::vector<test::Logged>;

std::map<sim::HartId, Stream> streams_of(const std::filesystem::path& dir) {
  std::map<sim::HartId, Stream> streams;
  for (const test::Logged& event : test::events_of(dir))
    if (!event.text.starts_with("contention_")) streams[event.hart].push_back(event);  // whether a lock is free is no step
  return streams;
}

// A trapped cycle of one hart, held against the table step by step.
class Cycle {
 public:
  Cycle(const Stream& stream, std::size_t enter, sim::HartId hart)
      : stream_(stream), at_(enter), hart_("cpu=" + std::to_string(hart)) {}

  void step(const std::string& expected) {
    ASSERT_LT(at_, stream_.size());
    ASSERT_TRUE(stream_[at_].is(expected)) << "cycle " << stream_[at_].cycle << ": expected " << expected << ", found "
                                           << stream_[at_].text;
    ++at_;
  }
  bool optional(const std::string& expected) {
    const bool there = at_ < stream_.size() && stream_[at_].is(expected);
    at_ += there ? 1 : 0;
    return there;
  }
  void burst() {
    step("balance_enter");
    for (unsigned i = 1; i <= 32; ++i) {
      step("dispatch_call iteration=" + std::to_string(i));
      step("dispatch_refused pid=2 reason=none");
    }
    step("breakout limit=32 retry=kick");
    step("kick target_" + hart_ + " flags=0 self=true");
    step("ipi_raise target_" + hart_ + " reason=kick mie=false");
  }
  // Interrupts come on, and the kick is the first thing taken.
  void kick_taken(bool alone) {
    step("irq_on");
    step("irq_entry cause=software");
    step("irq_work_run work=kick_cpus");
    // Another hart's wakeup may have set it while this one waited for the lock.
    if (alone) step("need_resched " + hart_ + " set=true");
    else optional("need_resched " + hart_ + " set=true");
    step("irq_exit cause=software");
    step("irq_on");  // by the return
  }
  [[nodiscard]] std::size_t at() const { return at_; }
  [[nodiscard]] const test::Logged& next() const { return stream_.at(at_); }

 private:
  const Stream& stream_;
  std::size_t at_;
  std::string hart_;
};

struct Counts {
  unsigned from_task = 0;   // a task blocked, idle was switched in
  unsigned from_idle = 0;   // idle to idle, no switch
  unsigned to_rt = 0;       // an RT task was pending
  unsigned hog = 0;         // prev was runnable: it stays
  unsigned with_timer = 0;  // the tick was due: taken right after the kick
};

// The balance that ends at `exit`: where it was entered.
std::size_t entered_at(const Stream& stream, std::size_t exit) {
  while (!stream[exit].is("balance_enter")) --exit;
  return exit;
}

// After the kick: back to the idle loop, no sleep, a fresh balance with idle as prev. Interrupts that were due come first,
// and where a task was woken meanwhile that balance may find it.
void check_back_in_balance(const Stream& stream, std::size_t at) {
  while (at < stream.size() && !stream[at].is("balance_enter")) {
    ASSERT_FALSE(stream[at].is("wfi_enter")) << "a trapped hart went to sleep at cycle " << stream[at].cycle;
    ++at;
  }
  if (at < stream.size()) {
    EXPECT_TRUE(stream[at].has("prev_pid=0")) << stream[at].text;
  }
}

void check_hog(const Stream& stream, std::size_t at) {
  while (at < stream.size() && !stream[at].is("balance_enter")) ++at;
  if (at + 1 >= stream.size()) return;
  EXPECT_TRUE(stream[at + 1].is("balance_exit result=true dispatch_calls=0 trapped=false")) << stream[at + 1].text;
}

void check_cycle(const Stream& stream, std::size_t enter, sim::HartId hart, bool alone, Counts& counts) {
  SCOPED_TRACE("hart " + std::to_string(hart) + ", burst at cycle " + std::to_string(stream[enter].cycle));
  const bool from_idle = stream[enter].has("prev_pid=0");
  Cycle cycle(stream, enter, hart);
  ASSERT_NO_FATAL_FAILURE(cycle.burst());
  if (cycle.optional("balance_exit result=true dispatch_calls=32 trapped=true")) {
    ++counts.hog;
    cycle.optional("need_resched cpu=" + std::to_string(hart) + " set=false");
    ASSERT_NO_FATAL_FAILURE(cycle.kick_taken(alone));
    return check_hog(stream, cycle.at());
  }
  ASSERT_NO_FATAL_FAILURE(cycle.step("balance_exit result=false dispatch_calls=32 trapped=true"));
  const std::string cleared = "need_resched cpu=" + std::to_string(hart) + " set=false";
  if (from_idle) {
    ASSERT_NO_FATAL_FAILURE(cycle.step(cleared)) << "idle came here because of it, and it is cleared after the pick";
  } else {
    cycle.optional(cleared);
  }
  const test::Logged change = cycle.next();
  const bool to_rt = change.is("sched_switch") && change.has("next_class=rt");
  if (change.is("sched_switch")) {
    if (!to_rt) {
      EXPECT_TRUE(change.has("next_pid=0")) << change.text;
      EXPECT_TRUE(change.has("prev_state=S") || change.has("prev_state=I")) << "a task or a kthread that sleeps: " << change.text;
    }
    ++(to_rt ? counts.to_rt : counts.from_task);
    cycle.step("sched_switch");
  } else {
    EXPECT_TRUE(from_idle) << "only idle to idle shows no switch";
    ++counts.from_idle;
  }
  ASSERT_NO_FATAL_FAILURE(cycle.kick_taken(alone));
  if (cycle.next().is("irq_entry cause=timer")) ++counts.with_timer;
  if (!to_rt) check_back_in_balance(stream, cycle.at());
}

// Every trapped balance of the hart, but for the one that armed the loop: it may have begun with real dispatches.
void check_stream(const Stream& stream, sim::HartId hart, bool alone, Counts& counts) {
  bool armed = false;
  for (std::size_t i = 0; i + 90 < stream.size(); ++i) {
    if (!stream[i].is("balance_exit") || !stream[i].has("trapped=true")) continue;
    if (armed) check_cycle(stream, entered_at(stream, i), hart, alone, counts);
    if (testing::Test::HasFatalFailure()) return;
    armed = true;
  }
}

Counts check_run(const test::CosimResult& run, unsigned harts) {
  Counts counts;
  for (const auto& [hart, stream] : streams_of(run.dir)) check_stream(stream, hart, harts == 1, counts);
  return counts;
}

const std::string kBase = "--set waves=none --set 'expect=[{ending: running}]' ";
const std::string kSleepers =
    "{name: sleeper, count: 3, cpus: each, start_us: [0, 500], program: [{run_us: [40, 60]}, {sleep_us: [250, 350]}]}";
const std::string kRt = "{name: rt, class: fifo, prio: 80, cpus: [0], program: [{run_us: 5}, {sleep_us: 2000}]}";

class TimelineTest : public testing::TestWithParam<unsigned> {
 protected:
  test::TempDir dir_;
};

TEST_P(TimelineTest, EveryTrappedCycleFollowsTheTable) {
  const auto run =
      test::run_cosim(dir_, "looping_stall", "kick",
                      kBase + "--set scheduler.options.dsp_inf_loop_after=20 --set run.until_ms=30 --set hardware=mc" +
                          std::to_string(GetParam()) + " --set 'tasks=[" + kSleepers + ", " + kRt + "]'");
  ASSERT_EQ(run.code, 0);
  const Counts counts = check_run(run, GetParam());
  EXPECT_GE(counts.from_idle, 100u * GetParam());
  EXPECT_GE(counts.to_rt, 3u) << "an RT task woken on a trapped hart waits for one more full burst";
  EXPECT_GE(counts.with_timer, 10u * GetParam()) << "the tick is taken after the kick, before anything else";
}

INSTANTIATE_TEST_SUITE_P(Harts, TimelineTest, testing::Values(1u, 4u));

// A hog masks the trap: its slice end costs one burst, then it goes on with a fresh default slice of 20 ms.
TEST_F(TimelineTest, AHogStaysAndTakesTheKickItself) {
  Counts counts;
  for (unsigned after = 3; after < 13 && counts.hog < 5; ++after) {  // who runs when the loop begins depends on it
    const auto run = test::run_cosim(
        dir_, "looping_stall", "kick",
        kBase + "--set run.until_ms=150 --set hardware=mc1 --set scheduler.options.dsp_inf_loop_after=" + std::to_string(after) +
            " --set 'tasks=[{name: hog, program: [{run_us: 50000}]},"
            " {name: sleeper, count: 4, program: [{run_us: 20}, {sleep_us: 100}]}]'");
    ASSERT_EQ(run.code, 0);
    counts.hog += check_run(run, 1).hog;
  }
  EXPECT_GE(counts.hog, 5u);
}

}  // namespace
}  // namespace tb
