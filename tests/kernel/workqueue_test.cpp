// SPDX-License-Identifier: Apache-2.0
// The unbound workqueue and delayed work.
#include <gtest/gtest.h>

#include "firmware/kernel/kernel.h"
#include "firmware/kernel/sched/core.h"
#include "firmware/kernel/user.h"
#include "tests/kernel/ext/looping.h"
#include "tests/kernel/in_kernel.h"
#include "tests/kernel/test_policies.h"

namespace kernel {

using namespace test;

namespace {

std::vector<std::string> runners;
std::vector<std::uint32_t> ran_at;  // jiffies
unsigned running;
unsigned finished;
DelayedWork delayed;

void run_alone(KernelRun& run, void (*script)(Task&)) {
  test_ops = {};
  test_ops.flags = SCX_OPS_SWITCH_PARTIAL;
  runners.clear();
  ran_at.clear();
  running = 0;
  finished = 0;
  delayed = {};
  run_script(run, script);
}

void note(Work&) {
  runners.emplace_back(current()->comm);
  ran_at.push_back(jiffies());
}

std::size_t workers() {
  std::size_t count = 0;
  for (Task* p = kernel().all_tasks.front(); p != nullptr; p = kernel().all_tasks.next(*p)) {
    count += std::string(p->comm).rfind("kworker/u", 0) == 0 ? 1 : 0;
  }
  return count;
}

}  // namespace

// Two workers wait from the boot on, named after the machine's CPUs, and normal tasks.
TEST(WorkqueueTest, WorkersOfTheBoot) {
  KernelRun run(4);
  run.run_us(5'000);
  EXPECT_EQ(workers(), 2u);
  for (const char* comm : {"kworker/u8:0", "kworker/u8:1"}) {
    Task* const worker = task_named(comm);
    ASSERT_NE(worker, nullptr) << comm;
    EXPECT_EQ(worker->sched_class, &kFairSchedClass);
    EXPECT_EQ(worker->cpus_allowed, 0xfu);
    EXPECT_EQ(run.machine().peek(worker->state.address()), TASK_IDLE);
  }
}

TEST(WorkqueueTest, QueuedWorkRunsOnce) {
  KernelRun run(2);
  run_alone(run, [](Task&) {
    static Work work;
    work.function = note;
    EXPECT_TRUE(queue_work(work));
    EXPECT_FALSE(queue_work(work)) << "pending";
    sys_nanosleep(1 * kMs);
    EXPECT_EQ(runners.size(), 1u);
    EXPECT_TRUE(queue_work(work));
    sys_nanosleep(1 * kMs);
    EXPECT_EQ(runners.size(), 2u);
    ++finished;
  });
  run.run_us(10'000);
  ASSERT_EQ(finished, 1u);
  for (const std::string& comm : runners) EXPECT_EQ(comm.rfind("kworker/u4:", 0), 0u) << comm;
}

// Work queued while it runs is run again, by the worker that has it, never beside itself.
TEST(WorkqueueTest, NoWorkRunsTwiceAtATime) {
  KernelRun run(4);
  run_alone(run, [](Task&) {
    static Work work;
    work.function = [](Work& self) {
      EXPECT_EQ(++running, 1u);
      note(self);
      if (runners.size() < 4) {
        EXPECT_TRUE(queue_work(self));
      }
      sys_nanosleep(1 * kMs);
      --running;
    };
    queue_work(work);
    sys_nanosleep(500 * kUs);
    EXPECT_EQ(runners.size(), 1u);
  });
  run.run_us(20'000);
  EXPECT_EQ(runners.size(), 4u);
}

// Works that sleep for long do not hold up the others: the last idle worker sees to another one before it starts.
TEST(WorkqueueTest, PoolGrowsWhenAllWorkersAreBusy) {
  KernelRun run(2);
  run_alone(run, [](Task&) {
    static Work works[6];
    for (Work& work : works) {
      work.function = [](Work& self) {
        note(self);
        sys_nanosleep(20 * kMs);
      };
      queue_work(work);
    }
    sys_nanosleep(5 * kMs);
    EXPECT_EQ(runners.size(), 6u);
    ++finished;
  });
  run.run_us(60'000);
  EXPECT_EQ(finished, 1u);
  EXPECT_EQ(workers(), 6u);
}

// A policy that will not have another worker costs the pool that worker, for the time being, not the machine.
TEST(WorkqueueTest, RefusedWorkerIsTriedAgain) {
  static bool refusing;
  static unsigned refused;
  refusing = true;
  refused = 0;
  KernelRun run(2);
  run_alone(run, [](Task&) {
    static Work works[4];
    for (int round = 0; round < 2; ++round) {
      for (Work& work : works) {
        work.function = [](Work& self) {
          note(self);
          sys_nanosleep(2 * kMs);
        };
        queue_work(work);
      }
      sys_nanosleep(10 * kMs);
      EXPECT_EQ(workers(), refusing ? 2u : 4u);
      refusing = false;
    }
    ++finished;
  });
  test_ops.init_task = [](void*, Task* p, bool fork) {
    if (!fork || !refusing || std::string(p->comm).rfind("kworker", 0) != 0) return 0;
    ++refused;
    return -12;
  };
  run.run_us(40'000);
  EXPECT_EQ(finished, 1u);
  EXPECT_GT(refused, 0u);
  EXPECT_EQ(runners.size(), 8u) << "all the work is done nevertheless";
}

TEST(WorkqueueTest, DelayedWorkKeepsItsDelay) {
  KernelRun run(2);
  run_alone(run, [](Task&) {
    delayed.work.function = note;
    const std::uint32_t now = jiffies();
    EXPECT_TRUE(queue_delayed_work(delayed, 7));
    EXPECT_FALSE(queue_delayed_work(delayed, 1));
    sys_nanosleep(12 * kMs);
    EXPECT_EQ(ran_at, std::vector<std::uint32_t>{now + 7});
    EXPECT_TRUE(queue_delayed_work(delayed, 0));
    sys_nanosleep(200 * kUs);
    EXPECT_EQ(ran_at.size(), 2u) << "without delay: at once";
    ++finished;
  });
  run.run_us(30'000);
  EXPECT_EQ(finished, 1u);
}

TEST(WorkqueueTest, CanceledWorkDoesNotRun) {
  KernelRun run(2);
  run_alone(run, [](Task&) {
    delayed.work.function = note;
    queue_delayed_work(delayed, 3);
    EXPECT_TRUE(cancel_delayed_work_sync(delayed));
    EXPECT_FALSE(cancel_delayed_work_sync(delayed));
    sys_nanosleep(6 * kMs);
    EXPECT_TRUE(ran_at.empty());
    EXPECT_TRUE(queue_delayed_work(delayed, 1)) << "it can be used again";
    sys_nanosleep(4 * kMs);
    EXPECT_EQ(ran_at.size(), 1u);
    ++finished;
  });
  run.run_us(30'000);
  EXPECT_EQ(finished, 1u);
}

// The watchdog's pattern: work that always queues itself again ends with the cancel, even if that comes in its middle.
TEST(WorkqueueTest, CancelEndsWorkThatQueuesItself) {
  KernelRun run(4);
  run_alone(run, [](Task&) {
    delayed.work.function = [](Work&) {
      ++running;
      sys_nanosleep(1'500 * kUs);
      queue_delayed_work(delayed, 1);
      ran_at.push_back(jiffies());
      --running;
    };
    for (unsigned offset = 0; offset < 40; ++offset) {
      queue_delayed_work(delayed, 1);
      sys_nanosleep(3 * kMs + offset * 100 * kUs);
      cancel_delayed_work_sync(delayed);
      EXPECT_EQ(running, 0u);
      const std::size_t times = ran_at.size();
      EXPECT_GT(times, 0u);
      sys_nanosleep(4 * kMs);
      EXPECT_EQ(ran_at.size(), times) << offset;
      ran_at.clear();
    }
    ++finished;
  });
  run.run_us(500'000);
  EXPECT_EQ(finished, 1u);
}

// The cancel meets the timer just as it expires, on another CPU, at every distance.
TEST(WorkqueueTest, CancelRacesTheTimer) {
  static unsigned canceled;
  canceled = 0;
  KernelRun run(2);
  run_alone(run, [](Task&) {
    delayed.work.function = note;
    for (unsigned i = 0; i < 120; ++i) {
      const std::uint64_t period = tick_period_cycles();
      queue_delayed_work(delayed, 1);
      const std::uint64_t tick = (arch::cycles() / period + 1) * period;
      sys_nanosleep((tick - arch::cycles()) * 10 - 1'000);
      arch::charge(5 * i);
      const std::size_t before = ran_at.size();
      if (cancel_delayed_work_sync(delayed)) {
        ++canceled;
        EXPECT_EQ(ran_at.size(), before);
      }
      sys_nanosleep(2 * kMs);
    }
    ++finished;
  });
  run.run_us(600'000);
  EXPECT_EQ(finished, 1u);
  EXPECT_EQ(canceled + ran_at.size(), 120u);
  EXPECT_GT(canceled, 5u);
  EXPECT_GT(ran_at.size(), 5u);
}

// A worker is a task of the policy: woken on a CPU whose policy loops, it does not run.
TEST(WorkqueueTest, LoopingPolicyStarvesTheWorker) {
  KernelRun run(1);
  run.config.scx_timeout_ms = 20;
  loop_soon(run);
  for (int i = 0; i < 3; ++i) run.task("s", {run_for(20 * kUs), sleep_for(100 * kUs)});
  run.run_us(19'000);
  const Events& events = run.log.events();
  const std::size_t trapped = find(events, "breakout");
  ASSERT_LT(trapped, events.size());
  unsigned woken = 0;
  for (std::size_t i = trapped; i < events.size(); ++i) {
    const LoggedEvent& event = events[i];
    if (event.name == "sched_wakeup" && event.text("comm").rfind("kworker", 0) == 0) ++woken;
    if (event.name != "sched_switch") continue;
    EXPECT_NE(event.text("next_comm").rfind("kworker", 0), 0u) << event.describe();
  }
  EXPECT_EQ(woken, 1u) << "the watchdog's check, and only once: it is pending from then on";
}

}  // namespace kernel
