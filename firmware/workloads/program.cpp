// SPDX-License-Identifier: Apache-2.0
// User space: carries out the program of a task, step by step, with durations from the task's own generator.
#include "firmware/kernel/base/random.h"
#include "firmware/kernel/user.h"

namespace {

void set_scheduler(int64_t argument) {
  sys_sched_setscheduler(static_cast<TaskClass>(argument & 0xff), static_cast<unsigned>((argument >> 8) & 0xff));
}

void run_step(const ProgramOp& op, Random& random) {
  switch (op.kind) {
    case ProgramOpKind::kRun: user_compute(random.between(op.min_ns, op.max_ns)); break;
    case ProgramOpKind::kSleep: sys_nanosleep(random.between(op.min_ns, op.max_ns)); break;
    case ProgramOpKind::kYield: sys_sched_yield(); break;
    case ProgramOpKind::kWaitIrq: sys_wait_irq(static_cast<unsigned>(op.argument)); break;
    case ProgramOpKind::kFork: sys_fork(static_cast<uint32_t>(op.argument)); break;
    case ProgramOpKind::kExit: sys_exit(static_cast<int>(op.argument));
    case ProgramOpKind::kSetAffinity: sys_sched_setaffinity(static_cast<uint64_t>(op.argument)); break;
    case ProgramOpKind::kSetNice: sys_setpriority(static_cast<int>(op.argument)); break;
    case ProgramOpKind::kSetScheduler: set_scheduler(op.argument); break;
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
