// SPDX-License-Identifier: Apache-2.0
// What kfuncs leave in the log.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>

#include "firmware/kernel/kernel.h"
#include "tests/kernel/ext/race_lab.h"
#include "tests/kernel/in_kernel.h"
#include "tests/kernel/test_policies.h"

namespace kernel {

using namespace test;

// A kick of an idle CPU only: none is requested and none is logged while it runs something.
TEST(KfuncTest, IdleKickOfABusyCpuIsNoKick) {
  static unsigned calls;
  calls = 0;
  KernelRun run(2);
  test_ops = {};
  test_ops.select_cpu = [](void*, Task* p, int32_t, uint64_t) {
    if (bpf_task_comm(p)[0] == 's') {
      scx_bpf_kick_cpu(0, SCX_KICK_IDLE);
      ++calls;
    }
    return int32_t{1};
  };
  run.policy("test");
  run.task("hog", {run_for(12 * kMs), sleep_for(50 * kMs)}).cpus_allowed = 1;
  run.task("s", {run_for(10 * kUs), sleep_for(500 * kUs)}).start_ns = 2 * kMs;
  run.run_us(10'000);
  EXPECT_GT(calls, 10u);
  const auto kicks = [&run] {
    std::size_t count = 0;
    for (const LoggedEvent& kick : run.log.named("kick")) count += kick.cycle > 150'000 ? 1 : 0;
    return count;
  };
  EXPECT_EQ(kicks(), 0u);
  run.run_us(30'000);
  EXPECT_GT(kicks(), 10u) << "the CPU is idle now";
}

TEST(KfuncTest, PrintkIsAnEvent) {
  KernelRun run(1);
  test_ops = {};
  test_ops.init_task = [](void*, Task* p, bool) {
    bpf_printk("init_task %s %u", bpf_task_comm(p), bpf_task_pid(p));
    return 0;
  };
  run.policy("test");
  run.run_us(3'000);
  const Events prints = run.log.named("policy_print");
  ASSERT_GE(prints.size(), 2u);
  EXPECT_EQ(prints[0].text("text"), "init_task init 1");
  EXPECT_EQ(prints[1].text("text"), "init_task kthreadd 2");
}

// The scale of the field: 100 for nice 0, the load weight's ratio to nice 0 otherwise, 1 for SCHED_IDLE.
TEST(KfuncTest, WeightsOfNiceValues) {
  constexpr uint32_t kWeights[] = {8668, 7007, 5516, 4519, 3544, 2847, 2271, 1827, 1460, 1164, 932, 744, 596, 479,
                                   381,  305,  244,  194,  155,  125,  100,  80,   64,   51,   41,  33,  27,  21,
                                   17,   13,   11,   8,    7,    5,    4,    4,    3,    2,    2,   1};
  static std::map<std::string, uint32_t> seen;
  seen.clear();
  KernelRun run(1);
  test_ops = {};
  test_ops.set_weight = [](void*, Task* p, uint32_t weight) {
    EXPECT_EQ(weight, bpf_task_weight(p));
    seen[bpf_task_comm(p)] = weight;
  };
  run.policy("test");
  for (int nice = -20; nice < 20; ++nice) {
    run.task("nice" + std::to_string(nice), {run_for(10 * kUs), sleep_for(10 * kMs)}).nice = static_cast<int8_t>(nice);
  }
  run.task("idle", {run_for(10 * kUs), sleep_for(10 * kMs)}).sched_class = TaskClass::kIdle;
  run.run_us(30'000);
  for (int nice = -20; nice < 20; ++nice) EXPECT_EQ(seen["nice" + std::to_string(nice)], kWeights[nice + 20]) << nice;
  EXPECT_EQ(seen["idle"], 1u);
}

// Sets below the one a kfunc is of may be open as well: that is no nesting. None of the present core are; as if one were.
TEST(KfuncTest, ALowerSetThatIsOpenIsNoNesting) {
  static std::uint32_t slots;
  slots = 0;
  KernelRun run(1);
  test_ops = {};
  test_ops.dispatch_max_batch = 5;
  test_ops.dispatch = [](void*, std::int32_t, Task*) {
    current()->scx.kf_mask |= SCX_KF_CPU_RELEASE;
    slots = scx_bpf_dispatch_nr_slots();
    current()->scx.kf_mask &= ~SCX_KF_CPU_RELEASE;
  };
  run.policy("test");
  run.run_us(5'000);
  EXPECT_EQ(slots, 5u);
  EXPECT_TRUE(run.log.named("scx_error").empty());
}

namespace {

struct Looks {
  unsigned running = 0;  // it is its rq's curr
  unsigned not_running = 0;
  unsigned wrong = 0;
};

Looks looks;

}  // namespace

// A task runs if it is its rq's curr, from the very moment of the choice; not before, and not for as long as the CPU is
// still on its stack.
TEST(KfuncTest, RunningIsToBeTheCurrOfTheRq) {
  KernelRun run(2);
  looks = {};
  test_ops = {};
  test_ops.flags = SCX_OPS_SWITCH_PARTIAL;
  for (const char* comm : {"ping", "pong"}) {
    TaskSpec& spec = run.task(comm, {run_for(5 * kUs), yield()});
    spec.sched_class = TaskClass::kExt;
    spec.cpus_allowed = 0b01;
  }
  run_script(
      run,
      [](Task&) {
        const Task& ping = *task_named("ping");
        for (unsigned i = 0; i < 5'000; ++i) {
          const bool says = scx_bpf_task_running(&ping);
          const bool is = cpu_rq(0).curr == &ping;
          ++(says ? looks.running : looks.not_running);
          looks.wrong += says != is ? 1 : 0;
          burn(7);
        }
      },
      0b10);
  run.run_us(20'000);
  EXPECT_GT(looks.running, 500u);
  EXPECT_GT(looks.not_running, 500u);
  EXPECT_EQ(looks.wrong, 0u);
}

// What it shows is true at the cycle of the look, whatever the policy still owes for the way there.
TEST(KfuncTest, RunQueueIsShownAsItIsNow) {
  static unsigned changes, stale;
  changes = stale = 0;
  KernelRun run(2);
  test_ops = {};
  test_ops.flags = SCX_OPS_SWITCH_PARTIAL;
  run.task("fair", {run_for(20 * kUs), sleep_for(30 * kUs)}).cpus_allowed = 0b01;
  run_script(
      run,
      [](Task&) {
        const Rq* const rq = scx_bpf_cpu_rq(0);
        const Task* curr = nullptr;
        for (unsigned i = 0; i < 500; ++i) {
          arch::charge(1'000);
          const std::uint32_t nr = bpf_rq_nr_running(rq);
          arch::flush();
          stale += nr != bpf_rq_nr_running(rq) ? 1 : 0;
          arch::charge(1'000);
          const Task* const shown = bpf_rq_curr(rq);
          arch::flush();
          stale += shown != rq->curr ? 1 : 0;
          changes += shown != curr ? 1 : 0;
          curr = shown;
        }
      },
      0b10);
  run.run_us(20'000);
  EXPECT_GT(changes, 100u);
  EXPECT_EQ(stale, 0u);
}

// No such CPU: reported, and the answer is the one that does no harm.
TEST(KfuncTest, CpuPerfOfABadCpuIsFull) {
  static std::uint32_t answers[3];
  KernelRun run(1);
  test_ops = {};
  test_ops.tick = [](void*, Task*) {
    answers[0] = scx_bpf_cpuperf_cap(0);
    answers[1] = scx_bpf_cpuperf_cap(5);
    answers[2] = scx_bpf_cpuperf_cur(-1);
  };
  run.policy("test");
  run.task("hog", {run_for(50 * kMs)});
  run.run_us(5'000);
  for (const std::uint32_t answer : answers) EXPECT_EQ(answer, SCX_CPUPERF_ONE);
  const Events errors = run.log.named("scx_error");
  ASSERT_EQ(errors.size(), 1u);
  EXPECT_EQ(errors[0].text("msg"), "invalid CPU 5");
}

// A policy may look at the run queue of any CPU.
TEST(KfuncTest, RunQueueShowsItsTasks) {
  static std::map<std::string, unsigned> currs;  // of CPU 0, by name
  static std::uint32_t least;
  static std::uint32_t most;
  static const Rq* none;
  currs.clear();
  least = 100;
  most = 0;
  KernelRun run(2);
  test_ops = {};
  test_ops.flags = SCX_OPS_SWITCH_PARTIAL;
  for (int i = 0; i < 2; ++i) {
    TaskSpec& spec = run.task("ext", {run_for(100 * kUs), sleep_for(400 * kUs)});
    spec.sched_class = TaskClass::kExt;
    spec.cpus_allowed = 0b01;
  }
  run.task("fair", {run_for(100 * kUs), sleep_for(1 * kMs)}).cpus_allowed = 0b01;
  run.rt_task("rt", 5, {run_for(50 * kUs), sleep_for(700 * kUs)}).cpus_allowed = 0b01;
  run_script(
      run,
      [](Task&) {
        const Rq* const rq = scx_bpf_cpu_rq(0);
        for (unsigned i = 0; i < 5'000; ++i) {
          ++currs[bpf_task_comm(bpf_rq_curr(rq))];
          most = std::max(most, bpf_rq_nr_running(rq));
          least = std::min(least, bpf_rq_nr_running(rq));
          burn(100);
        }
        none = scx_bpf_cpu_rq(2);
      },
      0b10);
  run.run_us(20'000);
  for (const char* comm : {"ext", "fair", "rt", "swapper/0"}) EXPECT_GT(currs[comm], 50u) << comm;
  EXPECT_EQ(least, 0u);
  EXPECT_GE(most, 3u);
  EXPECT_LE(most, 6u);
  EXPECT_EQ(none, nullptr);
  const Events errors = run.log.named("scx_error");
  ASSERT_EQ(errors.size(), 1u);
  EXPECT_EQ(errors[0].text("msg"), "invalid CPU 2");
}

}  // namespace kernel
