// SPDX-License-Identifier: Apache-2.0
#include "tests/kernel/in_kernel.h"

#include "firmware/kernel/fork.h"
#include "firmware/kernel/kernel.h"
#include "firmware/kernel/sched/core.h"
#include "firmware/kernel/user.h"
#include "tests/kernel/test_policies.h"

namespace kernel {

namespace test {

namespace {

void (*the_script)(Task&) = nullptr;
std::uint64_t script_cpus = 0;

void script_main(Task& self) {
  sys_nanosleep(1 * kMs);
  while (kernel().scx.enable_state.load() == SCX_OPS_ENABLING) sys_nanosleep(100 * kUs);
  the_script(self);
}

bool rcu_has_work() {
  const std::uint32_t seq = kernel().rcu.seq.load();
  if ((seq & 1) != 0 || time_after(kernel().rcu.needed, seq)) return true;
  for (unsigned cpu = 0; cpu < kernel_config->nr_cpus; ++cpu) {
    if (!kernel().cpus[cpu].rcu.callbacks.empty()) return true;
  }
  return false;
}

int start_script(void*, const int64_t*) {
  int error = 0;
  Task* const task = copy_process({.comm = "script",
                                   .cpus_allowed = script_cpus,
                                   .policy = SCHED_FIFO,
                                   .rt_priority = kScriptPriority,
                                   .kthread = true,
                                   .function = script_main},
                                  error);
  if (task != nullptr) wake_up_new_task(*task);
  return error;
}

}  // namespace

SchedulerSpec& run_script(KernelRun& run, void (*script)(Task&), std::uint64_t cpus) {
  the_script = script;
  script_cpus = cpus;
  test_ops.init = start_script;
  return run.policy("test");
}

void wait_for_quiet_rcu() {
  while (rcu_has_work()) sys_nanosleep(100 * kUs);
}

Task* task_named(const std::string& comm) {
  for (Task* p = kernel().all_tasks.front(); p != nullptr; p = kernel().all_tasks.next(*p)) {
    if (comm == p->comm) return p;
  }
  return nullptr;
}

}  // namespace test

}  // namespace kernel
