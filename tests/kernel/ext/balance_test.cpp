// SPDX-License-Identifier: Apache-2.0
// balance_scx when its CPU is not alone: what others do while the flush has dropped the rq lock, a CPU that is about to go
// offline, and a pick that no balance of the class came before.
#include <gtest/gtest.h>

#include "firmware/kernel/kernel.h"
#include "firmware/kernel/sched/affinity.h"
#include "firmware/kernel/sched/core.h"
#include "firmware/kernel/sched/setscheduler.h"
#include "firmware/kernel/user.h"
#include "tests/kernel/ext/race_lab.h"
#include "tests/kernel/in_kernel.h"
#include "tests/kernel/power.h"
#include "tests/kernel/test_policies.h"

namespace kernel {

using namespace test;

namespace {

bool held(const Task& p) { return (p.scx.ops_state.shown() & SCX_OPSS_STATE_MASK) == SCX_OPSS_QUEUED; }

TaskSpec& ext_task(KernelRun& run, const std::string& comm, uint64_t cpus_allowed, std::vector<ProgramOp> program) {
  TaskSpec& spec = run.task(comm, std::move(program));
  spec.sched_class = TaskClass::kExt;
  spec.cpus_allowed = cpus_allowed;
  return spec;
}

// The first event of that name on a hart, from a cycle on.
const LoggedEvent* first_on(const EventLog& log, sim::HartId hart, const std::string& name, sim::Cycle from) {
  for (const LoggedEvent& event : log.events()) {
    if (event.hart == hart && event.cycle >= from && event.name == name) return &event;
  }
  return nullptr;
}

// CPU 1's hog has come to the end of its slice. Its ops.dispatch gives CPU 0's task to CPU 0, for which the flush drops the
// lock of rq 1. The script on CPU 2 has been waiting for that lock and comes first.
struct Lab {
  Task* hog = nullptr;
  Task* far = nullptr;  // CPU 0's, and the policy's
  uint64_t refill = 0;  // what ops.dispatch leaves the hog, ns
  bool armed = false;
  bool in_dispatch = false;
  uint64_t at = 0;     // cycle of that call
  unsigned calls = 0;  // of ops.dispatch on CPU 1, from then on
};

Lab lab;

void dispatch_on_cpu_1(void*, int32_t cpu, Task*) {
  if (cpu != 1 || !lab.armed || ++lab.calls != 1) return;
  lab.at = arch::cycles();
  lab.in_dispatch = true;
  burn(2'000);  // by now the script waits for the lock
  if (lab.refill != 0) bpf_task_set_slice(lab.hog, lab.refill);
  scx_bpf_dispatch(lab.far, SCX_DSQ_LOCAL_ON | 0, 50 * kMs, 0);
}

// For the script: back when CPU 1 is in that call.
void wait_for_the_dispatch() {
  lab.hog = task_named("hog");
  lab.far = task_named("far");
  while (cpu_rq(1).curr != lab.hog || !held(*lab.far)) sys_nanosleep(50 * kUs);
  lab.armed = true;
  while (!lab.in_dispatch) burn(50);
}

class DroppedLockTest : public testing::Test {
 protected:
  DroppedLockTest() : run(3) {
    lab = {};
    test_ops = {};
    test_ops.flags = SCX_OPS_SWITCH_PARTIAL;
    test_ops.select_cpu = [](void*, Task*, int32_t prev_cpu, uint64_t) { return prev_cpu; };
    test_ops.enqueue = [](void*, Task* p, uint64_t) {
      if (bpf_task_comm(p)[0] == 'h') scx_bpf_dispatch(p, SCX_DSQ_LOCAL, 2 * kMs, 0);
    };
    test_ops.dispatch = dispatch_on_cpu_1;
    run.config.scx_slice_dfl_ns = 2 * kMs;
    ext_task(run, "hog", 0b010, {run_for(500 * kMs)});
    ext_task(run, "far", 0b001, {run_for(500 * kMs)});
  }
  void raced_by(void (*script)(Task&)) {
    run_script(run, script, 0b100);
    run.run_us(12'000);
    ASSERT_TRUE(lab.in_dispatch);
    const LoggedEvent* const end = first_on(run.log, 1, "balance_exit", lab.at);
    ASSERT_NE(end, nullptr);
    balance_exit = *end;
  }

  KernelRun run;
  LoggedEvent balance_exit;  // of the balance that was raced
};

void hog_becomes_rt(Task&) {
  wait_for_the_dispatch();
  sched_setscheduler(*lab.hog, SCHED_FIFO, 10);
}

}  // namespace

// Whether prev is queued is asked once, before the loop. It has left the class meanwhile, and still ends the loop: the
// policy has given it a new slice.
TEST_F(DroppedLockTest, PrevThatHasLeftTheClassIsKeptForItsSlice) {
  lab.refill = 5 * kMs;
  raced_by(hog_becomes_rt);
  EXPECT_EQ(balance_exit.number("dispatch_calls"), 1u);
  EXPECT_EQ(balance_exit.number("result"), 1u);
  EXPECT_EQ(cpu_rq(1).curr, lab.hog) << "the rt class has it";
}

// Or for want of anything else.
TEST_F(DroppedLockTest, PrevThatHasLeftTheClassIsKeptInTheEnd) {
  raced_by(hog_becomes_rt);
  EXPECT_EQ(balance_exit.number("dispatch_calls"), 2u) << "the first one made a request";
  EXPECT_EQ(balance_exit.number("result"), 1u);
  EXPECT_EQ(cpu_rq(1).curr, lab.hog);
}

// A task of rq 1 is enqueued in the middle of its balance, by another CPU, with a verdict for CPU 0: the move is made when
// the switch is over, by CPU 1, and no irq_work is needed.
TEST_F(DroppedLockTest, DirectDispatchIntoABalanceIsCarriedOutAfterThePick) {
  static bool to_cpu_0;
  to_cpu_0 = false;
  test_ops.enqueue = [](void*, Task* p, uint64_t) {
    if (bpf_task_comm(p)[0] == 'h') scx_bpf_dispatch(p, SCX_DSQ_LOCAL, 2 * kMs, 0);
    if (bpf_task_comm(p)[0] == 'm' && to_cpu_0) scx_bpf_dispatch(p, SCX_DSQ_LOCAL_ON | 0, 50 * kMs, SCX_ENQ_HEAD);
  };
  ext_task(run, "moved", 0b011, {run_for(500 * kMs)});
  test_ops.select_cpu = [](void*, Task* p, int32_t prev_cpu, uint64_t) {
    return bpf_task_comm(p)[0] == 'm' ? int32_t{1} : prev_cpu;
  };
  raced_by([](Task&) {
    Task& moved = *task_named("moved");
    set_cpus_allowed(moved, 0b010);  // it is the policy's on rq 1
    set_cpus_allowed(moved, 0b011);
    wait_for_the_dispatch();
    to_cpu_0 = true;
    set_user_nice(moved, 5);
    to_cpu_0 = false;
  });
  for (const LoggedEvent& event : run.log.named("irq_work_run")) EXPECT_NE(event.text("work"), "deferred");
  EXPECT_EQ(task_named("moved")->cpu, 0u);
  EXPECT_EQ(kernel().coverage.of(Cover::deferred_moved), 1u);
}

// The lock of rq 1 is free, and its curr runs no idle task; but in a balance it may yet find nothing and go idle.
TEST_F(DroppedLockTest, IdleKickOfACpuInItsBalanceIsAKick) {
  raced_by([](Task&) {
    wait_for_the_dispatch();
    const bool were_on = arch::local_irq_save();
    rq_lock(cpu_rq(0));  // the flush waits for it, and has dropped that of rq 1
    while (cpu_rq(1).lock.held()) burn(10);
    scx_bpf_kick_cpu(1, SCX_KICK_IDLE);
    rq_unlock(cpu_rq(0));
    arch::local_irq_restore(were_on);
  });
  const Events kicks = run.log.named("kick");
  ASSERT_EQ(kicks.size(), 1u);
  EXPECT_EQ(kicks[0].number("target_cpu"), 1u);
  EXPECT_LT(kicks[0].cycle, balance_exit.cycle);
}

namespace {

struct Window {
  unsigned asked = 0;  // calls of ops.dispatch on CPU 1 when it is not active any more, but still online for the policy
  unsigned ran = 0;    // tasks that got CPU 1 then
  unsigned enqueued = 0;
};

Window window;

bool in_window() { return !cpu_rq(1).active && (cpu_rq(1).scx.flags & SCX_RQ_ONLINE) != 0; }

constexpr uint64_t kQueue = 3;

}  // namespace

// The way down waits for a grace period first, and that may depend on a task in the policy's hands: the CPU still asks for
// it. What is enqueued there goes past the policy already.
TEST(BalanceTest, InactiveCpuStillAsksThePolicy) {
  KernelRun run(2);
  allow_hotplug(run);
  window = {};
  test_ops = {};
  test_ops.flags = SCX_OPS_SWITCH_PARTIAL;
  test_ops.init = [](void*, const int64_t*) { return scx_bpf_create_dsq(kQueue); };
  test_ops.cpu_online = test_ops.cpu_offline = [](void*, int32_t) {};
  test_ops.enqueue = [](void*, Task* p, uint64_t) {
    window.enqueued += in_window() && scx_bpf_task_cpu(p) == 1 ? 1 : 0;
    scx_bpf_dispatch(p, kQueue, 1 * kMs, 0);
  };
  test_ops.dispatch = [](void*, int32_t cpu, Task*) {
    if (cpu == 1) window.asked += in_window() ? 1 : 0;
    scx_bpf_consume(kQueue);
  };
  test_ops.running = [](void*, Task* p) { window.ran += in_window() && scx_bpf_task_cpu(p) == 1 ? 1 : 0; };
  for (int i = 0; i < 6; ++i) ext_task(run, "t", 0b10, {run_for(200 * kUs), sleep_for(500 * kUs)});  // some wait always
  run.policy("test");
  switch_at(run, 10'000, 1, false);
  run.run_us(30'000);
  ASSERT_EQ(run.log.named("cpu_offline").size(), 1u);
  EXPECT_GE(window.asked, 1u);
  EXPECT_GE(window.ran, 1u);
  EXPECT_EQ(window.enqueued, 0u);
  EXPECT_TRUE(run.log.named("scx_error").empty());
}

namespace {

// CPU 0 has fair tasks in line that CPU 1 may not have: when CPU 1's fair task sleeps, its class looks there in vain, and
// sees that a task is on rq 1, if not one of its own. `held` is that task.
void fair_says_yes_and_has_nothing(KernelRun& run, std::vector<ProgramOp> program) {
  for (int i = 0; i < 2; ++i) run.task("crowd", {run_for(500 * kMs)}).cpus_allowed = 0b01;
  run.task("napper", {run_for(500 * kUs), sleep_for(500 * kUs)}).cpus_allowed = 0b10;
  ext_task(run, "held", 0b10, std::move(program));
}

Task* queued = nullptr;

}  // namespace

// Then the class is picked from without a balance before, and would let the CPU sleep: it kicks itself.
TEST(BalanceTest, PickWithoutABalanceKicksItsCpu) {
  KernelRun run(2);
  queued = nullptr;
  test_ops = {};
  test_ops.flags = SCX_OPS_SWITCH_PARTIAL;
  test_ops.enqueue = [](void*, Task* p, uint64_t) { queued = p; };
  test_ops.dispatch = [](void*, int32_t cpu, Task*) {
    if (cpu != 1 || queued == nullptr) return;
    scx_bpf_dispatch(queued, SCX_DSQ_LOCAL, 50 * kMs, 0);
    queued = nullptr;
  };
  fair_says_yes_and_has_nothing(run, {run_for(20 * kUs), sleep_for(130 * kUs)});
  run.policy("test");
  run.run_us(20'000);
  const Events kicks = run.log.named("kick");
  ASSERT_GE(kicks.size(), 5u);
  for (const LoggedEvent& kick : kicks) {
    EXPECT_EQ(kick.hart, 1u);
    EXPECT_EQ(kick.number("target_cpu"), 1u);
    EXPECT_EQ(kick.number("flags"), SCX_KICK_IDLE);
    const LoggedEvent* const to_idle = first_on(run.log, 1, "sched_switch", kick.cycle);
    ASSERT_NE(to_idle, nullptr);
    if (run.log.events().back().cycle - kick.cycle < 20'000) break;  // its story is not told to the end
    EXPECT_EQ(to_idle->text("prev_comm"), "napper");
    EXPECT_EQ(to_idle->text("next_comm"), "swapper/1");
    const LoggedEvent* const balance = first_on(run.log, 1, "balance_enter", kick.cycle);
    const LoggedEvent* const sleep = first_on(run.log, 1, "wfi_enter", kick.cycle);
    ASSERT_NE(balance, nullptr);
    EXPECT_TRUE(sleep == nullptr || balance->cycle < sleep->cycle) << "it does not sleep on the task";
    const LoggedEvent* const got_it = first_on(run.log, 1, "sched_switch", balance->cycle);
    ASSERT_NE(got_it, nullptr);
    EXPECT_EQ(got_it->text("next_comm"), "held");
  }
}

// With a task on LOCAL there is something to pick, and no need of a kick. That the last balance kept a prev, the task itself
// before the fair one displaced it, is of no account.
TEST(BalanceTest, PickWithoutABalanceTakesWhatIsOnLocal) {
  KernelRun run(2);
  test_ops = {};
  test_ops.flags = SCX_OPS_SWITCH_PARTIAL;
  test_ops.enqueue = [](void*, Task* p, uint64_t) { scx_bpf_dispatch(p, SCX_DSQ_LOCAL, 50 * kMs, 0); };
  fair_says_yes_and_has_nothing(run, {run_for(500 * kMs)});
  run.policy("test");
  run.run_us(20'000);
  unsigned without_balance = 0;
  const Events& events = run.log.events();
  std::string last_of_1;  // the event of hart 1 before, if it is about a balance
  for (const LoggedEvent& event : events) {
    if (event.hart != 1) continue;
    if (event.name == "sched_switch" && event.text("prev_comm") == "napper" && event.text("prev_state") == "S" &&
        event.text("next_comm") == "held") {
      without_balance += last_of_1 != "balance_exit" ? 1 : 0;
    }
    last_of_1 = event.name;
  }
  EXPECT_GE(without_balance, 5u);
  EXPECT_TRUE(run.log.named("kick").empty());
}

}  // namespace kernel
