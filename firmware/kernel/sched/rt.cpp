// SPDX-License-Identifier: Apache-2.0
// SCHED_FIFO: by priority, first come first served within one, until it sleeps or yields. SCHED_RR: the same, but those of
// one priority take turns, a time slice each. A task woken goes where it can run at once; one that a higher one has displaced waits on its
// CPU: no other CPU pulls it.
#include "firmware/kernel/base/charge.h"
#include "firmware/kernel/kernel.h"
#include "firmware/kernel/sched/core.h"
#include "firmware/kernel/sched/newidle.h"
#include "firmware/kernel/sched/setscheduler.h"

namespace kernel {

namespace {

void set_active(RtRq& rt, unsigned priority, bool active) {
  const uint32_t bit = 1u << (priority % 32);
  rt.active[priority / 32] = active ? rt.active[priority / 32] | bit : rt.active[priority / 32] & ~bit;
}

unsigned highest_priority(const RtRq& rt) {
  for (unsigned word = sizeof(rt.active) / sizeof(rt.active[0]); word-- > 0;) {
    if (rt.active[word] != 0) return word * 32 + 31 - static_cast<unsigned>(__builtin_clz(rt.active[word]));
  }
  return 0;
}

void show_highest(RtRq& rt) {
  const unsigned highest = highest_priority(rt);
  if (highest == rt.highest_shown) return;
  rt.highest_shown = highest;
  rt.highest.store(highest);
}

// A task taken off for a change of its attributes keeps its place in line.
void enqueue_task_rt(Rq& rq, Task& task, uint64_t flags) {
  auto& queue = rq.rt.queue[task.rt_priority];
  if ((flags & ENQUEUE_RESTORE) != 0 && rq.curr == &task) {
    queue.push_front(task);
  } else {
    queue.push_back(task);
  }
  trace::task_queued(task.pid, trace::Queue::kRq, rq.cpu);
  set_active(rq.rt, task.rt_priority, true);
  ++rq.rt.nr_running;
  show_highest(rq.rt);
}

void dequeue_task_rt(Rq& rq, Task& task, uint64_t) {
  auto& queue = rq.rt.queue[task.rt_priority];
  queue.erase(task);
  if (queue.empty()) set_active(rq.rt, task.rt_priority, false);
  --rq.rt.nr_running;
  show_highest(rq.rt);
}

void yield_task_rt(Rq& rq) {
  auto& queue = rq.rt.queue[rq.curr->rt_priority];
  queue.erase(*rq.curr);
  queue.push_back(*rq.curr);
}

void wakeup_preempt_rt(Rq& rq, Task& task) {
  if (task.rt_priority > rq.curr->rt_priority) resched_curr(rq);
}

bool balance_rt(Rq& rq, Task&) { return rq.stop.queued || rq.rt.nr_running != 0; }

Task* pick_task_rt(Rq& rq) { return rq.rt.nr_running == 0 ? nullptr : rq.rt.queue[highest_priority(rq.rt)].front(); }

void put_prev_task_rt(Rq&, Task&, Task&) {}
void set_next_task_rt(Rq& rq, Task&) { show_waiting(rq, true); }

// FIFO has no time slice. A slice that is over counts anew at once, whether there is another task to give way to or not.
void task_tick_rt(Rq& rq, Task& task) {
  if (task.policy != SCHED_RR) return;
  if (task.rr_ticks_left > 1) {
    --task.rr_ticks_left;
    return;
  }
  task.rr_ticks_left = sched_rr_timeslice();
  if (rq.rt.queue[task.rt_priority].size() == 1) return;
  yield_task_rt(rq);
  resched_curr(rq);
}

// The CPU that runs the least of those where the task would run at once: an idle one, one without RT tasks, one with a
// lower one; none: prev_cpu.
unsigned lowest_cpu(const Task& task, unsigned prev_cpu) {
  const Cpumask idle = kernel().scx.idle_cpus.load() & task.cpus_allowed;
  if (idle != 0) return cpumask_next_wrap(idle, prev_cpu);
  unsigned best = prev_cpu;
  unsigned least = task.rt_priority;
  Cpumask others = task.cpus_allowed & cpu_active_mask() & ~cpumask_of(prev_cpu);
  for (; others != 0 && least != 0; others &= others - 1) {
    const unsigned cpu = cpumask_first(others);
    const uint32_t highest = cpu_rq(cpu).rt.highest.load();
    if (highest >= least) continue;
    least = highest;
    best = cpu;
  }
  return best;
}

unsigned select_task_rq_rt(Task& task, unsigned prev_cpu, uint32_t) {
  if (!cpumask_test(task.cpus_allowed, prev_cpu)) return lowest_cpu(task, prev_cpu);
  return cpu_rq(prev_cpu).rt.highest.load() < task.rt_priority ? prev_cpu : lowest_cpu(task, prev_cpu);
}

void switched_to_rt(Rq& rq, Task& task) {
  if (task.on_rq.load() == TASK_ON_RQ_QUEUED && rq.curr != &task) wakeup_preempt(rq, task);
}

void prio_changed_rt(Rq& rq, Task& task) {
  if (task.on_rq.load() != TASK_ON_RQ_QUEUED) return;
  if (rq.curr != &task) {
    wakeup_preempt(rq, task);
  } else if (highest_priority(rq.rt) > task.rt_priority) {
    resched_curr(rq);
  }
}

}  // namespace

const SchedClass kRtSchedClass = {
    .id = trace::Class::kRt,
    .name = "rt_sched_class",
    .enqueue_task = enqueue_task_rt,
    .dequeue_task = dequeue_task_rt,
    .yield_task = yield_task_rt,
    .wakeup_preempt = wakeup_preempt_rt,
    .balance = balance_rt,
    .pick_task = pick_task_rt,
    .put_prev_task = put_prev_task_rt,
    .set_next_task = set_next_task_rt,
    .task_tick = task_tick_rt,
    .select_task_rq = select_task_rq_rt,
    .switched_to = switched_to_rt,
    .prio_changed = prio_changed_rt,
};

}  // namespace kernel
