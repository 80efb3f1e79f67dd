// SPDX-License-Identifier: Apache-2.0
// A thousand times a random hart goes off or comes back under load, with every policy: no invariant breaks, nobody is lost.
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <tuple>

#include "firmware/kernel/kernel.h"
#include "tests/kernel/power.h"
#include "tests/schedulers/load.h"

namespace kernel {

using namespace test;

namespace {

constexpr unsigned kMoves = 250;
constexpr std::uint64_t kSettledUs = 60'000;  // after the last move, with all switches on
constexpr std::uint64_t kGiveUpUs = 100'000'000;
constexpr sim::Cycle kPatience = 3'000'000;

using Setup = std::tuple<std::string, Preempt, Nohz>;

// Moves a switch whenever the kernel has followed the last move, or in the middle of it.
class Operator {
 public:
  Operator(KernelRun& run, std::uint64_t seed) : run_(run), random_(seed), on_((1u << run.config.nr_cpus) - 1) {
    run.log.on_each = [this](const LoggedEvent& event) {
      if (event.name != "cpu_offline" && event.name != "cpu_online") return;
      if (++followed_ < kMoves) move_soon();
      if (followed_ == kMoves) finish();
    };
    run.machine().at(5'000 * run.config.clock_mhz, [this] { move(); });
  }

  [[nodiscard]] unsigned followed() const { return followed_; }
  [[nodiscard]] sim::Cycle finished() const { return finished_; }

 private:
  // Two moves of one switch may cancel each other: then nothing follows, and it is time for another.
  void move() {
    run_.machine().at(run_.machine().now() + kPatience, [this, followed = followed_] {
      if (followed_ == followed && followed_ < kMoves) move();
    });
    const unsigned hart = 1 + static_cast<unsigned>(random_() % (run_.config.nr_cpus - 1));
    on_ ^= 1u << hart;
    run_.machine().set_power_switch(hart, ((on_ >> hart) & 1) != 0);
  }

  void move_soon() {
    const sim::Cycle now = run_.machine().now();
    run_.machine().at(now + 1 + random_() % 60'000, [this] { move(); });
    // Now and then another switch while the first is being served.
    if (random_() % 4 == 0) run_.machine().at(now + 1 + random_() % 120'000, [this] { move(); });
  }

  void finish() {
    finished_ = run_.machine().now();
    for (unsigned hart = 1; hart < run_.config.nr_cpus; ++hart) {
      run_.machine().at(finished_ + 200'000, [this, hart] { run_.machine().set_power_switch(hart, true); });
    }
    run_.machine().at(finished_ + kSettledUs * run_.config.clock_mhz, [this] { run_.machine().stop(); });
  }

  KernelRun& run_;
  std::mt19937_64 random_;
  unsigned on_;
  unsigned followed_ = 0;
  sim::Cycle finished_ = sim::kNever;
};

}  // namespace

std::string name_of(const testing::TestParamInfo<Setup>& info) {
  const auto& [policy, preempt, nohz] = info.param;
  constexpr const char* kPreemptNames[] = {"none", "voluntary", "full"};
  std::string name = policy.empty() ? "fair" : policy;
  name.append("_").append(kPreemptNames[static_cast<unsigned>(preempt)]);
  return name.append(nohz == Nohz::kIdle ? "_nohz" : "");
}

class HotplugStressTest : public testing::TestWithParam<Setup> {};

TEST_P(HotplugStressTest, NobodyIsLost) {
  const auto& [policy, preempt, nohz] = GetParam();
  KernelRun run(4);
  allow_hotplug(run);
  run.config.preempt = preempt;
  run.config.nohz = nohz;
  run.config.hz = 4'000;
  run.log.only = {"scx_error", "invariant", "cpu_offline", "cpu_online", "sched_switch", "task_new", "task_exit", "task_audit"};
  load_policy(run, policy);
  populate(run, policy);
  const Operator hand(run, 1 + 2 * static_cast<std::uint64_t>(preempt) + static_cast<std::uint64_t>(nohz));
  run.log.keep = [&hand, &run](const LoggedEvent& event) {
    return event.name != "sched_switch" || hand.finished() < run.machine().now();
  };
  ASSERT_NO_THROW(run.run_us(kGiveUpUs)) << run.log.console();
  EXPECT_GE(hand.followed(), kMoves);
  EXPECT_TRUE(run.log.named("scx_error").empty()) << run.log.console();
  EXPECT_TRUE(run.log.named("invariant").empty());
  for (unsigned cpu = 0; cpu < run.config.nr_cpus; ++cpu) EXPECT_TRUE(kernel().rqs[cpu].online) << cpu;
  for (const LoggedEvent& audit : run.log.named("task_audit")) EXPECT_EQ(audit.number("lost"), 0u);
  std::map<std::uint64_t, unsigned> runs;
  for (const LoggedEvent& event : run.log.named("sched_switch")) ++runs[event.number("next_pid")];
  for (const LoggedEvent& exit : run.log.named("task_exit")) runs[exit.number("pid")] = 2;
  for (const LoggedEvent& task : run.log.named("task_new")) {
    const std::string& comm = task.text("comm");
    if (comm != "t" && comm != "rt") continue;
    EXPECT_GE(runs[task.number("pid")], 2u) << comm << " pid " << task.number("pid");
  }
}

INSTANTIATE_TEST_SUITE_P(All, HotplugStressTest,
                         testing::Combine(testing::Values("", "simple", "simple_fifo", "qmap", "qmap_v7", "qmap_fifo",
                                                          "qmap_boost", "central", "stale_pops"),
                                          testing::Values(Preempt::kVoluntary, Preempt::kFull),
                                          testing::Values(Nohz::kOff, Nohz::kIdle)),
                         name_of);

}  // namespace kernel
