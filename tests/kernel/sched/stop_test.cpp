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

namespace kernel {

using namespace test;

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

constexpr unsigned kAskers = 3;
constexpr unsigned kRounds = 4;

struct Asked {
  unsigned order[kAskers * kRounds];  // askers, as their works were done
  unsigned nr_done;
  unsigned nr_late;  // calls that came back before their work was done
  unsigned nr_back;
} asked;

struct Ask {
  unsigned asker;
  bool done;
};

// Longer than it takes to ask, so that the others stand in line.
void work_for(void* arg) {
  Ask& ask = *static_cast<Ask*>(arg);
  arch::charge(10'000);
  arch::flush();
  asked.order[asked.nr_done++] = ask.asker;
  ask.done = true;
}

void ask_again_and_again(Task& self) {
  const auto asker = static_cast<unsigned>(self.comm[5] - '0');
  for (unsigned round = 0; round < kRounds; ++round) {
    Ask ask = {.asker = asker, .done = false};
    stop_one_cpu(1, work_for, &ask);
    asked.nr_late += ask.done ? 0 : 1;
    ++asked.nr_back;
  }
}

}  // namespace

// Several ask at once: they are served in turn, nobody's work is lost or done twice, and each call lasts until its own is done.
TEST(StopTest, AskersQueue) {
  KernelRun run(4);
  test_ops = {};
  asked = {};
  run_script(run, [](Task&) {
    for (unsigned i = 0; i < kAskers; ++i) {
      wake_up_new_task(kthread_create({.comm = i == 0   ? "asker0"
                                               : i == 1 ? "asker1"
                                                        : "asker2",
                                       .cpus_allowed = i == 0   ? 0b0001u
                                                       : i == 1 ? 0b0100u
                                                                : 0b1000u,
                                       .policy = SCHED_FIFO,
                                       .rt_priority = kScriptPriority,
                                       .kthread = true,
                                       .function = ask_again_and_again}));
    }
  });
  run.run_us(20'000);
  EXPECT_EQ(asked.nr_back, kAskers * kRounds);
  EXPECT_EQ(asked.nr_late, 0u);
  ASSERT_EQ(asked.nr_done, kAskers * kRounds);
  // Once all three are in line each asks again while the other two wait before it.
  for (unsigned i = kAskers; i + kAskers < asked.nr_done; ++i) EXPECT_EQ(asked.order[i], asked.order[i + kAskers]) << i;
  unsigned served[kAskers] = {};
  for (const unsigned asker : asked.order) ++served[asker];
  for (const unsigned count : served) EXPECT_EQ(count, kRounds);
}

// Tasks shove themselves about through the stoppers all the while.
TEST(StopTest, TasksMoveThemselvesAtOnce) {
  KernelRun run(2);
  for (int i = 0; i < 3; ++i) run.task("t", {set_affinity(0b01), run_for(20 * kUs), set_affinity(0b10), run_for(20 * kUs)});
  run.run_us(20'000);
  unsigned switches[2] = {};
  for (const LoggedEvent& event : run.log.named("sched_switch")) switches[event.hart] += event.text("next_comm") == "t" ? 1 : 0;
  EXPECT_GT(switches[0], 150u);
  EXPECT_GT(switches[1], 150u);
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
  run_script(
      run,
      [](Task&) {
        wake_up_new_task(kthread_create("sleeper", 0b10, [](Task&) {
          const std::uint64_t from = ktime_get_ns();
          sys_nanosleep(2 * kMs);
          slept_ns = ktime_get_ns() - from;
        }));
        for (int i = 0; i < 5; ++i) {
          sys_nanosleep(200 * kUs);
          wake_up_process(*task_named("sleeper"));
        }
      },
      0b01);
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

}  // namespace kernel
