// SPDX-License-Identifier: Apache-2.0
// SCHED_FIFO: by priority, first come first served within one, until it sleeps or yields.
#include "firmware/kernel/base/charge.h"
#include "firmware/kernel/sched/core.h"

namespace {

void set_active(RtRq& rt, unsigned priority, bool active) {
  const uint32_t bit = 1u << (priority % 32);
  rt.active[priority / 32] = active ? rt.active[priority / 32] | bit : rt.active[priority / 32] & ~bit;
}

void enqueue_task_rt(Rq& rq, Task& task, uint64_t) {
  rq.rt.queue[task.rt_priority].push_back(task);
  set_active(rq.rt, task.rt_priority, true);
  ++rq.rt.nr_running;
}

void dequeue_task_rt(Rq& rq, Task& task, uint64_t) {
  auto& queue = rq.rt.queue[task.rt_priority];
  queue.erase(task);
  if (queue.empty()) set_active(rq.rt, task.rt_priority, false);
  --rq.rt.nr_running;
}

void yield_task_rt(Rq& rq) {
  auto& queue = rq.rt.queue[rq.curr->rt_priority];
  queue.erase(*rq.curr);
  queue.push_back(*rq.curr);
}

void wakeup_preempt_rt(Rq& rq, Task& task) {
  if (task.rt_priority > rq.curr->rt_priority) resched_curr(rq);
}

bool balance_rt(Rq& rq, Task&) { return rq.rt.nr_running != 0; }

Task* pick_task_rt(Rq& rq) {
  for (unsigned word = sizeof(rq.rt.active) / sizeof(rq.rt.active[0]); word-- > 0;) {
    if (rq.rt.active[word] == 0) continue;
    const unsigned top = 31 - static_cast<unsigned>(__builtin_clz(rq.rt.active[word]));
    return rq.rt.queue[word * 32 + top].front();
  }
  return nullptr;
}

void put_prev_task_rt(Rq&, Task&, Task&) {}
void set_next_task_rt(Rq&, Task&) {}
void task_tick_rt(Rq&, Task&) {}  // FIFO has no time slice
unsigned select_task_rq_rt(Task&, unsigned prev_cpu, uint32_t) { return prev_cpu; }

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
};
