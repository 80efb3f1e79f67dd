// SPDX-License-Identifier: Apache-2.0
// User space: carries out the program of a task, step by step, with durations from the task's own generator.
#include "firmware/kernel/base/random.h"
#include "firmware/kernel/user.h"

namespace {

void run_step(const ProgramOp& op, Random& random) {
  switch (op.kind) {
    case ProgramOpKind::kRun: user_compute(random.between(op.min_ns, op.max_ns)); break;
    case ProgramOpKind::kSleep: sys_nanosleep(random.between(op.min_ns, op.max_ns)); break;
    case ProgramOpKind::kYield: sys_sched_yield(); break;
    default: break;
  }
}

}  // namespace

void user_main(const TaskSpec& spec, uint32_t pid) {
  // One stream per task: neither the order in which tasks run nor their number changes what a task does.
  Random random(kernel_config->seed ^ (uint64_t{pid} << 32));
  if (spec.start_ns != 0) sys_nanosleep(spec.start_ns);
  do {
    for (uint32_t step = 0; step < spec.nr_ops; ++step) run_step(spec.program[step], random);
  } while (!spec.once && spec.nr_ops != 0);
}
