// SPDX-License-Identifier: Apache-2.0
// Timers in jiffies: when they fire, and what deleting one means.
#include <gtest/gtest.h>

#include "firmware/kernel/kernel.h"
#include "firmware/kernel/sched/core.h"
#include "firmware/kernel/user.h"
#include "tests/kernel/in_kernel.h"
#include "tests/kernel/test_policies.h"

namespace kernel {

using namespace test;

namespace {

struct Firing {
  std::uint32_t wanted;
  std::uint32_t at;
  unsigned cpu;
};
std::vector<Firing> fired;
TimerList timers[40];
unsigned finished;
bool running;

void note(TimerList& timer) { fired.push_back({timer.expires, jiffies(), arch::smp_processor_id()}); }

void run_alone(unsigned cpus, void (*script)(Task&), std::uint64_t until_us) {
  KernelRun run(cpus);
  test_ops = {};
  test_ops.flags = SCX_OPS_SWITCH_PARTIAL;
  fired.clear();
  for (TimerList& timer : timers) {
    timer = {};
    timer.function = note;
  }
  finished = 0;
  running = false;
  run_script(run, script, 1);
  run.run_us(until_us);
  EXPECT_EQ(finished, 1u);
}

}  // namespace

TEST(TimerListTest, FireInOrderAtTheirTick) {
  run_alone(
      1,
      [](Task&) {
        const std::uint32_t now = jiffies();
        for (unsigned i = 0; i < 40; ++i) timer_add(timers[i], now + 1 + i * 7 % 40);
        sys_nanosleep(45 * kMs);
        ++finished;
      },
      60'000);
  ASSERT_EQ(fired.size(), 40u);
  for (std::size_t i = 0; i < fired.size(); ++i) {
    EXPECT_EQ(fired[i].at, fired[i].wanted);
    if (i > 0) {
      EXPECT_EQ(fired[i].wanted, fired[i - 1].wanted + 1);
    }
  }
}

TEST(TimerListTest, PastMeansTheNextTick) {
  run_alone(
      1,
      [](Task&) {
        const std::uint32_t now = jiffies();
        timer_add(timers[0], now - 100);
        timer_add(timers[1], now);
        sys_nanosleep(3 * kMs);
        ASSERT_EQ(fired.size(), 2u);
        EXPECT_EQ(fired[0].at, now + 1);
        EXPECT_EQ(fired[1].at, now + 1);
        ++finished;
      },
      10'000);
}

// Adding one that is pending moves it, earlier, later, and to this CPU.
TEST(TimerListTest, AddMoves) {
  run_alone(
      2,
      [](Task&) {
        const std::uint32_t now = jiffies();
        timer_add(timers[0], now + 10);
        timer_add(timers[0], now + 3);
        timer_add(timers[1], now + 3);
        timer_add(timers[1], now + 6);
        timer_add(timers[2], now + 4);
        wake_up_new_task(kthread_create("mover", 2, [](Task&) { timer_add(timers[2], timers[2].expires + 1); }));
        sys_nanosleep(15 * kMs);
        ASSERT_EQ(fired.size(), 3u);
        EXPECT_EQ(fired[0].at, now + 3);
        EXPECT_EQ(fired[0].cpu, 0u);
        EXPECT_EQ(fired[1].at, now + 5);
        EXPECT_EQ(fired[1].cpu, 1u) << "a timer fires where it was armed";
        EXPECT_EQ(fired[2].at, now + 6);
        ++finished;
      },
      30'000);
}

TEST(TimerListTest, ArmsItselfAgain) {
  run_alone(
      1,
      [](Task&) {
        timers[0].function = [](TimerList& self) {
          note(self);
          if (fired.size() < 5) timer_add(self, self.expires + 2);
        };
        timer_add(timers[0], jiffies() + 1);
        sys_nanosleep(15 * kMs);
        ++finished;
      },
      30'000);
  ASSERT_EQ(fired.size(), 5u);
  for (std::size_t i = 1; i < 5; ++i) EXPECT_EQ(fired[i].at, fired[i - 1].at + 2);
}

// One that arms itself for a time that is past comes once per tick, not for ever in one softirq.
TEST(TimerListTest, ArmsItselfForNow) {
  run_alone(
      1,
      [](Task&) {
        timers[0].function = [](TimerList& self) {
          note(self);
          if (fired.size() < 6) timer_add(self, jiffies());
        };
        timer_add(timers[0], jiffies() + 1);
        sys_nanosleep(15 * kMs);
        ++finished;
      },
      30'000);
  ASSERT_EQ(fired.size(), 6u);
  for (std::size_t i = 1; i < 6; ++i) EXPECT_EQ(fired[i].at, fired[i - 1].at + 1);
}

// A deleted timer does not fire, also deleted from another CPU; what is left fires on time.
TEST(TimerListTest, DeletedDoesNotFire) {
  run_alone(
      2,
      [](Task&) {
        const std::uint32_t now = jiffies();
        for (unsigned i = 0; i < 10; ++i) timer_add(timers[i], now + 4);
        for (unsigned i = 0; i < 10; i += 2) EXPECT_TRUE(timer_del(timers[i]));
        EXPECT_FALSE(timer_del(timers[0]));
        wake_up_new_task(kthread_create("deleter", 2, [](Task&) {
          EXPECT_TRUE(timer_del_sync(timers[1]));
          EXPECT_TRUE(timer_del(timers[3]));
        }));
        sys_nanosleep(8 * kMs);
        EXPECT_EQ(fired.size(), 3u);
        for (const Firing& firing : fired) EXPECT_EQ(firing.at, now + 4);
        ++finished;
      },
      20'000);
}

// del_sync, from the other CPU, at every point of the timer's life: it has never begun, or it is over.
TEST(TimerListTest, DelSyncWaitsForTheFunction) {
  static unsigned deleted;
  deleted = 0;
  run_alone(
      2,
      [](Task&) {
        timers[0].function = [](TimerList& self) {
          running = true;
          arch::charge(20'000);
          arch::flush();
          if (fired.size() % 2 == 0) timer_add(self, jiffies() + 1);
          note(self);
          running = false;
        };
        wake_up_new_task(kthread_create("deleter", 2, [](Task&) {
          for (unsigned i = 0; i < 60; ++i) {
            sys_nanosleep(2 * kMs + i * 17 * kUs);
            deleted += timer_del_sync(timers[0]) ? 1 : 0;
            EXPECT_FALSE(running);
            EXPECT_FALSE(timers[0].node.linked());
            const std::size_t times = fired.size();
            sys_nanosleep(2 * kMs);
            EXPECT_EQ(fired.size(), times);
            ++finished;
          }
        }));
        while (finished < 60) {
          if (!timers[0].node.linked()) timer_add(timers[0], jiffies() + 2);
          const unsigned before = finished;
          while (finished == before) sys_nanosleep(100 * kUs);
        }
        finished = 1;
      },
      600'000);
  EXPECT_GT(deleted, 5u);
  EXPECT_GT(fired.size(), 5u);
}

}  // namespace kernel
