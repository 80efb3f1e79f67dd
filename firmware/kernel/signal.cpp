// SPDX-License-Identifier: Apache-2.0
#include "firmware/kernel/signal.h"

#include "firmware/kernel/ext/loader_calls.h"
#include "firmware/kernel/fork.h"
#include "firmware/kernel/irq/ipi.h"
#include "firmware/kernel/irq/irqflags.h"
#include "firmware/kernel/kernel.h"
#include "firmware/kernel/sched/core.h"

namespace kernel {

namespace {

// It looks at its flags on its way to user mode: who is there already must be brought into the kernel once.
void kick_process(const Task& task) {
  const unsigned cpu = task.cpu_word.load();
  if (task.on_cpu.load() != 0 && cpu != arch::smp_processor_id()) send_ipi(cpu, IpiReason::kReschedule);
}

void note_signal(Task& task, Signal signal) {
  SpinLockIrqSave guard(task.pi_lock);
  if (signal == Signal::kKill) task.kill_pending = true;
  else task.stop_pending = signal == Signal::kStop;
  if (signal != Signal::kCont) task.thread_flags.fetch_or(TIF_SIGPENDING);
}

void send_signal(Task& task, Signal signal) {
  trace::signal(task.pid, task.comm, static_cast<trace::Signal>(signal));
  note_signal(task, signal);
  switch (signal) {
    case Signal::kKill:
      if (!try_to_wake_up(task, TASK_INTERRUPTIBLE | TASK_STOPPED, 0)) kick_process(task);
      break;
    case Signal::kStop: kick_process(task); break;
    case Signal::kCont: try_to_wake_up(task, TASK_STOPPED, 0); break;
  }
}

bool is_target(const Task& task, const SignalSpec& spec) {
  if (spec.loader != nullptr)
    return task.loader_spec != nullptr && &policy_named(task.loader_spec->name) == &policy_named(spec.loader);
  if (task.spec == nullptr) return false;
  const auto number = static_cast<uint32_t>(task.spec - kernel_config->user.tasks);
  return number - spec.first_target < spec.nr_targets;
}

}  // namespace

void send_signals_of(unsigned source) {
  for (uint32_t i = 0; i < kernel_config->user.nr_signals; ++i) {
    const SignalSpec& spec = kernel_config->user.signals[i];
    if (spec.source != source) continue;
    SpinLockIrqSave guard(kernel().tasklist_lock);
    for (Task* task = first_task(); task != nullptr; task = next_task(*task)) {
      if (is_target(*task, spec)) send_signal(*task, spec.signal);
    }
  }
}

void do_signal() {
  Task& task = *current();
  bool stop = false;
  {
    SpinLockIrqSave guard(task.pi_lock);
    task.thread_flags.fetch_and(~uint32_t{TIF_SIGPENDING});
    stop = task.stop_pending && !task.kill_pending;
    if (stop) {
      task.stop_pending = false;
      set_current_state(TASK_STOPPED);  // before CONT can look for it
    }
  }
  if (task.kill_pending) do_exit(kKilledStatus);
  if (stop) schedule();
}

}  // namespace kernel
