// SPDX-License-Identifier: Apache-2.0
// The trace registers of the harts, which waves show: they say the same as the events and as the kernel's own state.
#include <gtest/gtest.h>

#include <map>

#include "firmware/arch/host/trace_registers.h"
#include "firmware/kernel/kernel.h"
#include "firmware/kernel/sched/core.h"
#include "firmware/kernel/sched/setscheduler.h"
#include "firmware/kernel/user.h"
#include "tests/kernel/in_kernel.h"
#include "tests/kernel/numbered.h"
#include "tests/kernel/test_policies.h"

namespace kernel {

using namespace test;
using arch::TraceReg;

namespace {

host::HostMachine* machine;  // of the test that runs

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
  std::map<std::uint64_t, std::uint64_t> class_of;  // of tasks that changed it while they ran
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

namespace {

bool given;  // the policy has let go of what it held

std::uint32_t depths(unsigned runnable, unsigned local, unsigned held) { return runnable | local << 8 | held << 16; }

// On CPU 0, by their first letters: h is the policy's, l on LOCAL.
void ext_tasks(KernelRun& run, const char* comm, unsigned count) {
  for (unsigned i = 0; i < count; ++i) {
    TaskSpec& spec = run.task(comm, {run_for(500 * kMs)});
    spec.sched_class = TaskClass::kExt;
    spec.cpus_allowed = 0b01;
  }
}

void hold_or_queue() {
  given = false;
  test_ops = {};
  test_ops.flags = SCX_OPS_SWITCH_PARTIAL;
  test_ops.enqueue = [](void*, Task* p, uint64_t) {
    if (bpf_task_comm(p)[0] == 'l' || given) scx_bpf_dispatch(p, SCX_DSQ_LOCAL, 500 * kMs, 0);
  };
}

}  // namespace

// A run queue's tasks: runnable, on LOCAL, in the policy's hands.
TEST(TraceRegTest, DepthsOfTheQueues) {
  static std::uint32_t before, after;
  hold_or_queue();
  KernelRun run(2);
  ext_tasks(run, "local", 3);
  ext_tasks(run, "held", 2);
  run_script(
      run,
      [](Task&) {
        sys_nanosleep(5 * kMs);
        before = shown(0, TraceReg::kQueues);
        given = true;
        for (Task* p = kernel().all_tasks.front(); p != nullptr; p = kernel().all_tasks.next(*p)) {
          if (p->comm[0] == 'h' && p->comm[1] == 'e') set_user_nice(*p, 1);  // enqueued anew
        }
        sys_nanosleep(1 * kMs);
        after = shown(0, TraceReg::kQueues);
      },
      0b10);
  machine = &run.machine();
  run.run_us(10'000);
  EXPECT_EQ(before, depths(5, 2, 2)) << "one of LOCAL's runs";
  EXPECT_EQ(after, depths(5, 4, 0));
}

// A field has eight bits: more than they can say is shown as the most they can.
TEST(TraceRegTest, DepthsThatAreTooLargeToShow) {
  hold_or_queue();
  KernelRun run(2);
  ext_tasks(run, "local", 260);
  run_script(
      run, [](Task&) {}, 0b10);
  machine = &run.machine();
  run.run_us(40'000);
  EXPECT_EQ(shown(0, TraceReg::kQueues), depths(255, 255, 0));
}

// The calls of ops.dispatch in this balance so far; a balance that has no need of them shows none.
TEST(TraceRegTest, CallsOfDispatch) {
  static std::map<std::uint64_t, unsigned> seen;
  seen.clear();
  test_ops = {};
  test_ops.dispatch = [](void*, std::int32_t cpu, Task*) {
    arch::flush();
    ++seen[shown(static_cast<unsigned>(cpu), TraceReg::kDispatchCalls)];
    scx_bpf_dispatch(bpf_task_from_pid(2), SCX_DSQ_LOCAL, SCX_SLICE_DFL, 0);  // asleep: refused, and asked again
  };
  KernelRun run(1);
  run.config.breakout.limit = 4;
  run.policy("test");
  run.task("t", {run_for(20 * kUs), sleep_for(300 * kUs)});
  run.task("hog", {run_for(1 * kMs), sleep_for(1 * kMs)});
  run.rt_task("rt", 10, {run_for(20 * kUs), sleep_for(170 * kUs)});
  std::map<std::uint64_t, unsigned> balances;
  run.log.on_each = [&](const LoggedEvent& event) {
    if (event.name != "balance_exit") return;
    EXPECT_EQ(shown(0, TraceReg::kDispatchCalls), event.number("dispatch_calls")) << event.cycle;
    ++balances[event.number("dispatch_calls")];
  };
  machine = &run.machine();
  run.run_us(10'000);
  for (std::uint64_t call = 1; call <= 4; ++call) EXPECT_GT(seen[call], 5u) << call;
  EXPECT_EQ(seen.size(), 4u);
  EXPECT_GT(balances[0], 5u);
  EXPECT_GT(balances[4], 5u);
}

}  // namespace kernel
