// SPDX-License-Identifier: Apache-2.0
// Goal: on real RTL interrupts, each trapped cycle is the sequence of events that a real 6.12 kernel was seen to go
// through, event by event, on one hart and on four.
#include <gtest/gtest.h>

#include <map>

#include "tb/log/reader.h"
#include "tests/scenarios/cosim_run.h"

namespace tb {
namespace {

struct Entry {
  sim::Cycle cycle;
  std::string text;  // name field=value ...
  [[nodiscard]] bool is(const std::string& prefix) const { return text.rfind(prefix, 0) == 0; }
};
using Stream = std::vector<Entry>;

std::map<sim::HartId, Stream> streams_of(const std::filesystem::path& dir) {
  std::map<sim::HartId, Stream> streams;
  log::LogReader reader((dir / "events.bin").string());
  log::EventView event;
  while (reader.next(event)) {
    std::string text = log::to_string(event);
    streams[event.hart].push_back({event.cycle, text.substr(text.find(std::string(log::type_of(event.id).name)))});
  }
  return streams;
}

// A trapped cycle of one hart, held against the table step by step.
class Cycle {
 public:
  Cycle(const Stream& stream, std::size_t enter, sim::HartId hart) : stream_(stream), at_(enter), hart_("cpu=" + std::to_string(hart)) {}

  void step(const std::string& expected) {
    ASSERT_LT(at_, stream_.size());
    ASSERT_TRUE(stream_[at_].is(expected)) << "cycle " << stream_[at_].cycle << ": expected " << expected << ", found " << stream_[at_].text;
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
  }
  [[nodiscard]] std::size_t at() const { return at_; }
  [[nodiscard]] const Entry& next() const { return stream_.at(at_); }

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

// Whether the balance entered at `enter` is one full burst of futile dispatches (the arming one may begin with real ones).
bool is_full_burst(const Stream& stream, std::size_t enter) {
  return enter + 66 < stream.size() && stream[enter + 2].is("dispatch_refused pid=2") && stream[enter + 65].is("breakout");
}

void check_stream(const Stream& stream, sim::HartId hart, bool alone, Counts& counts) {
  for (std::size_t i = 0; i + 90 < stream.size(); ++i) {
    if (!stream[i].is("balance_enter") || !is_full_burst(stream, i)) continue;
    SCOPED_TRACE("hart " + std::to_string(hart) + ", burst at cycle " + std::to_string(stream[i].cycle));
    const bool from_idle = stream[i].is("balance_enter prev_pid=0");
    Cycle cycle(stream, i, hart);
    cycle.burst();
    if (testing::Test::HasFatalFailure()) return;
    const bool stays = cycle.optional("balance_exit result=true dispatch_calls=32 trapped=true");
    if (!stays) cycle.step("balance_exit result=false dispatch_calls=32 trapped=true");
    if (testing::Test::HasFatalFailure()) return;
    cycle.optional("need_resched");
    if (stays) {
      ++counts.hog;
      cycle.kick_taken(alone);
      if (testing::Test::HasFatalFailure()) return;
      std::size_t again = cycle.at();
      while (again < stream.size() && !stream[again].is("balance_enter")) ++again;
      if (again + 1 >= stream.size()) return;
      EXPECT_TRUE(stream[again + 1].is("balance_exit result=true dispatch_calls=0 trapped=false")) << stream[again + 1].text;
      continue;
    }
    if (cycle.next().is("sched_switch")) {
      const bool rt = cycle.next().text.find("next_class=rt") != std::string::npos;
      if (rt) {
        ++counts.to_rt;
      } else {
        EXPECT_NE(cycle.next().text.find("next_comm=swapper"), std::string::npos) << cycle.next().text;
        EXPECT_NE(cycle.next().text.find("prev_state=S"), std::string::npos) << cycle.next().text;
        ++counts.from_task;
      }
      cycle.step("sched_switch");
    } else {
      EXPECT_TRUE(from_idle) << "only idle to idle shows no switch";
      ++counts.from_idle;
    }
    cycle.kick_taken(alone);
    if (testing::Test::HasFatalFailure()) return;
    if (cycle.next().is("irq_entry cause=timer")) ++counts.with_timer;
  }
}

Counts check_run(const test::CosimResult& run, unsigned harts) {
  Counts counts;
  for (const auto& [hart, stream] : streams_of(run.dir)) check_stream(stream, hart, harts == 1, counts);
  return counts;
}

const std::string kBase = "--set waves=none --set 'expect=[{ending: running}]' ";
const std::string kSleepers = "{name: sleeper, count: 3, cpus: each, start_us: [0, 500], program: [{run_us: [40, 60]}, {sleep_us: [250, 350]}]}";
const std::string kRt = "{name: rt, class: fifo, prio: 80, cpus: [0], program: [{run_us: 5}, {sleep_us: 2000}]}";

class TimelineTest : public testing::TestWithParam<unsigned> {
 protected:
  test::TempDir dir_;
};

TEST_P(TimelineTest, EveryTrappedCycleFollowsTheTable) {
  const auto run = test::run_cosim(dir_, "looping_stall", "kick", kBase + "--set run.until_ms=30 --set hardware=mc" + std::to_string(GetParam()) +
                                                                      " --set 'tasks=[" + kSleepers + ", " + kRt + "]'");
  ASSERT_EQ(run.code, 0);
  const Counts counts = check_run(run, GetParam());
  EXPECT_GE(counts.from_task, 1u);
  EXPECT_GE(counts.from_idle, 100u * GetParam());
  EXPECT_GE(counts.to_rt, 3u) << "an RT task woken on a trapped hart waits for one more full burst";
  EXPECT_GE(counts.with_timer, 10u * GetParam()) << "the tick is taken after the kick, before anything else";
}

INSTANTIATE_TEST_SUITE_P(Harts, TimelineTest, testing::Values(1u, 4u));

// A hog masks the trap: its slice end costs one burst, then it goes on.
TEST_F(TimelineTest, AHogStaysAndTakesTheKickItself) {
  Counts counts;
  for (unsigned after = 10; after < 20 && counts.hog < 5; ++after) {  // who runs when the loop begins depends on it
    const auto run = test::run_cosim(dir_, "looping_stall", "kick",
                                     kBase + "--set run.until_ms=60 --set hardware=mc1 --set scheduler.options.dsp_inf_loop_after=" + std::to_string(after) +
                                         " --set 'tasks=[{name: hog, program: [{run_us: 1000}]}, " + kSleepers + "]'");
    ASSERT_EQ(run.code, 0);
    const Counts seen = check_run(run, 1);
    counts.hog += seen.hog;
  }
  EXPECT_GE(counts.hog, 5u);
}

}  // namespace
}  // namespace tb
