// SPDX-License-Identifier: Apache-2.0
// Many tasks of all kinds under every policy, preemption and lock: no invariant breaks, nobody is forgotten.
#include <gtest/gtest.h>

#include <map>
#include <tuple>

#include "tests/schedulers/load.h"

namespace kernel {

using namespace test;

namespace {

using Setup = std::tuple<unsigned, std::string, Preempt, SpinlockKind>;

}  // namespace

std::string name_of(const testing::TestParamInfo<Setup>& info) {
  const auto& [nr_cpus, policy, preempt, spinlock] = info.param;
  constexpr const char* kPreemptNames[] = {"none", "voluntary", "full"};
  std::string name = policy.empty() ? "fair" : policy;
  name.append("_").append(std::to_string(nr_cpus)).append("cpu_").append(kPreemptNames[static_cast<unsigned>(preempt)]);
  return name.append(spinlock == SpinlockKind::kTicket ? "_ticket" : "_test_and_set");
}

class StressTest : public testing::TestWithParam<Setup> {};

TEST_P(StressTest, NothingBreaksAndNobodyIsForgotten) {
  const auto& [nr_cpus, policy, preempt, spinlock] = GetParam();
  KernelRun run(nr_cpus);
  run.config.preempt = preempt;
  run.config.spinlock = spinlock;
  run.config.hz = 4'000;
  load_policy(run, policy);
  populate(run, policy);
  ASSERT_NO_THROW(run.run_us(20'000));
  EXPECT_TRUE(run.log.named("scx_error").empty()) << run.log.console();
  EXPECT_TRUE(run.log.named("invariant").empty());
  std::map<std::uint64_t, unsigned> runs;
  for (const LoggedEvent& event : run.log.named("sched_switch")) ++runs[event.number("next_pid")];
  unsigned users = 0;
  for (const LoggedEvent& event : run.log.named("task_new")) {
    const std::string& comm = event.text("comm");
    if (comm != "t" && comm != "hog" && comm != "rt") continue;
    EXPECT_GE(runs[event.number("pid")], comm == "hog" ? 1u : 2u) << comm << " pid " << event.number("pid");
    ++users;
  }
  EXPECT_EQ(users, may_have_a_hog(policy, nr_cpus) ? 14u : 13u);
  EXPECT_EQ(run.log.named("task_exit").size(), 1u);
}

INSTANTIATE_TEST_SUITE_P(All, StressTest,
                         testing::Combine(testing::Values(1u, 2u, 4u, 8u),
                                          testing::Values("", "simple", "simple_fifo", "qmap", "qmap_v7", "qmap_fifo",
                                                          "qmap_boost", "central", "stale_pops"),
                                          testing::Values(Preempt::kNone, Preempt::kVoluntary, Preempt::kFull),
                                          testing::Values(SpinlockKind::kTicket, SpinlockKind::kTestAndSet)),
                         name_of);

}  // namespace kernel
