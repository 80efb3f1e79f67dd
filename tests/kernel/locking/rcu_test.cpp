// SPDX-License-Identifier: Apache-2.0
// Grace periods: they wait for every CPU that could have a reader, and no longer.
#include <gtest/gtest.h>

#include <algorithm>

#include "firmware/kernel/irq/irqflags.h"
#include "firmware/kernel/kernel.h"
#include "firmware/kernel/sched/core.h"
#include "firmware/kernel/user.h"
#include "tests/kernel/in_kernel.h"
#include "tests/kernel/test_policies.h"

namespace kernel {

using namespace test;

namespace {

constexpr std::uint64_t kCyclesPerMs = 100'000;
constexpr std::uint64_t kSpinCycles = 7 * kCyclesPerMs;

std::uint64_t reader_began;
std::uint64_t reader_ended;
std::uint64_t sync_began;
std::uint64_t sync_ended;
std::vector<int> called;
std::vector<unsigned> called_on;
unsigned finished;

struct NumberedHead : RcuHead {
  int number = 0;
};

void note(RcuHead& head) {
  called.push_back(static_cast<NumberedHead&>(head).number);
  called_on.push_back(arch::smp_processor_id());
  EXPECT_TRUE(in_interrupt());
}

// Kernel code with preemption off, and interrupts too if asked for.
template <bool kIrqsOff>
void read_for_long(Task&) {
  PreemptGuard preempt;
  if (kIrqsOff) irq_disable();
  reader_began = arch::cycles();
  arch::charge(kSpinCycles);
  arch::flush();
  reader_ended = arch::cycles();
  if (kIrqsOff) irq_enable();
}

void synchronize() {
  sync_began = arch::cycles();
  synchronize_rcu();
  sync_ended = arch::cycles();
  ++finished;
}

KernelRun& prepare(KernelRun& run, void (*script)(Task&)) {
  test_ops = {};
  test_ops.flags = SCX_OPS_SWITCH_PARTIAL;
  called.clear();
  called_on.clear();
  finished = 0;
  reader_began = reader_ended = sync_began = sync_ended = 0;
  run_script(run, script, 1);
  return run;
}

}  // namespace

class RcuReaderTest : public testing::TestWithParam<bool> {};

TEST_P(RcuReaderTest, GracePeriodWaitsForTheReader) {
  static bool irqs_off;
  irqs_off = GetParam();
  KernelRun run(4);
  prepare(run, [](Task&) {
    wake_up_new_task(kthread_create("reader", 4, irqs_off ? read_for_long<true> : read_for_long<false>));
    sys_nanosleep(1 * kMs);
    synchronize();
  });
  run.run_us(40'000);
  ASSERT_EQ(finished, 1u);
  EXPECT_LT(reader_began, sync_began);
  EXPECT_GT(sync_ended, reader_ended);
  EXPECT_LT(sync_ended, reader_ended + 5 * kCyclesPerMs) << "and no longer";
}

INSTANTIATE_TEST_SUITE_P(Rcu, RcuReaderTest, testing::Values(false, true));

// One that began before the call does not count: the reader came after its start on that CPU.
TEST(RcuTest, OneUnderWayIsNotEnough) {
  KernelRun run(2);
  prepare(run, [](Task&) {
    // A first grace period, held open by the CPU of the reader to come.
    wake_up_new_task(kthread_create("early", 2, read_for_long<true>));
    sys_nanosleep(200 * kUs);
    wake_up_new_task(kthread_create("other", 1, [](Task&) { synchronize_rcu(); }));
    sys_nanosleep(3 * kMs);
    EXPECT_EQ(kernel().rcu.seq.load() & 1, 1u) << "it is under way";
    wake_up_new_task(kthread_create("late", 2, read_for_long<true>));
    while (reader_ended == 0) sys_nanosleep(100 * kUs);
    const std::uint64_t first_end = reader_ended;
    while (reader_began < first_end) sys_nanosleep(20 * kUs);
    const std::uint32_t seq = kernel().rcu.seq.load();
    synchronize();
    EXPECT_GT(sync_ended, reader_ended);
    EXPECT_GE(kernel().rcu.seq.load() - seq, 2u);
  });
  run.run_us(60'000);
  EXPECT_EQ(finished, 1u);
}

// With idle CPUs, or hogs in user mode, it takes a few ticks.
TEST(RcuTest, ShortWhenNobodyReads) {
  for (const Nohz nohz : {Nohz::kOff, Nohz::kIdle}) {
    for (const bool hogs : {false, true}) {
      KernelRun run(4);
      run.config.nohz = nohz;
      for (unsigned cpu = 1; cpu < 4 && hogs; ++cpu) run.task("hog", {run_for(500 * kMs)}).cpus_allowed = 1u << cpu;
      prepare(run, [](Task&) {
        sys_nanosleep(5 * kMs);
        synchronize();
      });
      run.run_us(40'000);
      ASSERT_EQ(finished, 1u);
      EXPECT_LT(sync_ended - sync_began, 8 * kCyclesPerMs) << "nohz " << static_cast<int>(nohz) << " hogs " << hogs;
    }
  }
}

// CPUs that sleep with their tick stopped are not woken for a grace period.
TEST(RcuTest, SleepingCpusSleepOn) {
  KernelRun run(4);
  run.config.nohz = Nohz::kIdle;
  prepare(run, [](Task&) {
    sys_nanosleep(20 * kMs);
    for (int i = 0; i < 5; ++i) synchronize();
  });
  run.run_us(100'000);
  ASSERT_EQ(finished, 5u);
  unsigned slept_on = 0;
  for (unsigned hart = 0; hart < 4; ++hart) {
    bool had_task = false;
    bool interrupted = false;
    for (const LoggedEvent& event : run.log.of_hart(hart)) {
      if (event.cycle < 20 * kCyclesPerMs) continue;
      had_task = had_task || event.name == "sched_switch";
      interrupted = interrupted || event.name == "irq_entry";
    }
    if (had_task) continue;
    EXPECT_FALSE(interrupted) << "hart " << hart;
    ++slept_on;
  }
  EXPECT_GE(slept_on, 1u);
}

// Callbacks come after the reader that was there when they were queued, in order, on the CPU that queued them.
TEST(RcuTest, CallbacksComeAfterTheGracePeriod) {
  KernelRun run(4);
  prepare(run, [](Task&) {
    static NumberedHead heads[6];
    wake_up_new_task(kthread_create("reader", 4, read_for_long<true>));
    sys_nanosleep(1 * kMs);
    for (int i = 0; i < 6; ++i) {
      heads[i] = {};
      heads[i].number = i;
      IrqGuard irqs_off;
      RqLockGuard guard(this_rq());  // any lock may be held
      call_rcu(heads[i], note);
    }
    while (reader_ended == 0) {
      sys_nanosleep(100 * kUs);
      if (reader_ended == 0) {
        EXPECT_TRUE(called.empty());
      }
    }
    sys_nanosleep(6 * kMs);
    EXPECT_EQ(called, (std::vector<int>{0, 1, 2, 3, 4, 5}));
    ++finished;
  });
  run.run_us(60'000);
  EXPECT_EQ(finished, 1u);
  for (const unsigned cpu : called_on) EXPECT_EQ(cpu, 0u);
}

// Many at once, from all CPUs: all return, each after a grace period of its own time.
TEST(RcuTest, ManyWaiters) {
  KernelRun run(4);
  prepare(run, [](Task&) {
    for (unsigned i = 0; i < 12; ++i) {
      wake_up_new_task(kthread_create("waiter", cpumask_of(i % 4), [](Task& self) {
        for (unsigned n = 0; n < 6; ++n) {
          const std::uint32_t seq = kernel().rcu.seq.load();
          synchronize_rcu();
          EXPECT_GE(kernel().rcu.seq.load() - seq, 2u);
          sys_nanosleep(self.pid * 37 * kUs);
        }
        ++finished;
      }));
    }
  });
  run.run_us(300'000);
  EXPECT_EQ(finished, 12u);
}

// Its thread is a normal task: a policy that keeps it from the CPU keeps grace periods from ending.
TEST(RcuTest, StarvedByThePolicy) {
  KernelRun run(2);
  prepare(run, [](Task&) { synchronize(); });
  test_ops.flags = 0;
  test_ops.enqueue = [](void*, Task* p, std::uint64_t flags) {
    if (std::string(bpf_task_comm(p)) == "rcu_sched") return;  // kept
    scx_bpf_dispatch(p, SCX_DSQ_GLOBAL, SCX_SLICE_DFL, flags);
  };
  test_ops.select_cpu = [](void*, Task*, std::int32_t prev_cpu, std::uint64_t) { return prev_cpu; };
  run.run_us(60'000);
  EXPECT_GT(sync_began, 0u);
  EXPECT_EQ(finished, 0u);
}

}  // namespace kernel
