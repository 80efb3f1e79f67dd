// SPDX-License-Identifier: Apache-2.0
// Many tasks of all kinds under every policy, preemption and lock: no invariant breaks, nobody is forgotten.
#include <gtest/gtest.h>

#include <map>
#include <tuple>

#include "tests/kernel/kernel_run.h"

using namespace testing_kernel;

namespace {

using Setup = std::tuple<unsigned, std::string, Preempt, SpinlockKind>;

void load(KernelRun& run, const std::string& name) {
  if (name == "simple") run.policy("simple", {{"slice_us", 300}});
  if (name == "simple_fifo") run.policy("simple", {{"slice_us", 300}, {"fifo", 1}});
  if (name == "central") run.policy("central", {{"slice_us", 300}, {"timer_us", 200}});
  if (name == "qmap") run.policy("qmap", {{"slice_us", 300}});
  if (name == "qmap_v7") run.policy("qmap", {{"slice_us", 300}, {"enqueue", 0}});
  if (name == "qmap_fifo") run.policy("qmap", {{"slice_us", 300}, {"direct_dispatch", 0}, {"dsp_batch", 4}});
  if (name == "qmap_boost") {
    run.policy("qmap", {{"slice_us", 300}, {"direct_dispatch", 0}, {"boost_highpri", 1}, {"print_shared", 1}, {"monitor_ms", 1}});
  }
  if (name == "stale_pops") run.policy("stale_pops", {{"slice_us", 300}, {"stale_per_live", 5}});
}

// central leaves a hog on the central CPU until somebody wakes or another CPU asks: on one CPU that may be never.
bool may_have_a_hog(const std::string& policy, unsigned nr_cpus) { return policy != "central" || nr_cpus > 1; }

void populate(KernelRun& run, const std::string& policy, unsigned nr_cpus) {
  for (unsigned i = 0; i < 12; ++i) {
    TaskSpec& spec = run.task("t", {{ProgramOpKind::kRun, 10 * kUs, 200 * kUs},
                                    {ProgramOpKind::kSleep, 5 * kUs, 300 * kUs},
                                    {ProgramOpKind::kRun, 1 * kUs, 50 * kUs},
                                    yield()});
    // By vtime the lightest of a wide range would wait for seconds.
    const int step = policy == "simple" ? 1 : 3;
    spec.nice = static_cast<std::int8_t>((static_cast<int>(i) - 6) * step);
    if (i % 4 == 3) spec.cpus_allowed = std::uint64_t{1} << (i % nr_cpus);
    spec.once = i == 5;
  }
  if (may_have_a_hog(policy, nr_cpus)) run.task("hog", {run_for(5 * kMs)});
  run.rt_task("rt", 50, {run_for(5 * kUs), sleep_for(400 * kUs)});
}

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
  load(run, policy);
  populate(run, policy, nr_cpus);
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

INSTANTIATE_TEST_SUITE_P(
    All, StressTest,
    testing::Combine(testing::Values(1u, 2u, 4u, 8u),
                     testing::Values("", "simple", "simple_fifo", "qmap", "qmap_v7", "qmap_fifo", "qmap_boost", "central",
                                     "stale_pops"),
                     testing::Values(Preempt::kNone, Preempt::kVoluntary, Preempt::kFull),
                     testing::Values(SpinlockKind::kTicket, SpinlockKind::kTestAndSet)),
    name_of);
