// SPDX-License-Identifier: Apache-2.0
// User space: carries out the program of a task, step by step, with durations from the task's own generator.
#include "firmware/kernel/base/format.h"
#include "firmware/kernel/base/random.h"
#include "firmware/kernel/user.h"

using namespace kernel;

namespace {

constexpr uint32_t kNoPid = ~0u;

// Whom a step is about; 0: the task itself. One that is gone already leaves the step without effect.
uint32_t target_pid(const ProgramOp& op, Random& random) {
  if (op.nr_targets == 0) return 0;
  const uint32_t pid = sys_pid_of(op.first_target + static_cast<uint32_t>(random.between(0, op.nr_targets - 1)));
  return pid != 0 ? pid : kNoPid;
}

void set_scheduler(uint32_t pid, int64_t argument, int64_t more) {
  sys_sched_setscheduler(pid, static_cast<TaskClass>(argument & 0xff), static_cast<unsigned>(((argument >> 8) & 0xff) + more));
}

// A child that cannot be had is no end of the parent.
void fork_child(uint32_t task_index) {
  const int pid = sys_fork(task_index);
  if (pid >= 0) return;
  char line[64];
  format_text(line, sizeof(line), "%s: cannot fork (%d)\n", kernel_config->user.tasks[task_index].comm, pid);
  sys_write(trace::Stream::kStderr, line);
}

// Draws only where there is a choice: a fixed step takes nothing from the stream.
int64_t more_of(const ProgramOp& op, Random& random) {
  return op.spread == 0 ? 0 : static_cast<int64_t>(random.between(0, op.spread));
}

// The period of a task's timer steps: begun at the first of them, and kept for as long as the task lives.
struct PeriodicTimer {
  bool started = false;
  uint64_t deadline_ns = 0;
};

// Who carries out a program.
struct Self {
  const TaskSpec& spec;
  uint32_t pid;
  Random random;
  PeriodicTimer timer = {};
};

// The deadlines are a period apart, whenever the task comes to them: one that comes late does not sleep, and has less time
// for the next. If the step says so, the period begins anew there instead.
void end_period(const ProgramOp& op, Self& self) {
  constexpr int64_t kBeginsAnew = 1;
  PeriodicTimer& timer = self.timer;
  const uint64_t now = user_clock_ns();
  const uint64_t period = self.random.between(op.min_ns, op.max_ns);
  const bool first = !timer.started;
  timer.deadline_ns = (first ? now : timer.deadline_ns) + period;
  timer.started = true;
  const uint64_t late = now > timer.deadline_ns ? now - timer.deadline_ns : 0;
  if (!first) user_period(self.pid, self.spec.comm, late);
  if (now < timer.deadline_ns) {
    sys_clock_nanosleep(timer.deadline_ns);
  } else {
    user_compute(0);  // a program of nothing but late periods must not stand still in time
    if (op.argument == kBeginsAnew) timer.deadline_ns = now;
  }
}

// The loops the program is in.
struct Loops {
  struct Loop {
    uint32_t first = 0;  // its first step
    int64_t left = 0;    // rounds after this one
  };
  Loop open[kLoopDepthMax];
  uint32_t depth = 0;

  void enter(uint32_t first, int64_t times) {
    if (depth == kLoopDepthMax) arch::panic("a program nests loops too deep");
    open[depth++] = {first, times - 1};
  }
  // The step after the end of the innermost one, at `step`.
  uint32_t next_after(uint32_t step) {
    if (depth == 0) arch::panic("a program ends a loop it is not in");
    Loop& loop = open[depth - 1];
    if (loop.left-- > 0) return loop.first;
    --depth;
    return step + 1;
  }
};

void run_step(const ProgramOp& op, Self& self) {
  Random& random = self.random;
  switch (op.kind) {
    case ProgramOpKind::kRun: user_compute(random.between(op.min_ns, op.max_ns)); break;
    case ProgramOpKind::kSleep: sys_nanosleep(random.between(op.min_ns, op.max_ns)); break;
    case ProgramOpKind::kYield: sys_sched_yield(); break;
    case ProgramOpKind::kWaitIrq: sys_wait_irq(static_cast<unsigned>(op.argument)); break;
    case ProgramOpKind::kFork: fork_child(static_cast<uint32_t>(op.argument)); break;
    case ProgramOpKind::kExit: sys_exit(static_cast<int>(op.argument + more_of(op, random)));
    case ProgramOpKind::kSetAffinity: sys_sched_setaffinity(target_pid(op, random), static_cast<uint64_t>(op.argument)); break;
    case ProgramOpKind::kSetNice: {
      const uint32_t pid = target_pid(op, random);
      sys_setpriority(pid, static_cast<int>(op.argument + more_of(op, random)));
      break;
    }
    case ProgramOpKind::kSetScheduler: {
      const uint32_t pid = target_pid(op, random);
      set_scheduler(pid, op.argument, more_of(op, random));
      break;
    }
    case ProgramOpKind::kWait: sys_wait(); break;
    case ProgramOpKind::kWake: sys_wake(target_pid(op, random)); break;
    case ProgramOpKind::kLock: sys_lock(static_cast<unsigned>(op.argument)); break;
    case ProgramOpKind::kUnlock: sys_unlock(static_cast<unsigned>(op.argument)); break;
    case ProgramOpKind::kTimer: end_period(op, self); break;
    case ProgramOpKind::kBarrier: sys_barrier_wait(static_cast<unsigned>(op.argument)); break;
    case ProgramOpKind::kCondWait:
      sys_cond_wait(static_cast<unsigned>(op.argument & 0xff), static_cast<unsigned>(op.argument >> 8));
      break;
    case ProgramOpKind::kCondSignal: sys_cond_signal(static_cast<unsigned>(op.argument)); break;
    case ProgramOpKind::kCondBroadcast: sys_cond_broadcast(static_cast<unsigned>(op.argument)); break;
    case ProgramOpKind::kLoop:
    case ProgramOpKind::kLoopEnd: break;  // run_program's
  }
}

void run_program(const TaskSpec& spec, Self& self) {
  Loops loops;
  for (uint32_t step = 0; step < spec.nr_ops;) {
    const ProgramOp& op = spec.program[step];
    if (op.kind == ProgramOpKind::kLoop) {
      loops.enter(++step, op.argument + more_of(op, self.random));
    } else if (op.kind == ProgramOpKind::kLoopEnd) {
      step = loops.next_after(step);
    } else {
      run_step(op, self);
      ++step;
    }
  }
}

// One stream per task, by what the scenario says and, of copies made by other tasks, by which copy it is: neither the
// number of kernel threads nor the order in which tasks run changes what a task does.
uint64_t stream_of(const TaskSpec& spec, uint32_t pid) {
  const auto number = static_cast<uint64_t>(&spec - kernel_config->user.tasks) + 1;
  return number << 32 ^ (spec.template_only ? pid : 0);
}

}  // namespace

void kernel::user_main(const TaskSpec& spec, uint32_t pid) {
  Self self{spec, pid, Random(kernel_config->user.seed ^ stream_of(spec, pid))};
  if (spec.start_irq != 0) sys_wait_irq(spec.start_irq);
  if (spec.start_ns != 0) sys_nanosleep(spec.start_ns);
  do {
    run_program(spec, self);
  } while (!spec.once && spec.nr_ops != 0);
}
