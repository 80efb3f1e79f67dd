// SPDX-License-Identifier: Apache-2.0
// Kernel threads and their workers.
#include <gtest/gtest.h>

#include <set>

#include "firmware/kernel/irq/irqflags.h"
#include "firmware/kernel/kernel.h"
#include "firmware/kernel/sched/core.h"
#include "firmware/kernel/user.h"
#include "tests/kernel/in_kernel.h"
#include "tests/kernel/test_policies.h"

namespace kernel {

using namespace test;

namespace {

std::vector<int> ran;
std::set<std::uint32_t> pids;
unsigned finished;
KthreadWorker worker;

struct NumberedWork : KthreadWork {
  int number = 0;
};

void partial() {
  test_ops = {};
  test_ops.flags = SCX_OPS_SWITCH_PARTIAL;
  ran.clear();
  pids.clear();
  finished = 0;
  worker = {};
}

void note(KthreadWork& work) { ran.push_back(static_cast<NumberedWork&>(work).number); }

}  // namespace

// Many tasks ask at once: each gets its own thread, forked by kthreadd, which sleeps again at the end.
TEST(KthreadTest, KthreaddForksForAll) {
  KernelRun run(4);
  partial();
  run_script(run, [](Task&) {
    for (unsigned i = 0; i < 8; ++i) {
      wake_up_new_task(kthread_create("asker", cpumask_of(i % 4), [](Task&) {
        for (int n = 0; n < 5; ++n) {
          Task& task = kthread_create("child", 0, [](Task&) { ++finished; });
          pids.insert(task.pid);
          wake_up_new_task(task);
        }
      }));
    }
  });
  run.run_us(20'000);
  EXPECT_EQ(finished, 40u);
  EXPECT_EQ(pids.size(), 40u);
  Task* const kthreadd = task_named("kthreadd");
  ASSERT_NE(kthreadd, nullptr);
  EXPECT_EQ(kthreadd->pid, 2u);
  EXPECT_EQ(run.machine().peek(kthreadd->state.address()), std::uint32_t{TASK_INTERRUPTIBLE});
  std::map<sim::HartId, std::uint64_t> running;
  for (const LoggedEvent& event : run.log.events()) {
    if (event.name == "sched_switch") running[event.hart] = event.number("next_pid");
    if (event.name == "task_new" && event.text("comm") == "child") {
      EXPECT_EQ(running[event.hart], 2u);
    }
  }
}

TEST(KthreadTest, WorkRunsInOrderOnceEach) {
  KernelRun run(2);
  partial();
  run_script(
      run,
      [](Task&) {
        static NumberedWork works[10];
        worker.create("worker", 0, 0);
        for (int i = 0; i < 10; ++i) {
          works[i].number = i;
          works[i].function = note;
          EXPECT_TRUE(worker.queue(works[i]));
        }
        EXPECT_FALSE(worker.queue(works[9])) << "pending already";
        worker.flush(works[9]);
        EXPECT_EQ(ran.size(), 10u);
        EXPECT_TRUE(worker.queue(works[3]));
        worker.flush(works[3]);
        ++finished;
      },
      1);
  run.run_us(10'000);
  EXPECT_EQ(ran, (std::vector<int>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 3}));
  EXPECT_EQ(finished, 1u);
}

// flush returns when the work is over, not when it has begun; work that queues itself is flushed to its end.
TEST(KthreadTest, FlushWaitsForTheEnd) {
  KernelRun run(2);
  partial();
  run_script(run, [](Task&) {
    static NumberedWork work;
    work.function = [](KthreadWork& self) {
      sys_nanosleep(500 * kUs);
      ran.push_back(1);
      if (ran.size() < 3) {
        EXPECT_TRUE(worker.queue(self));
      }
    };
    worker.create("worker", 0, 0);
    worker.queue(work);
    worker.flush(work);
    EXPECT_EQ(ran.size(), 3u);
    worker.flush(work);  // at once
    ++finished;
  });
  run.run_us(10'000);
  EXPECT_EQ(finished, 1u);
}

// Queued by a hard interrupt while a user task hogs the CPU: an RT worker gets it at once, a normal one in its turn.
TEST(KthreadTest, RtWorkerInterruptsAHog) {
  for (const unsigned priority : {50u, 0u}) {
    KernelRun run(1);
    partial();
    static unsigned rt_priority;
    static std::uint64_t queued_at;
    static std::uint64_t ran_at;
    rt_priority = priority;
    ran_at = 0;
    run.task("hog", {run_for(500 * kMs)});
    run_script(run, [](Task&) {
      static NumberedWork work;
      static HrTimer timer;
      work = {};
      work.function = [](KthreadWork&) { ran_at = arch::cycles(); };
      timer = {};
      timer.function = [](HrTimer&) {
        queued_at = arch::cycles();
        EXPECT_TRUE(worker.queue(work));
      };
      worker.create("worker", 0, rt_priority);
      EXPECT_EQ(worker.task()->sched_class, rt_priority != 0 ? &kRtSchedClass : &kFairSchedClass);
      sys_nanosleep(4 * kMs);
      IrqGuard irqs_off;
      this_cpu().hrtimers.start(timer, arch::cycles() + 130'000);
    });
    run.run_us(40'000);
    ASSERT_NE(ran_at, 0u) << priority;
    if (priority != 0) {
      EXPECT_LT(ran_at - queued_at, 1'500u);
    } else {
      EXPECT_GT(ran_at - queued_at, 300u);
    }
  }
}

}  // namespace kernel
