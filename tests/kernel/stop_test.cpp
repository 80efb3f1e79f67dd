// SPDX-License-Identifier: Apache-2.0
// The stop class: above everything, one thread per CPU, and who asks for it sleeps until it is done.
#include <gtest/gtest.h>

#include "firmware/kernel/kernel.h"
#include "firmware/kernel/sched/core.h"
#include "firmware/kernel/sched/stop.h"
#include "firmware/kernel/time/clock.h"
#include "firmware/kernel/user.h"
#include "tests/kernel/in_kernel.h"
#include "tests/kernel/test_policies.h"

using namespace testing_kernel;

namespace {

struct Done {
  unsigned cpu[4];
  unsigned count;
  unsigned late;
} done;

void note(void* arg) {
  done.cpu[*static_cast<unsigned*>(arg)] = arch::smp_processor_id();
  ++done.count;
}

void stop_each(Task&) {
  for (unsigned cpu = 0; cpu < 4; ++cpu) {
    const unsigned before = done.count;
    stop_one_cpu(cpu, note, &cpu);
    if (done.count != before + 1) ++done.late;
  }
}

}  // namespace

// Not even a SCHED_FIFO 99 hog keeps the stopper off its CPU.
TEST(StopTest, AboveRealTime) {
  KernelRun run(4);
  test_ops = {};
  done = {};
  for (int i = 0; i < 3; ++i) run.rt_task("hog", 99, {run_for(1'000 * kMs)}).cpus_allowed = 2u << i;
  run_script(run, stop_each, 0b0001);
  run.run_us(8'000);
  EXPECT_EQ(done.count, 4u);
  EXPECT_EQ(done.late, 0u) << "the call returns when the work is done";
  for (unsigned cpu = 0; cpu < 4; ++cpu) EXPECT_EQ(done.cpu[cpu], cpu);
  for (const LoggedEvent& event : run.log.named("sched_switch")) {
    if (event.text("next_comm").rfind("migration/", 0) != 0) continue;
    EXPECT_EQ(event.text("next_class"), "stop");
    EXPECT_EQ(event.text("next_comm"), "migration/" + std::to_string(event.hart));
  }
}

namespace {

unsigned order[8];
unsigned nr_done;

void note_order(void* arg) { order[nr_done++] = *static_cast<unsigned*>(arg); }

void ask_ten_times(Task&) {
  unsigned self = 1;
  for (int i = 0; i < 3; ++i) stop_one_cpu(1, note_order, &self);
}

}  // namespace

// Several askers at once: nobody's work is lost.
TEST(StopTest, AskersQueue) {
  KernelRun run(2);
  test_ops = {};
  nr_done = 0;
  run_script(run, ask_ten_times);
  for (int i = 0; i < 3; ++i) run.task("t", {set_affinity(0b01), run_for(20 * kUs), set_affinity(0b10), run_for(20 * kUs)});
  run.run_us(20'000);
  EXPECT_EQ(nr_done, 3u);
  unsigned switches = 0;
  for (const LoggedEvent& event : run.log.named("sched_switch")) switches += event.text("next_comm") == "t" ? 1 : 0;
  EXPECT_GT(switches, 300u);
}

namespace {

std::uint64_t slept_ns;

}  // namespace

// A sleep ends with its time: not with a wake-up that was meant for something else, a stopper's or anybody's.
TEST(NanosleepTest, AnotherWakeupDoesNotEndIt) {
  KernelRun run(2);
  test_ops = {};
  test_ops.flags = SCX_OPS_SWITCH_PARTIAL;
  slept_ns = 0;
  run_script(run, [](Task&) {
    wake_up_new_task(kthread_create("sleeper", 0b10, [](Task&) {
      const std::uint64_t from = ktime_get_ns();
      sys_nanosleep(2 * kMs);
      slept_ns = ktime_get_ns() - from;
    }));
    for (int i = 0; i < 5; ++i) {
      sys_nanosleep(200 * kUs);
      wake_up_process(*task_named("sleeper"));
    }
  }, 0b01);
  run.run_us(10'000);
  EXPECT_GE(slept_ns, 2 * kMs);
  EXPECT_LT(slept_ns, 2'100 * kUs);
}

// A stopper does its work and sleeps; one that yields is a bug of the kernel, and found.
TEST(StopTest, AStopperThatYieldsIsFound) {
  KernelRun run(1);
  test_ops = {};
  test_ops.flags = SCX_OPS_SWITCH_PARTIAL;
  run_script(run, [](Task&) { kStopSchedClass.yield_task(this_rq()); });
  EXPECT_THROW(run.run_us(3'000), host::HostPanic);
}
