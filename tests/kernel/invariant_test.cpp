// SPDX-License-Identifier: Apache-2.0
// Each invariant, broken on purpose: the run ends with its name.
#include <gtest/gtest.h>

#include "firmware/kernel/ext/call_op.h"
#include "firmware/kernel/ext/error.h"
#include "firmware/kernel/invariants.h"
#include "firmware/kernel/kernel.h"
#include "firmware/kernel/sched/setscheduler.h"
#include "firmware/kernel/user.h"
#include "tests/kernel/ext/looping.h"
#include "tests/kernel/in_kernel.h"
#include "tests/kernel/test_policies.h"

namespace kernel {

using namespace test;

namespace {

// Runs until an invariant is broken: its name.
std::string broken_within(KernelRun& run) {
  try {
    run.run_us(10'000);
  } catch (const host::HostPanic&) {
    const Events broken = run.log.named("invariant");
    return broken.size() == 1 ? broken[0].text("name") : "panic without an event";
  }
  return "nothing broke";
}

// A run with queued tasks, a running and a sleeping task, into which `sabotage` reaches at 1 ms.
std::string name_of_broken(void (*sabotage)()) {
  KernelRun run(1);
  run.policy("simple", {{"slice_us", 5'000}});
  for (int i = 0; i < 3; ++i) run.task("hog", {run_for(50 * kMs)});
  run.machine().at(150'000, sabotage);
  return broken_within(run);
}

Task& running() { return *kernel().rqs[0].curr; }
Task& waiting() { return *kernel().rqs[0].scx.runnable_list.front(); }

}  // namespace

TEST(InvariantTest, HealthyRunBreaksNone) {
  EXPECT_EQ(name_of_broken([] {}), "nothing broke");
}

TEST(InvariantTest, RunnableListWithoutItsTask) {
  EXPECT_EQ(name_of_broken([] { kernel().rqs[0].scx.runnable_list.erase(waiting()); }), "runnable_list");
}

TEST(InvariantTest, RunningTaskOnTheRunnableList) {
  EXPECT_EQ(name_of_broken([] { kernel().rqs[0].scx.runnable_list.push_back(running()); }), "runnable_list");
}

TEST(InvariantTest, TaskOnTheListOfAnotherCpu) {
  EXPECT_EQ(name_of_broken([] { waiting().cpu = 1; }), "runnable_list");
}

TEST(InvariantTest, NotQueuedButOnTheList) {
  EXPECT_EQ(name_of_broken([] { waiting().scx.flags &= ~SCX_TASK_QUEUED; }), "runnable_list");
}

TEST(InvariantTest, TaskOnTwoQueues) {
  EXPECT_EQ(name_of_broken([] {
              Task& p = kernel().tasks[1];  // kthreadd: asleep, on no queue
              p.scx.dsq = &kernel().scx.global_dsq;
              kernel().rqs[0].scx.local_dsq.list.push_back(p);
            }),
            "one_dsq");
}

TEST(InvariantTest, LocalQueueWithATaskOfAnotherCpu) {
  EXPECT_EQ(name_of_broken([] {
              Task& p = kernel().tasks[1];
              p.scx.dsq = &kernel().rqs[0].scx.local_dsq;
              p.cpu = 1;
              kernel().rqs[0].scx.local_dsq.list.push_back(p);
            }),
            "local_dsq_cpu");
}

TEST(InvariantTest, LocalQueueWithASleepingTask) {
  EXPECT_EQ(name_of_broken([] {
              Task& p = kernel().tasks[1];
              p.scx.dsq = &kernel().rqs[0].scx.local_dsq;
              kernel().rqs[0].scx.local_dsq.list.push_back(p);
            }),
            "local_dsq_queued");
}

TEST(InvariantTest, LocalQueueShorterThanItCounts) {
  EXPECT_EQ(name_of_broken([] {
              Dsq& local = kernel().rqs[0].scx.local_dsq;
              for (Task* p : {&kernel().tasks[0], &kernel().tasks[1]}) {  // init and kthreadd, both asleep
                p->scx.dsq = &local;
                p->scx.flags |= SCX_TASK_QUEUED;
                local.list.push_back(*p);
              }
              kernel().tasks[0].dsq_node.next = nullptr;
            }),
            "dsq_nr");
}

TEST(InvariantTest, QueueingAcrossAnUnlock) {
  KernelRun run(1);
  test_ops = {};
  test_ops.enqueue = [](void*, Task* p, uint64_t flags) { scx_bpf_dispatch(p, SCX_DSQ_GLOBAL, SCX_SLICE_DFL, flags); };
  test_ops.tick = [](void*, Task*) {
    Task& p = waiting();
    p.scx.ops_state.store(p, SCX_OPSS_QUEUEING | (9u << SCX_OPSS_QSEQ_SHIFT));
  };
  run.policy("test");
  run.task("hog", {run_for(50 * kMs)});
  run.task("hog", {run_for(50 * kMs)});
  EXPECT_THROW(run.run_us(10'000), host::HostPanic);
  ASSERT_EQ(run.log.named("invariant").size(), 1u);
  EXPECT_EQ(run.log.named("invariant")[0].text("name"), "ops_state");
}

TEST(InvariantTest, BrandChangedWhileQueueing) {
  KernelRun run(1);
  test_ops = {};
  test_ops.enqueue = [](void*, Task* p, uint64_t) {
    p->scx.ops_state.store(*p, SCX_OPSS_QUEUEING | (9'000u << SCX_OPSS_QSEQ_SHIFT));
  };
  run.policy("test");
  run.task("hog", {run_for(50 * kMs)});
  EXPECT_EQ(broken_within(run), "qseq");
}

TEST(InvariantTest, QueueShowingAnotherLength) {
  KernelRun run(1);
  test_ops = {};
  test_ops.init = [](void*, const int64_t*) { return scx_bpf_create_dsq(0); };
  test_ops.tick = [](void*, Task*) {
    Dsq& dsq = kernel().scx.dsq_pool.made[0];
    dsq.lock.lock();
    dsq.list.push_back(kernel().tasks[1]);
    dsq_unlock(dsq);
  };
  run.policy("test");
  run.task("hog", {run_for(50 * kMs)});
  EXPECT_EQ(broken_within(run), "dsq_nr");
}

TEST(InvariantTest, SleepingTaskOnAUserQueue) {
  EXPECT_EQ(name_of_broken([] { kernel().scx.dsq_pool.made[0].list.push_back(kernel().tasks[1]); }), "one_dsq");
}

TEST(InvariantTest, TaskThatSaysItIsOnAnotherQueue) {
  EXPECT_EQ(name_of_broken([] { kernel().scx.dsq_pool.made[0].list.back()->scx.dsq = &kernel().scx.global_dsq; }), "one_dsq");
}

TEST(InvariantTest, QueueShorterThanItCounts) {
  EXPECT_EQ(name_of_broken([] { kernel().scx.dsq_pool.made[0].list.front()->dsq_node.next = nullptr; }), "dsq_nr");
}

// A task that gets on LOCAL unseen while the CPU looks at GLOBAL, its lock never given back.
TEST(InvariantTest, PolicyAskedInSpiteOfALocalTask) {
  KernelRun run(1);
  run.policy("simple");
  run.task("sleeper", {run_for(10 * kUs), sleep_for(50 * kUs)});
  for (sim::Cycle cycle = 150'000; cycle < 170'000; ++cycle) {
    run.machine().at(cycle, [] {
      Rq& rq = kernel().rqs[0];
      if ((rq.scx.flags & SCX_RQ_IN_BALANCE) == 0 || !rq.scx.local_dsq.list.empty()) return;
      rq.scx.local_dsq.list.push_back(kernel().tasks[1]);
    });
  }
  EXPECT_EQ(broken_within(run), "first_dispatch");
}

TEST(InvariantTest, KickLeftAfterTheIrqWork) {
  KernelRun run(1);
  loop_soon(run);
  run.task("sleeper", {run_for(50 * kUs), sleep_for(300 * kUs)});
  run.machine().at(500'000, [] { kernel().cpus[0].scx.cpus_to_preempt = 2; });
  EXPECT_EQ(broken_within(run), "kick_masks");
}

TEST(InvariantTest, DispatchingAcrossAnUnlock) {
  EXPECT_EQ(name_of_broken([] { kernel().cpus[0].scx.dispatching = &waiting(); }), "ops_state");
}

// Brands that began anew: an old request could stand for a new enqueue.
TEST(InvariantTest, BrandsThatFall) {
  KernelRun run(1);
  test_ops = {};
  test_ops.enqueue = [](void*, Task*, uint64_t) {};
  test_ops.dispatch = [](void*, int32_t, Task*) {
    if (kernel().rqs[0].scx.runnable_list.empty()) return;
    scx_bpf_dispatch(&waiting(), SCX_DSQ_LOCAL, SCX_SLICE_DFL, 0);
  };
  run.policy("test");
  run.task("sleeper", {run_for(10 * kUs), sleep_for(20 * kUs)});
  run.machine().at(300'000, [] { kernel().rqs[0].scx.ops_qseq = 1; });
  EXPECT_EQ(broken_within(run), "qseq_order");
}

TEST(InvariantTest, BrandsMayWrap) {
  KernelRun run(1);
  test_ops = {};
  test_ops.enqueue = [](void*, Task*, uint64_t) {};
  test_ops.dispatch = [](void*, int32_t, Task*) {
    if (kernel().rqs[0].scx.runnable_list.empty()) return;
    scx_bpf_dispatch(&waiting(), SCX_DSQ_LOCAL, SCX_SLICE_DFL, 0);
  };
  run.policy("test");
  run.task("sleeper", {run_for(10 * kUs), sleep_for(20 * kUs)});
  run.machine().at(300'000, [] { kernel().rqs[0].scx.ops_qseq = (1u << 30) - 3; });
  EXPECT_EQ(broken_within(run), "nothing broke");
  EXPECT_LT(kernel().rqs[0].scx.ops_qseq, 10'000u) << "they have not wrapped";
}

// A policy that keeps what it is given, and the task that has it.
namespace {

void keep_all(KernelRun& run) {
  test_ops = {};
  test_ops.flags = SCX_OPS_SWITCH_PARTIAL;
  test_ops.enqueue = [](void*, Task*, uint64_t) {};
  run.task("kept", {run_for(10 * kMs)}).sched_class = TaskClass::kExt;
}

}  // namespace

TEST(InvariantTest, TaskHeldThoughNobodyMovesIt) {
  KernelRun run(1);
  keep_all(run);
  test_ops.dispatch = [](void*, int32_t, Task*) {
    if (kernel().rqs[0].scx.runnable_list.empty()) return;
    waiting().scx.holding_cpu = 0;
    scx_bpf_dispatch(&waiting(), SCX_DSQ_GLOBAL, SCX_SLICE_DFL, 0);
  };
  run.policy("test");
  EXPECT_EQ(broken_within(run), "holding_cpu");
}

// Its on_rq says that it is nobody's to requeue, and so the bypass passes it by.
TEST(InvariantTest, TaskLeftToThePolicyByBypass) {
  KernelRun run(1);
  keep_all(run);
  SchedulerSpec& spec = run.policy("test");
  spec.unload_after_ns = 5 * kMs;
  spec.stats_period_ns = 1 * kMs;
  run.machine().at(300'000, [&run] { run.machine().poke(waiting().on_rq.address(), kOffRq); });
  EXPECT_EQ(broken_within(run), "bypassed");
}

TEST(InvariantTest, CallbackAfterTheExitOfItsPolicy) {
  EXPECT_EQ(name_of_broken([] { kernel().scx.policy_gone = true; }), "callback_after_exit");
}

TEST(InvariantTest, LockedCallbackWithInterruptsOn) {
  KernelRun run(1);
  test_ops = {};
  test_ops.tick = [](void*, Task*) {};
  run_script(run, [](Task& self) { call_op<Op::tick>(kernel().scx.ops, &self); });
  EXPECT_EQ(broken_within(run), "callback_irqs");
}

// After a disable everything is made to look as if the policy were still there.
TEST(InvariantTest, PolicyTakenOutTwice) {
  KernelRun run(1);
  test_ops = {};
  run_script(run, [](Task&) {
    scx_error(SCX_EXIT_ERROR, "first");
    sys_nanosleep(2 * kMs);
    kernel().scx.enable_state.store(SCX_OPS_ENABLED);
    kernel().scx.exit_kind.store(SCX_EXIT_NONE);
    scx_error(SCX_EXIT_ERROR, "second");
  });
  EXPECT_EQ(broken_within(run), "disable_once");
}

// ops.enable of a task that is enabled already.
TEST(InvariantTest, TaskEnabledTwice) {
  KernelRun run(1);
  keep_all(run);
  run_script(run, [](Task&) {
    Task& p = *task_named("kept");
    sched_setscheduler(p, SCHED_NORMAL, 0);
    p.scx.state = ScxTaskState::kEnabled;
    sched_setscheduler(p, SCHED_EXT, 0);
  });
  try {
    run.run_us(10'000);
    ADD_FAILURE() << "nothing broke";
  } catch (const host::HostPanic& panic) {
    EXPECT_NE(std::string(panic.what()).find("scx_task_state"), std::string::npos) << panic.what();
  }
}

// A word that was never placed has no address on any machine.
TEST(BusErrorTest, BelowTheFirstDeviceThereIsNothing) {
  void (*const accesses[])(Task&) = {[](Task&) { static_cast<void>(arch::load(0)); },
                                     [](Task&) { arch::store(platform::mswi::kBase - 4, 1); },
                                     [](Task&) { arch::amo(arch::Amo::kAdd, 0x40, 1); }};
  for (const auto access : accesses) {
    KernelRun run(1);
    test_ops = {};
    run_script(run, access);
    try {
      run.run_us(10'000);
      ADD_FAILURE() << "there was something";
    } catch (const host::HostPanic& panic) {
      EXPECT_NE(std::string(panic.what()).find("bus error"), std::string::npos) << panic.what();
    }
  }
}

TEST(BusErrorTest, TheFirstDeviceIsThere) {
  KernelRun run(1);
  test_ops = {};
  static bool done;
  done = false;
  run_script(run, [](Task&) {
    static_cast<void>(arch::load(platform::mswi::kBase));
    done = true;
  });
  run.run_us(10'000);
  EXPECT_TRUE(done);
}

}  // namespace kernel
