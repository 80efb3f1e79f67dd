// SPDX-License-Identifier: Apache-2.0
// central's slot guard: 90 tasks that only CPU 1 may run are waiting when the central CPU looks for one that CPU 2 may run. Each
// of them falls back by a request of its own, and the dispatch buffer has 32 slots.
#include <gtest/gtest.h>

#include <set>

#include "firmware/kernel/ext/flags.h"
#include "tests/kernel/kernel_run.h"
#include "tests/kernel/numbered.h"

namespace kernel {

using namespace test;

namespace {

constexpr unsigned kPinned = 90;
constexpr sim::Cycle kFirstBurst = 1'550'000;
constexpr sim::Cycle kBurstPeriod = 1'000'000;
constexpr unsigned kBursts = 2;

constexpr std::uint64_t kSeeds = 5;

void wake_all_at(KernelRun& run, sim::Cycle cycle) {
  host::HostMachine& machine = run.machine();
  machine.at(cycle, [&machine] { machine.set_irq_source(1, true); });
  machine.at(cycle + 2'000, [&machine] { machine.set_irq_source(1, false); });
}

using Options = std::vector<std::pair<std::string, std::int64_t>>;

void run_bursts(KernelRun& run, std::uint64_t seed, const Options& options) {
  run.config.user.seed = seed;
  run.policy("central", options).stats_period_ns = 10 * kMs;
  ProgramOp work = run_for(20 * kUs);
  work.max_ns = 40 * kUs;
  for (unsigned i = 0; i < kPinned; ++i) run.task(numbered("p", i), {wait_irq(1), work}).cpus_allowed = 2;
  for (unsigned i = 0; i < kBursts; ++i) wake_all_at(run, kFirstBurst + i * kBurstPeriod);
  run.run_us(35'000);
}

// Kicks of the own CPU with PREEMPT inside a call of ops.dispatch: nothing but the guard gives them.
unsigned firings(const EventLog& log) {
  unsigned count = 0;
  bool in_dispatch = false;
  for (const LoggedEvent& event : log.of_hart(0)) {
    if (event.name == "dispatch_call") in_dispatch = true;
    if (event.name == "balance_exit" || event.name == "irq_entry") in_dispatch = false;
    if (event.name == "kick" && in_dispatch && event.number("self") == 1 && event.number("flags") == SCX_KICK_PREEMPT) ++count;
  }
  return count;
}

// The retries of the last statistics.
unsigned retries(const EventLog& log) {
  unsigned value = 0;
  for (const LoggedEvent& event : log.named("user_print")) {
    const std::string& text = event.text("text");
    const std::size_t at = text.find("retry:");
    if (at != std::string::npos) value = static_cast<unsigned>(std::stoul(text.substr(at + 6)));
  }
  return value;
}

std::string error_of(const KernelRun& run) {
  const Events errors = run.log.named("scx_error");
  return errors.empty() ? "" : errors[0].text("msg");
}

// Each task, after each of the interrupts.
void expect_all_served(const EventLog& log) {
  for (unsigned burst = 0; burst < kBursts; ++burst) {
    const sim::Cycle from = kFirstBurst + burst * kBurstPeriod;
    std::set<std::string> served;
    for (const LoggedEvent& event : log.named("sched_switch")) {
      if (event.cycle < from || event.cycle >= from + kBurstPeriod) continue;
      if (event.text("next_comm")[0] == 'p') served.insert(event.text("next_comm"));
    }
    EXPECT_EQ(served.size(), kPinned) << "burst " << burst;
  }
}

// On each seed.
class SlotGuardTest : public testing::TestWithParam<unsigned> {
 protected:
  static void expect(const Options& options, void (*what)(const KernelRun&)) {
    for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
      SCOPED_TRACE("seed " + std::to_string(seed));
      KernelRun run(GetParam());
      run_bursts(run, seed, options);
      what(run);
      expect_all_served(run.log);
    }
  }
};

}  // namespace

TEST_P(SlotGuardTest, FiresWhenTheBufferIsFull) {
  expect({}, [](const KernelRun& run) {
    EXPECT_EQ(error_of(run), "");
    // They start in a burst, too. In each, 90 requests fill two buffers, and hardly a third one.
    EXPECT_GE(firings(run.log), 2 * (kBursts + 1));
    EXPECT_LE(firings(run.log), 3 * (kBursts + 1));
    EXPECT_EQ(retries(run.log), firings(run.log));
    EXPECT_TRUE(run.log.named("breakout").empty());
  });
}

TEST_P(SlotGuardTest, WithoutItTheBufferOverflows) {
  expect({{"slot_guard", 0}}, [](const KernelRun& run) {
    EXPECT_EQ(error_of(run), "dispatch buffer overflow");
    EXPECT_EQ(run.log.named("scx_disable").size(), 1u);
    EXPECT_TRUE(run.log.named("breakout").empty()) << "the limit of calls has nothing to catch";
    ASSERT_EQ(run.log.named("task_audit").size(), 1u);
    EXPECT_EQ(run.log.named("task_audit")[0].number("lost"), 0u);
  });
}

TEST_P(SlotGuardTest, WithTwoSlotsItLeadsIntoTheLimitOfCalls) {
  expect({{"dispatch_batch", 2}}, [](const KernelRun& run) {
    EXPECT_EQ(error_of(run), "");
    EXPECT_GE(run.log.named("breakout").size(), kBursts);
    for (const LoggedEvent& event : run.log.named("balance_exit")) EXPECT_LE(event.number("dispatch_calls"), 32u);
    EXPECT_GE(firings(run.log), (kBursts + 1) * (kPinned / 2 - 1));
    EXPECT_EQ(retries(run.log), firings(run.log));
  });
}

TEST_P(SlotGuardTest, ABufferForAllNeedsNone) {
  expect({{"slot_guard", 0}, {"dispatch_batch", 1023}}, [](const KernelRun& run) {
    EXPECT_EQ(error_of(run), "");
    EXPECT_EQ(firings(run.log), 0u);
    EXPECT_TRUE(run.log.named("breakout").empty());
  });
}

INSTANTIATE_TEST_SUITE_P(Cpus, SlotGuardTest, testing::Values(4, 8), testing::PrintToStringParamName());

}  // namespace kernel
