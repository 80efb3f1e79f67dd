// SPDX-License-Identifier: Apache-2.0
// User space: carries out the program of a task, step by step, with durations from the task's own generator.
#include "firmware/kernel/base/random.h"
#include "firmware/kernel/user.h"

namespace {

constexpr uint32_t kNoPid = ~0u;

// Whom a step is about; 0: the task itself. One that is gone already leaves the step without effect.
uint32_t target_pid(const ProgramOp& op, Random& random) {
  if (op.nr_targets == 0) return 0;
  const uint32_t pid = sys_pid_of(op.first_target + static_cast<uint32_t>(random.between(0, op.nr_targets - 1)));
  return pid != 0 ? pid : kNoPid;
}

void set_scheduler(uint32_t pid, int64_t argument) {
  sys_sched_setscheduler(pid, static_cast<TaskClass>(argument & 0xff), static_cast<unsigned>((argument >> 8) & 0xff));
}

void run_step(const ProgramOp& op, Random& random) {
  switch (op.kind) {
    case ProgramOpKind::kRun: user_compute(random.between(op.min_ns, op.max_ns)); break;
    case ProgramOpKind::kSleep: sys_nanosleep(random.between(op.min_ns, op.max_ns)); break;
    case ProgramOpKind::kYield: sys_sched_yield(); break;
    case ProgramOpKind::kWaitIrq: sys_wait_irq(static_cast<unsigned>(op.argument)); break;
    case ProgramOpKind::kFork: sys_fork(static_cast<uint32_t>(op.argument)); break;
    case ProgramOpKind::kExit: sys_exit(static_cast<int>(op.argument));
    case ProgramOpKind::kSetAffinity: sys_sched_setaffinity(target_pid(op, random), static_cast<uint64_t>(op.argument)); break;
    case ProgramOpKind::kSetNice: sys_setpriority(target_pid(op, random), static_cast<int>(op.argument)); break;
    case ProgramOpKind::kSetScheduler: set_scheduler(target_pid(op, random), op.argument); break;
  }
}

// One stream per task, by what the scenario says and, of copies made by other tasks, by which copy it is: neither the
// number of kernel threads nor the order in which tasks run changes what a task does.
uint64_t stream_of(const TaskSpec& spec, uint32_t pid) {
  const auto number = static_cast<uint64_t>(&spec - kernel_config->tasks) + 1;
  return number << 32 ^ (spec.template_only ? pid : 0);
}

}  // namespace

void user_main(const TaskSpec& spec, uint32_t pid) {
  Random random(kernel_config->seed ^ stream_of(spec, pid));
  if (spec.start_irq != 0) sys_wait_irq(spec.start_irq);
  if (spec.start_ns != 0) sys_nanosleep(spec.start_ns);
  do {
    for (uint32_t step = 0; step < spec.nr_ops; ++step) run_step(spec.program[step], random);
  } while (!spec.once && spec.nr_ops != 0);
}
