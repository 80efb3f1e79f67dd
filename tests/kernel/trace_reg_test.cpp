// SPDX-License-Identifier: Apache-2.0
// The trace registers of the harts, which waves show: they say the same as the events and as the kernel's own state.
#include <gtest/gtest.h>

#include <map>

#include "firmware/arch/host/trace_registers.h"
#include "firmware/kernel/kernel.h"
#include "firmware/kernel/sched/core.h"
#include "firmware/kernel/user.h"
#include "tests/kernel/in_kernel.h"
#include "tests/kernel/numbered.h"
#include "tests/kernel/test_policies.h"

using namespace testing_kernel;
using arch::TraceReg;

namespace {

host::HostMachine* machine;   // of the test that runs

std::uint32_t shown(unsigned cpu, TraceReg reg) { return machine->peek(host::trace_register(cpu, reg)); }

struct Running {
  std::uint64_t pid = 0;
  std::uint64_t sched_class = static_cast<std::uint64_t>(trace::Class::kIdle);
};

}  // namespace

// Looked at in each tick, which never comes in the middle of a switch; and at need_resched's own event.
TEST(TraceRegTest, WhoRunsAndWhetherItIsToGo) {
  KernelRun run(2);
  run.policy("simple");
  for (int i = 0; i < 2; ++i) run.task(numbered("t", i), {run_for(2 * kMs), sleep_for(4 * kMs)});
  run.rt_task("rt", 10, {run_for(2 * kMs), sleep_for(4 * kMs)});
  run.task("batch", {set_scheduler(TaskClass::kFifo, 5), run_for(2 * kMs), set_scheduler(TaskClass::kNormal), run_for(2 * kMs),
                     sleep_for(6 * kMs)});
  std::map<unsigned, Running> running;
  std::map<std::uint64_t, std::uint64_t> class_of;   // of tasks that changed it while they ran
  std::map<std::string, unsigned> looked;
  run.log.on_each = [&](const LoggedEvent& event) {
    if (event.name == "sched_switch") {
      running[event.hart] = {event.number("next_pid"), event.number("next_class")};
    } else if (event.name == "class_switch") {
      for (auto& [hart, task] : running) {
        if (task.pid == event.number("pid")) task.sched_class = event.number("to");
      }
    } else if (event.name == "tick") {
      EXPECT_EQ(shown(event.hart, TraceReg::kPid), running[event.hart].pid) << event.cycle;
      EXPECT_EQ(shown(event.hart, TraceReg::kClass), running[event.hart].sched_class) << event.cycle;
      ++looked[running[event.hart].pid == 0 ? "idle" : "task"];
    } else if (event.name == "need_resched") {
      EXPECT_EQ(shown(static_cast<unsigned>(event.number("cpu")), TraceReg::kNeedResched), event.number("set")) << event.cycle;
      ++looked[event.number("set") != 0 ? "set" : "cleared"];
    }
  };
  machine = &run.machine();
  run.run_us(60'000);
  for (const char* what : {"task", "set", "cleared"}) EXPECT_GT(looked[what], 10u) << what;
  EXPECT_GT(looked["idle"], 0u);
  EXPECT_FALSE(run.log.named("class_switch").empty());
}

// A hart shows its idle task from the first.
TEST(TraceRegTest, AnIdleHartShowsItsIdleTask) {
  KernelRun run(2);
  machine = &run.machine();
  run.run_us(3'000);
  EXPECT_EQ(shown(1, TraceReg::kPid), 0u);
  EXPECT_EQ(shown(1, TraceReg::kClass), static_cast<std::uint32_t>(trace::Class::kIdle));
}

// The lock of another CPU's rq shows its holder, counted from 1, for as long as it is held.
TEST(TraceRegTest, RqLockShowsItsHolder) {
  KernelRun run(2);
  test_ops = {};
  test_ops.flags = SCX_OPS_SWITCH_PARTIAL;
  static bool done = false;
  done = false;
  run_script(run, [](Task&) {
    const unsigned self = arch::smp_processor_id();
    Rq& other = cpu_rq(1 - self);
    arch::local_irq_save();
    EXPECT_EQ(shown(other.cpu, TraceReg::kRqLock), 0u);
    rq_lock(other);
    arch::flush();
    EXPECT_EQ(shown(other.cpu, TraceReg::kRqLock), self + 1);
    rq_unlock(other);
    arch::flush();
    EXPECT_EQ(shown(other.cpu, TraceReg::kRqLock), 0u);
    ASSERT_TRUE(rq_try_lock(other));
    arch::flush();
    EXPECT_EQ(shown(other.cpu, TraceReg::kRqLock), self + 1);
    rq_unlock(other);
    arch::local_irq_restore(true);
    done = true;
  });
  machine = &run.machine();
  run.run_us(3'000);
  EXPECT_TRUE(done);
}

// The innermost frame, and again the outer one once that is left. A barking watchdog samples it.
TEST(TraceRegTest, SiteIsTheInnermostFrame) {
  KernelRun run(1);
  test_ops = {};
  test_ops.flags = SCX_OPS_SWITCH_PARTIAL;
  static bool done = false;
  done = false;
  run_script(run, [](Task&) {
    const auto site = [] {
      arch::flush();
      return static_cast<trace::Site>(shown(0, TraceReg::kSite));
    };
    arch::local_irq_save();
    const trace::Site outer = site();
    {
      Frame frame(trace::Site::kMutexLock);
      EXPECT_EQ(site(), trace::Site::kMutexLock);
      {
        Frame inner(trace::Site::kPrintk);
        EXPECT_EQ(site(), trace::Site::kPrintk);
      }
      EXPECT_EQ(site(), trace::Site::kMutexLock);
    }
    EXPECT_EQ(site(), outer);
    EXPECT_NE(outer, trace::Site::kMutexLock);
    arch::local_irq_restore(true);
    done = true;
  });
  machine = &run.machine();
  run.run_us(3'000);
  EXPECT_TRUE(done);
}
