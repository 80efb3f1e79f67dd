// SPDX-License-Identifier: Apache-2.0
// Completions, mutexes and reader-writer semaphores, under contention.
#include <gtest/gtest.h>

#include "firmware/kernel/base/random.h"
#include "firmware/kernel/irq/irqflags.h"
#include "firmware/kernel/kernel.h"
#include "firmware/kernel/locking/percpu_rwsem.h"
#include "firmware/kernel/sched/core.h"
#include "firmware/kernel/user.h"
#include "tests/kernel/in_kernel.h"
#include "tests/kernel/test_policies.h"

namespace kernel {

using namespace test;

namespace {

constexpr unsigned kCpus = 4;

// A machine on which nothing but the script and what it starts runs, all of it under fair and RT.
void run_alone(void (*script)(Task&), std::uint64_t until_us, Preempt preempt = Preempt::kVoluntary) {
  KernelRun run(kCpus);
  run.config.preempt = preempt;
  test_ops = {};
  test_ops.flags = SCX_OPS_SWITCH_PARTIAL;
  run_script(run, script);
  run.run_us(until_us);
}

void start_threads(unsigned count, void (*function)(Task&)) {
  for (unsigned i = 0; i < count; ++i) wake_up_new_task(kthread_create("t", cpumask_of(i % kCpus), function));
}

// A stretch of kernel code, now and then with a sleep in it.
void dawdle(Random& random) {
  arch::charge(static_cast<std::uint32_t>(random.between(1, 3'000)));
  arch::flush();
  if (random.between(0, 7) == 0) sys_nanosleep(random.between(1, 40) * kUs);
}

Completion done;
Completion ping;
Completion pong;
Mutex mutex;
PercpuRwSem rwsem;
unsigned passed;
unsigned inside;
unsigned readers_inside;
unsigned readers_most;
bool writer_inside;
bool finished;

}  // namespace

TEST(WaitTest, EachCompleteLetsOneThrough) {
  passed = 0;
  run_alone(
      [](Task&) {
        done.place();
        start_threads(8, [](Task&) {
          done.wait();
          ++passed;
        });
        sys_nanosleep(1 * kMs);
        EXPECT_EQ(passed, 0u);
        EXPECT_FALSE(done.done());
        for (int i = 0; i < 5; ++i) done.complete();
        sys_nanosleep(1 * kMs);
        EXPECT_EQ(passed, 5u);
        done.complete_all();
        done.wait();
        done.wait();
        sys_nanosleep(1 * kMs);
        EXPECT_EQ(passed, 8u);
        finished = true;
      },
      10'000);
  EXPECT_TRUE(finished);
}

class WaitPreemptTest : public testing::TestWithParam<Preempt> {};

// Two tasks on two CPUs wake each other with all kinds of delays in between: one lost wakeup would end it.
TEST_P(WaitPreemptTest, NoWakeupIsLost) {
  static constexpr unsigned kRounds = 2'000;
  passed = 0;
  run_alone(
      [](Task&) {
        ping.place();
        pong.place();
        const auto player = [](Task& self) {
          const bool first = (self.cpus_allowed & 1) != 0;
          Random random(first ? 1 : 2);
          for (unsigned round = 0; round < kRounds; ++round) {
            if (!first) ping.wait();
            arch::charge(static_cast<std::uint32_t>(random.between(1, 900)));
            (first ? ping : pong).complete();
            arch::charge(static_cast<std::uint32_t>(random.between(1, 900)));
            if (first) pong.wait();
          }
          ++passed;
        };
        wake_up_new_task(kthread_create("a", 1, player));
        wake_up_new_task(kthread_create("b", 2, player));
      },
      200'000, GetParam());
  EXPECT_EQ(passed, 2u);
}

// A completion from a hard interrupt that hits the very task that is about to wait for it.
TEST(WaitTest, CompletedByInterruptWhileGoingToSleep) {
  passed = 0;
  run_alone(
      [](Task&) {
        done.place();
        static HrTimer timer;
        timer.function = [](HrTimer&) { done.complete(); };
        for (std::uint32_t delay = 1; delay < 1'500; delay += 7) {
          {
            IrqGuard irqs_off;
            this_cpu().hrtimers.start(timer, arch::cycles() + delay);
          }
          done.wait();
          ++passed;
        }
      },
      50'000);
  EXPECT_EQ(passed, 215u);
}

TEST_P(WaitPreemptTest, MutexKeepsAllButOneOut) {
  passed = 0;
  inside = 0;
  run_alone(
      [](Task&) {
        mutex.place();
        start_threads(10, [](Task& self) {
          Random random(self.pid);
          for (int i = 0; i < 40; ++i) {
            {
              MutexGuard guard(mutex);
              EXPECT_EQ(++inside, 1u);
              dawdle(random);
              EXPECT_EQ(inside--, 1u);
            }
            dawdle(random);
          }
          ++passed;
        });
      },
      200'000, GetParam());
  EXPECT_EQ(passed, 10u);
}

TEST_P(WaitPreemptTest, ReadersTogetherWritersAlone) {
  passed = 0;
  readers_inside = 0;
  readers_most = 0;
  writer_inside = false;
  run_alone(
      [](Task&) {
        rwsem.place();
        start_threads(9, [](Task& self) {
          Random random(self.pid);
          for (int i = 0; i < 40; ++i) {
            rwsem.down_read();
            EXPECT_FALSE(writer_inside);
            if (++readers_inside > readers_most) readers_most = readers_inside;
            dawdle(random);
            --readers_inside;
            rwsem.up_read();
            dawdle(random);
          }
          ++passed;
        });
        start_threads(3, [](Task& self) {
          Random random(self.pid);
          for (int i = 0; i < 40; ++i) {
            rwsem.down_write();
            EXPECT_FALSE(writer_inside);
            EXPECT_EQ(readers_inside, 0u);
            writer_inside = true;
            dawdle(random);
            writer_inside = false;
            rwsem.up_write();
            dawdle(random);
          }
          ++passed;
        });
      },
      300'000, GetParam());
  EXPECT_EQ(passed, 12u);
  EXPECT_GT(readers_most, 2u) << "readers do share it";
}

INSTANTIATE_TEST_SUITE_P(Preemption, WaitPreemptTest, testing::Values(Preempt::kNone, Preempt::kVoluntary, Preempt::kFull));

// A writer that waits for a reader holds off readers that come later, and they come before the next writer.
TEST(WaitTest, WaitingWriterHoldsOffNewReaders) {
  static std::string order;
  order.clear();
  run_alone(
      [](Task&) {
        rwsem.place();
        rwsem.down_read();
        const auto writer = [](Task& self) {
          rwsem.down_write();
          order += self.comm;
          sys_nanosleep(100 * kUs);
          rwsem.up_write();
        };
        wake_up_new_task(kthread_create("V", 2, writer));
        sys_nanosleep(1 * kMs);
        wake_up_new_task(kthread_create("R", 4, [](Task&) {
          rwsem.down_read();
          order += "R";
          rwsem.up_read();
        }));
        wake_up_new_task(kthread_create("W", 8, writer));
        sys_nanosleep(1 * kMs);
        EXPECT_EQ(order, "");
        rwsem.up_read();
        sys_nanosleep(2 * kMs);
        EXPECT_EQ(order, "VRW");
        finished = true;
      },
      10'000);
  EXPECT_TRUE(finished);
}

// Misuse ends the run, whatever it would have led to.
TEST(WaitTest, MisuseIsFound) {
  EXPECT_THROW(run_alone(
                   [](Task&) {
                     mutex.place();
                     mutex.lock();
                     mutex.lock();
                   },
                   5'000),
               host::HostPanic);
}

TEST(WaitTest, SleepingWithPreemptionOffIsFound) {
  EXPECT_THROW(run_alone(
                   [](Task&) {
                     done.place();
                     PreemptGuard preempt;
                     done.wait();
                   },
                   20'000),
               host::HostPanic);
}

// A writer waits a grace period for readers to leave their fast path, also if there are none; they may still come meanwhile.
// The next one finds them on the slow path, until a grace period after.
TEST(WaitTest, AWriterSleepsForAGracePeriod) {
  static std::string order;
  static std::uint64_t waited[3];
  order.clear();
  run_alone(
      [](Task&) {
        rwsem.place();
        wake_up_new_task(kthread_create("R", 4, [](Task&) {
          sys_nanosleep(100 * kUs);
          rwsem.down_read();
          order += "R";
          rwsem.up_read();
        }));
        for (unsigned i = 0; i < 3; ++i) {
          if (i == 2) sys_nanosleep(20 * kMs);
          const std::uint64_t begin = arch::cycles();
          rwsem.down_write();
          waited[i] = arch::cycles() - begin;
          order += "W";
          rwsem.up_write();
        }
        finished = true;
      },
      60'000);
  EXPECT_TRUE(finished);
  EXPECT_EQ(order, "RWWW");
  EXPECT_GT(waited[0], 50'000u) << "half a tick";
  EXPECT_LT(waited[1], 1'000u);
  EXPECT_GT(waited[2], 50'000u);
}

}  // namespace kernel
