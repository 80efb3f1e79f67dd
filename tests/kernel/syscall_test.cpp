// SPDX-License-Identifier: Apache-2.0
// The way out of a system call: what waits for the task there is done before the program goes on.
#include <gtest/gtest.h>

#include <map>

#include "firmware/kernel/fork.h"
#include "firmware/kernel/kernel.h"
#include "firmware/kernel/kthread.h"
#include "firmware/kernel/sched/core.h"
#include "firmware/kernel/user.h"
#include "tests/kernel/in_kernel.h"
#include "tests/kernel/test_policies.h"

namespace kernel {

using namespace test;

namespace {

struct Call {
  const char* name;
  void (*make)();
  bool returned = false;
};

Call calls[] = {
    {"nanosleep", [] { sys_nanosleep(1 * kUs); }},
    {"yield", [] { sys_sched_yield(); }},
    {"wait_irq", [] { sys_wait_irq(2); }},
    {"wait_nothing", [] { sys_wait_irq(0); }},
    {"wait", [] { sys_wait(); }},
    {"wake", [] { sys_wake(0); }},
    {"wake_nobody", [] { sys_wake(9'999); }},
    {"lock", [] { sys_lock(0); }},
    {"no_lock", [] { sys_lock(1); }},
    {"unlock", [] { sys_unlock(0); }},
    {"no_unlock", [] { sys_unlock(1); }},
    {"fork", [] { sys_fork(9); }},
    {"affinity", [] { sys_sched_setaffinity(0, 1); }},
    {"scheduler", [] { sys_sched_setscheduler(0, TaskClass::kBatch, 0); }},
    {"priority", [] { sys_setpriority(0, 1); }},
    {"pid_of", [] { sys_pid_of(0); }},
    {"write", [] { sys_write(trace::Stream::kStdout, "x"); }},
};

void with_script(KernelRun& run, void (*script)(Task&)) {
  test_ops = {};
  test_ops.flags = SCX_OPS_SWITCH_PARTIAL;
  run_script(run, script, 1);
}

}  // namespace

// A kill that came in the middle of it: the program does not get back, whichever call it was.
TEST(SyscallTest, NoneReturnsToAProgramThatWasKilled) {
  static constexpr const char* kLocks[] = {"m"};
  KernelRun run(1);
  run.config.user.locks = kLocks;
  run.config.user.nr_locks = 1;
  run.task("one", {sleep_for(1'000 * kMs)});
  for (Call& call : calls) call.returned = false;
  with_script(run, [](Task&) {
    for (Call& call : calls) {
      wake_up_new_task(kthread_create(
          call.name, 1,
          [](Task& self) {
            Call& mine = *static_cast<Call*>(self.data);
            self.kill_pending = true;
            self.thread_flags.fetch_or(TIF_SIGPENDING);
            mine.make();
            mine.returned = true;
          },
          &call));
    }
  });
  run.run_us(20'000);
  std::map<std::string, std::uint64_t> status;
  for (const LoggedEvent& event : run.log.named("task_exit")) status[event.text("comm")] = event.number("status") / 2;
  for (const Call& call : calls) {
    EXPECT_FALSE(call.returned) << call.name;
    EXPECT_EQ(status[call.name], 137u) << call.name;
  }
}

}  // namespace kernel
