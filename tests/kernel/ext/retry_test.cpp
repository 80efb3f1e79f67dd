// SPDX-License-Identifier: Apache-2.0
// Why balance calls ops.dispatch in a loop: what one call has dispatched may be gone before the CPU can run it, since its
// rq lock is not held while a task comes over. The next call finds another, and the CPU does not idle with work about.
#include <gtest/gtest.h>

#include "firmware/kernel/ext/error.h"
#include "firmware/kernel/kernel.h"
#include "firmware/kernel/sched/setscheduler.h"
#include "firmware/kernel/user.h"
#include "tests/kernel/ext/race_lab.h"
#include "tests/kernel/in_kernel.h"
#include "tests/kernel/test_policies.h"

namespace kernel {

using namespace test;

namespace {

struct Lab {
  Task* victim = nullptr;
  Task* other = nullptr;
  Meeting meeting;
  bool armed = false;
  bool open = false;  // CPU 0 may have tasks
  unsigned met = 0;
  unsigned stuck = 0;
};

Lab lab;

bool is_the_policys(const Task& p) { return (p.scx.ops_state.shown() & SCX_OPSS_STATE_MASK) == SCX_OPSS_QUEUED; }

// In a race the first call gives the victim alone, later ones what there is.
void dispatch(void*, std::int32_t cpu, Task*) {
  if (cpu != 0 || !lab.open) return;
  if (lab.armed) {
    lab.armed = false;
    scx_bpf_dispatch(lab.victim, SCX_DSQ_LOCAL, SCX_SLICE_DFL, 0);
    if (lab.meeting.join(0)) ++lab.met;
    return;
  }
  for (Task* p : {lab.other, lab.victim}) {
    if (!is_the_policys(*p)) continue;
    scx_bpf_dispatch(p, SCX_DSQ_LOCAL, SCX_SLICE_DFL, 0);
    return;
  }
}

template <class Condition>
bool wait_for(Condition condition) {
  for (unsigned turn = 0; turn < 100; ++turn) {
    if (condition()) return true;
    scx_bpf_kick_cpu(0, 0);
    sys_nanosleep(20 * kUs);
  }
  return false;
}

bool both_wait() {
  return is_the_policys(*lab.victim) && lab.victim->cpu == 1 && is_the_policys(*lab.other) && lab.other->cpu == 1;
}

void take_away(Task&) {
  wait_for_quiet_rcu();
  lab.victim = task_named("victim");
  lab.other = task_named("other");
  for (int offset = -400; offset <= 400; offset += 10) {
    for (unsigned turn = 0; turn < 100 && !both_wait(); ++turn) sys_nanosleep(20 * kUs);
    if (!both_wait()) ++lab.stuck;
    lab.meeting.open(offset);
    lab.armed = lab.open = true;
    scx_bpf_kick_cpu(0, 0);
    burn(100);
    const bool were_on = arch::local_irq_save();
    if (lab.meeting.join(1)) ++lab.met;
    set_user_nice(*lab.victim, lab.victim->nice == 0 ? 1 : 0);
    arch::local_irq_restore(were_on);
    if (!wait_for([] { return !is_the_policys(*lab.victim) && !is_the_policys(*lab.other); })) ++lab.stuck;
    lab.open = false;
  }
  scx_exit(SCX_EXIT_UNREG_BPF, 0, "raced");
}

// Looks at each balance of CPU 0 in which a task was lost on its way.
class LossWatch {
 public:
  void operator()(const LoggedEvent& event) {
    if (event.hart != 0) return;
    if (event.name == "balance_enter") lost_before_ = lost();
    if (event.name == "balance_exit" && lost() != lost_before_) {
      ++losses;
      calls = event.number("dispatch_calls");
      EXPECT_EQ(event.number("result"), 1u);
      EXPECT_GE(calls, 2u);
      waiting_for_switch_ = true;
    }
    if (event.name == "sched_switch" && waiting_for_switch_) {
      waiting_for_switch_ = false;
      EXPECT_NE(event.number("next_pid"), 0u) << "idle, with a task at hand";
      switched_to_other += event.text("next_comm") == "other" ? 1 : 0;
    }
  }

  unsigned losses = 0;
  unsigned switched_to_other = 0;
  std::uint64_t calls = 0;

 private:
  static std::uint32_t lost() { return kernel().coverage.of(Cover::local_move_lost); }

  std::uint32_t lost_before_ = 0;
  bool waiting_for_switch_ = false;
};

void set_up(KernelRun& run) {
  lab = {};
  test_ops = {};
  test_ops.flags = SCX_OPS_SWITCH_PARTIAL;
  test_ops.select_cpu = [](void*, Task*, std::int32_t, std::uint64_t) { return std::int32_t{1}; };
  test_ops.enqueue = [](void*, Task*, std::uint64_t) {};
  test_ops.dispatch = dispatch;
  for (const char* comm : {"victim", "other"}) {
    TaskSpec& spec = run.task(comm, {run_for(5 * kUs), sleep_for(30 * kUs)});
    spec.sched_class = TaskClass::kExt;
    spec.cpus_allowed = 0b011;
  }
  run_script(run, take_away, 0b100);
}

}  // namespace

TEST(RetryTest, NextTaskInTheSameBalance) {
  KernelRun run(3);
  set_up(run);
  LossWatch watch;
  run.log.on_each = std::ref(watch);
  run.log.keep = [&run](const LoggedEvent& event) {
    if (event.name == "task_audit") run.machine().stop();
    return event.name == "task_audit" || event.name == "scx_disable";
  };
  run.run_us(200'000);
  EXPECT_EQ(lab.met, 2u * 81u);
  EXPECT_EQ(lab.stuck, 0u);
  EXPECT_GT(watch.losses, 5u);
  EXPECT_LT(watch.losses, 81u) << "the other outcome";
  EXPECT_EQ(watch.switched_to_other, watch.losses);
  EXPECT_GE(kernel().coverage.of(Cover::balance_retried_after_loss), watch.losses);
  EXPECT_EQ(run.log.named("scx_disable").at(0).text("msg"), "raced");
  EXPECT_EQ(run.log.named("task_audit").at(0).number("lost"), 0u);
}

// With a single call per balance the same loss leaves the CPU with nothing to run: the retry is what prevents it.
TEST(RetryTest, WithoutTheRetryTheCpuIdles) {
  KernelRun run(3);
  run.config.breakout.limit = 1;
  set_up(run);
  unsigned came_back_empty = 0;
  std::uint32_t lost_before = 0;
  run.log.keep = [&](const LoggedEvent& event) {
    if (event.name == "task_audit") run.machine().stop();
    if (event.hart != 0) return false;
    const std::uint32_t lost = kernel().coverage.of(Cover::local_move_lost);
    if (event.name == "balance_enter") lost_before = lost;
    if (event.name == "balance_exit" && lost != lost_before && event.number("result") == 0) ++came_back_empty;
    return false;
  };
  run.run_us(200'000);
  EXPECT_EQ(lab.stuck, 0u);
  EXPECT_GT(came_back_empty, 5u);
}

}  // namespace kernel
