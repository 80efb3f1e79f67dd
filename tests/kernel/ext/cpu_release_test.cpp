// SPDX-License-Identifier: Apache-2.0
// How a policy hears that it loses a CPU, and what it can do with the tasks that wait there.
#include "firmware/kernel/kernel.h"
#include "firmware/kernel/sched/affinity.h"
#include "firmware/kernel/user.h"
#include "tests/kernel/ext/kick_lab.h"

namespace kernel {

using namespace test;

namespace {

class CpuReleaseTest : public KickLab {};

std::vector<std::string> told;  // what the policy heard of CPU 1, and did
std::uint32_t reenqueued;

void release(void*, std::int32_t cpu, const ScxCpuReleaseArgs* args) {
  if (cpu == 1) told.push_back("release " + std::to_string(args->reason) + " " + bpf_task_comm(args->task));
}

void acquire(void*, std::int32_t cpu) {
  if (cpu == 1) told.emplace_back("acquire");
}

}  // namespace

// In turn, once each, whatever the higher class does in between.
TEST_F(CpuReleaseTest, PolicyHearsOfEachLossOnce) {
  told.clear();
  test_ops.cpu_release = release;
  test_ops.cpu_acquire = acquire;
  ext_task("hog", {run_for(100 * kMs)});
  for (const char* comm : {"rt_a", "rt_b"}) {
    run.rt_task(comm, 10, {sleep_for(900 * kUs), run_for(100 * kUs)}).cpus_allowed = 0b010;
  }
  kicked_by([](Task&) {});
  ASSERT_GE(told.size(), 6u);
  for (std::size_t i = 0; i < told.size(); ++i) {
    const std::string expected = i % 2 == 0 ? "release 0 rt_" : "acquire";
    EXPECT_EQ(told[i].substr(0, expected.size()), expected) << i;
  }
  EXPECT_EQ(run.log.named("cpu_release").size(), (told.size() + 1) / 2);
  EXPECT_EQ(run.log.named("cpu_acquire").size(), told.size() / 2);
}

// A fair task is no class the policy was told to expect.
TEST_F(CpuReleaseTest, FairTaskIsALossForUnknownReason) {
  told.clear();
  test_ops.cpu_release = release;
  test_ops.cpu_acquire = acquire;
  ext_task("hog", {run_for(100 * kMs)});
  run.task("fair", {sleep_for(900 * kUs), run_for(100 * kUs)}).cpus_allowed = 0b010;
  kicked_by([](Task&) {});
  ASSERT_GE(told.size(), 2u);
  EXPECT_EQ(told[0], "release " + std::to_string(SCX_CPU_PREEMPT_UNKNOWN) + " fair");
  EXPECT_EQ(told[1], "acquire");
}

// What waits for a CPU that is lost, the task just displaced included, goes where the policy says: each one once.
TEST_F(CpuReleaseTest, ReenqueueLocalBringsTheTasksElsewhere) {
  static std::vector<std::string> again;
  again.clear();
  reenqueued = 0;
  test_ops.enqueue = [](void*, Task* p, std::uint64_t flags) {
    if ((flags & SCX_ENQ_REENQ) != 0) again.emplace_back(bpf_task_comm(p));
    scx_bpf_dispatch(p, (flags & SCX_ENQ_REENQ) != 0 ? SCX_DSQ_GLOBAL : SCX_DSQ_LOCAL, kLongSlice, 0);
  };
  test_ops.cpu_release = [](void*, std::int32_t cpu, const ScxCpuReleaseArgs*) {
    if (cpu != 1 || reenqueued != 0) return;
    reenqueued = scx_bpf_reenqueue_local();
    scx_bpf_kick_cpu(0, SCX_KICK_IDLE);
  };
  ext_task("hog_a", {run_for(100 * kMs)});
  ext_task("hog_b", {run_for(100 * kMs)});
  run.spec("hog_a").cpus_allowed = run.spec("hog_b").cpus_allowed = 0b011;
  run.rt_task("rt", 10, {sleep_for(3 * kMs), run_for(20 * kMs)}).cpus_allowed = 0b010;
  kicked_by([](Task&) {});
  EXPECT_EQ(reenqueued, 2u);
  ASSERT_EQ(again.size(), 2u);
  EXPECT_NE(again[0], again[1]);
  const std::size_t released = find(events(), "cpu_release");
  ASSERT_LT(released, events().size());
  bool ran_elsewhere = false;
  for (std::size_t i = released; i < events().size(); ++i) {
    if (events()[i].name == "sched_switch" && events()[i].hart == 0 && events()[i].text("next_comm").rfind("hog", 0) == 0) {
      ran_elsewhere = true;
    }
  }
  EXPECT_TRUE(ran_elsewhere);
}

// A running task that may not stay is on its way to another CPU, by the hand of the stopper that has displaced it: it is not
// handed on anew, from a CPU it may not use any more. The task that waits beside it is.
TEST_F(CpuReleaseTest, ReenqueueLocalLeavesOutWhatIsBeingMigrated) {
  static std::vector<std::string> again;
  static unsigned misplaced;
  again.clear();
  reenqueued = misplaced = 0;
  test_ops.enqueue = [](void*, Task* p, std::uint64_t flags) {
    if (!cpumask_test(bpf_task_cpus_allowed(p), static_cast<unsigned>(scx_bpf_task_cpu(p)))) ++misplaced;
    if ((flags & SCX_ENQ_REENQ) != 0) again.emplace_back(bpf_task_comm(p));
    scx_bpf_dispatch(p, SCX_DSQ_LOCAL, kLongSlice, 0);
  };
  test_ops.cpu_release = [](void*, std::int32_t cpu, const ScxCpuReleaseArgs* args) {
    if (cpu == 1 && args->reason == SCX_CPU_PREEMPT_STOP) reenqueued += scx_bpf_reenqueue_local();
  };
  ext_task("hog", {run_for(100 * kMs)});
  run.spec("hog").cpus_allowed = 0b011;
  ext_task("waiter", {run_for(100 * kMs)});
  static unsigned moves;
  moves = 0;
  kicked_by([](Task&) {
    Task& hog = *task_named("hog");
    for (; moves < 10; ++moves) {
      // Onto CPU 1, in front of the other.
      set_cpus_allowed(hog, 0b010);
      while (cpu_rq(1).curr != &hog) {
        if (!is_hog(cpu_rq(1).curr)) scx_bpf_kick_cpu(1, SCX_KICK_PREEMPT);
        sys_nanosleep(30 * kUs);
      }
      set_cpus_allowed(hog, 0b001);
    }
  });
  ASSERT_EQ(moves, 10u);
  EXPECT_EQ(again, std::vector<std::string>(10, "waiter"));
  EXPECT_EQ(reenqueued, 10u);
  EXPECT_EQ(misplaced, 0u);
}

TEST_F(CpuReleaseTest, ReenqueueLocalOutsideCpuReleaseIsAnError) {
  test_ops.tick = [](void*, Task*) { scx_bpf_reenqueue_local(); };
  ext_task("hog", {run_for(100 * kMs)});
  kicked_by([](Task&) {});
  ASSERT_EQ(run.log.named("scx_error").size(), 1u);
}

}  // namespace kernel
