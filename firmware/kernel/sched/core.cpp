// SPDX-License-Identifier: Apache-2.0
#include "firmware/kernel/sched/core.h"

#include "firmware/kernel/base/charge.h"
#include "firmware/kernel/ext/watchdog.h"
#include "firmware/kernel/fork.h"
#include "firmware/kernel/irq/ipi.h"
#include "firmware/kernel/irq/irqflags.h"
#include "firmware/kernel/kernel.h"

namespace kernel {

namespace {

void show_need_resched(const Rq& rq, Task& task, bool set) {
  if (task.need_resched_shown == set) return;
  task.need_resched_shown = set;
  trace::need_resched(rq.cpu, set);
  arch::trace_reg(arch::TraceReg::kNeedResched, rq.cpu, set ? 1 : 0);
}

void clear_need_resched(const Rq& rq, Task& task) {
  task.thread_flags.fetch_and(~uint32_t{TIF_NEED_RESCHED});
  show_need_resched(rq, task, false);
}

// Each class may make itself ready, from prev's down; the first that has something ends it. With prev on ext or idle, ext
// is asked even while an RT task waits: only classes from prev's on are. Without ext an idle CPU asks fair.
void prev_balance(Rq& rq, Task& prev) {
  const SchedClass* start = prev.sched_class;
  const SchedClass* const lowest = kernel().scx.enabled ? &kExtSchedClass : &kFairSchedClass;
  if (kernel().scx.enabled) rq.scx.flags |= SCX_RQ_BAL_PENDING;
  if (sched_class_above(lowest, start)) start = lowest;
  for (const SchedClass* c = start; c != nullptr && c != &kIdleSchedClass; c = next_active_class(c)) {
    charge(Cost::balance);
    if (c->balance(rq, prev)) return;
  }
}

Task& pick_next_task(Rq& rq, Task& prev) {
  Frame frame(trace::Site::kPickNextTask);
  prev_balance(rq, prev);
  for (const SchedClass* c = first_active_class(); c != nullptr; c = next_active_class(c)) {
    charge(Cost::pick);
    Task* const next = c->pick_task(rq);
    if (next == nullptr) continue;
    if (next != &prev) {
      prev.sched_class->put_prev_task(rq, prev, *next);
      c->set_next_task(rq, *next);
    }
    return *next;
  }
  arch::panic("no class had a task to run, not even idle");
}

// The work that the pick has left to be done once it is over. The lock may be dropped for a while.
void balance_callbacks(Rq& rq) {
  const auto callback = rq.balance_callback;
  if (callback == nullptr) return;
  rq.balance_callback = nullptr;
  callback(rq);
}

// The first act of the context switched to: the rq lock passes from prev to it on the same hart.
void finish_task_switch() {
  Rq& rq = this_rq();
  Task& prev = *rq.switched_from;
  rq.switched_from = nullptr;
  prev.on_cpu.store(0);
  const bool dead = rq.switched_from_dead;
  balance_callbacks(rq);
  rq_unlock(rq);
  irq_enable();
  if (dead) put_task(prev);
}

// Returns when a hart switches back, maybe another one.
void context_switch(Rq& rq, Task& prev, Task& next, uint32_t prev_state) {
  Frame frame(trace::Site::kContextSwitch);
  trace::sched_switch(prev.pid, prev.comm, task_state_letter(prev_state), next.pid, next.comm, prev.sched_class->id,
                      next.sched_class->id);
  charge(Cost::context_switch);
  next.on_cpu.store(1);
  rq.switched_from = &prev;
  rq.switched_from_dead = (prev_state & TASK_DEAD) != 0;
  this_cpu().current = &next;
  arch::trace_reg(arch::TraceReg::kPid, rq.cpu, next.pid);
  arch::trace_reg(arch::TraceReg::kClass, rq.cpu, static_cast<uint32_t>(next.sched_class->id));
  arch::trace_reg(arch::TraceReg::kNeedResched, rq.cpu, next.need_resched_shown ? 1 : 0);
  frame_show();
  // Given back at the last moment: no new task may get it while this hart still runs on it.
  if (rq.switched_from_dead) arch::context_free(prev.context);
  arch::switch_to(prev.context, next.context);
  finish_task_switch();
}

enum class SchedMode : uint8_t { kMaySleep, kPreempt };

void schedule_once(SchedMode mode) {
  Frame frame(trace::Site::kSchedule);
  irq_disable();
  charge(Cost::schedule);
  rcu_note_context_switch();
  Rq& rq = this_rq();
  rq_lock(rq);
  Task& prev = *rq.curr;
  uint32_t prev_state = TASK_RUNNING;
  if (mode == SchedMode::kMaySleep && !prev.is_idle_task()) {
    prev_state = prev.state.load();
    if (prev.kill_pending && (prev_state & TASK_INTERRUPTIBLE) != 0) {  // its last sleep is over before it begins
      prev.state.store(TASK_RUNNING);
      prev_state = TASK_RUNNING;
    }
    if (prev_state != TASK_RUNNING) deactivate_task(rq, prev, DEQUEUE_SLEEP);
  }
  Task& next = pick_next_task(rq, prev);
  clear_need_resched(rq, prev);
  if (&next == &prev) {
    balance_callbacks(rq);
    rq_unlock(rq);
    irq_enable();
    return;
  }
  rq.curr = &next;
  context_switch(rq, prev, next, prev_state);
}

// schedule() runs with preemption off, or a nested interrupt's exit could enter it again.
void schedule_while_needed(SchedMode mode) {
  Task& task = *current();
  ++task.preempt_count;
  do {
    schedule_once(mode);
  } while (need_resched());
  --task.preempt_count;
}

}  // namespace

trace::TaskState task_state_letter(uint32_t state) {
  if ((state & TASK_DEAD) != 0) return trace::TaskState::kX;
  if ((state & TASK_IDLE) == TASK_IDLE) return trace::TaskState::kI;
  if ((state & TASK_UNINTERRUPTIBLE) != 0) return trace::TaskState::kD;
  if ((state & TASK_STOPPED) != 0) return trace::TaskState::kT;
  return (state & TASK_INTERRUPTIBLE) != 0 ? trace::TaskState::kS : trace::TaskState::kR;
}

void schedule() { schedule_while_needed(SchedMode::kMaySleep); }
void preempt_schedule() { schedule_while_needed(SchedMode::kPreempt); }

void cond_resched() {
  if (kernel_config->preempt == Preempt::kVoluntary && need_resched()) preempt_schedule();
}

void schedule_tail() {
  Frame frame(trace::Site::kContextSwitch);
  ++current()->preempt_count;
  finish_task_switch();
  --current()->preempt_count;
}

bool need_resched() { return (current()->thread_flags.load() & TIF_NEED_RESCHED) != 0; }

void resched_curr(Rq& rq) {
  if (!rq.lock.held_here()) arch::panic("resched_curr without the rq lock");
  Task& curr = *rq.curr;
  if ((curr.thread_flags.load() & TIF_NEED_RESCHED) != 0) return;
  curr.thread_flags.fetch_or(TIF_NEED_RESCHED);
  show_need_resched(rq, curr, true);
  if (rq.cpu != arch::smp_processor_id()) send_ipi(rq.cpu, IpiReason::kReschedule);
}

void scheduler_tick() {
  Rq& rq = this_rq();
  RqLockGuard guard(rq);
  charge(Cost::tick);
  trace::tick(kernel().time.jiffies.load(), rq.curr->pid);
  rq.curr->sched_class->task_tick(rq, *rq.curr);
  scx_tick(rq);
}

void activate_task(Rq& rq, Task& task, uint64_t flags) {
  charge(Cost::enqueue);
  task.sched_class->enqueue_task(rq, task, flags);
  task.migrating = false;
  task.on_rq.store(TASK_ON_RQ_QUEUED);
}

void deactivate_task(Rq& rq, Task& task, uint64_t flags) {
  charge(Cost::dequeue);
  task.migrating = (flags & DEQUEUE_SLEEP) == 0;
  task.on_rq.store(task.migrating ? TASK_ON_RQ_MIGRATING : kOffRq);
  task.sched_class->dequeue_task(rq, task, flags);
}

void set_task_cpu(Task& task, unsigned cpu) {
  if (task.cpu == cpu) return;
  task.cpu = cpu;
  task.cpu_word.store(cpu);
}

void wakeup_preempt(Rq& rq, Task& task) {
  const SchedClass* const curr_class = rq.curr->sched_class;
  if (task.sched_class == curr_class) {
    curr_class->wakeup_preempt(rq, task);
  } else if (sched_class_above(task.sched_class, curr_class)) {
    resched_curr(rq);
  }
}

PreemptGuard::PreemptGuard() : task_(*current()) { ++task_.preempt_count; }

PreemptGuard::~PreemptGuard() {
  --task_.preempt_count;
  if (kernel_config->preempt != Preempt::kFull || task_.preempt_count != 0 || arch::irqs_disabled()) return;
  if (need_resched()) preempt_schedule();
}

}  // namespace kernel
