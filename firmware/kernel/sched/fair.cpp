// SPDX-License-Identifier: Apache-2.0
// The fair class: weighted virtual runtime, smallest first. A task woken goes to an idle CPU if there is one; a CPU that
// runs out of work pulls a waiting task later (newidle.cpp).
#include "firmware/kernel/sched/fair.h"

#include "firmware/kernel/base/charge.h"
#include "firmware/kernel/kernel.h"
#include "firmware/kernel/sched/core.h"
#include "firmware/kernel/sched/newidle.h"
#include "firmware/kernel/time/clock.h"

namespace kernel {

namespace {

constexpr uint64_t kGranularityNs = 3'000'000;        // a task runs this long before another of its rq may take over
constexpr uint64_t kWakeupGranularityNs = 1'000'000;  // and a woken one must be this far behind to take over at once
constexpr uint32_t kNice0Load = 1024;
constexpr uint32_t kIdlePolicyLoad = 3;

constexpr uint32_t kLoadWeight[] = {
    88761, 71755, 56483, 46273, 36291, 29154, 23254, 18705, 14949, 11916, 9548, 7620, 6100, 4904,
    3906,  3121,  2501,  1991,  1586,  1277,  1024,  820,   655,   526,   423,  335,  272,  215,
    172,   137,   110,   87,    70,    56,    45,    36,    29,    23,    18,   15,
};

bool before(uint64_t a, uint64_t b) { return static_cast<int64_t>(a - b) < 0; }

void update_curr(FairRq& fair) {
  if (fair.curr == nullptr) return;
  FairEntity& curr = fair.curr->fair;
  const uint64_t now = ktime_get_ns();
  curr.vruntime += (now - curr.exec_start) * kNice0Load / load_weight_of(*fair.curr);
  curr.exec_start = now;
  const Task* const first = fair.queue.front();
  const uint64_t least = first != nullptr && before(first->fair.vruntime, curr.vruntime) ? first->fair.vruntime : curr.vruntime;
  if (before(fair.min_vruntime, least)) fair.min_vruntime = least;
}

bool runs_another(const Rq& rq) { return rq.curr != rq.idle; }

void insert(FairRq& fair, Task& task) {
  Task* position = fair.queue.front();
  while (position != nullptr && !before(task.fair.vruntime, position->fair.vruntime)) position = fair.queue.next(*position);
  fair.queue.insert_before(position, task);
}

// A sleeper starts level with the others: unused time is gone. From another CPU a task brings its lead over min_vruntime, from
// another class nothing.
void place(const Rq& rq, FairEntity& entity) {
  if (entity.cpu != rq.cpu) {
    entity.vruntime = rq.fair.min_vruntime + entity.ahead;
    entity.cpu = rq.cpu;
  } else if (before(entity.vruntime, rq.fair.min_vruntime)) {
    entity.vruntime = rq.fair.min_vruntime;
  }
}

void enqueue_task_fair(Rq& rq, Task& task, uint64_t) {
  update_curr(rq.fair);
  place(rq, task.fair);
  ++rq.fair.nr_running;
  task.fair.queued = true;
  if (rq.fair.curr == &task) return;
  insert(rq.fair, task);
  trace::task_queued(task.pid, trace::Queue::kRq, rq.cpu);
  show_waiting(rq, runs_another(rq));
}

void dequeue_task_fair(Rq& rq, Task& task, uint64_t) {
  update_curr(rq.fair);
  const uint64_t least = rq.fair.min_vruntime;
  task.fair.ahead = before(least, task.fair.vruntime) ? task.fair.vruntime - least : 0;
  --rq.fair.nr_running;
  task.fair.queued = false;
  if (rq.fair.curr == &task) {
    rq.fair.curr = nullptr;
    return;
  }
  rq.fair.queue.erase(task);
  show_waiting(rq, runs_another(rq));
}

void yield_task_fair(Rq& rq) {
  update_curr(rq.fair);
  const Task* const last = rq.fair.queue.back();
  if (last != nullptr && before(rq.curr->fair.vruntime, last->fair.vruntime)) rq.curr->fair.vruntime = last->fair.vruntime + 1;
}

void wakeup_preempt_fair(Rq& rq, Task& task) {
  update_curr(rq.fair);
  if (before(task.fair.vruntime + kWakeupGranularityNs, rq.curr->fair.vruntime)) resched_curr(rq);
}

bool balance_fair(Rq& rq, Task&) { return newidle_balance(rq); }

Task* pick_task_fair(Rq& rq) {
  update_curr(rq.fair);
  Task* const first = rq.fair.queue.front();
  Task* const curr = rq.fair.curr;
  if (curr == nullptr || !curr->fair.queued) return first;
  return first != nullptr && before(first->fair.vruntime, curr->fair.vruntime) ? first : curr;
}

void put_prev_task_fair(Rq& rq, Task& prev, Task&) {
  if (rq.fair.curr != &prev) return;  // it was dequeued: it sleeps
  update_curr(rq.fair);
  rq.fair.curr = nullptr;
  if (!prev.fair.queued) return;
  insert(rq.fair, prev);
  show_waiting(rq, true);
}

// Also of a task that is about to sleep, when it is changed while its CPU looks for work elsewhere: then it is current
// and not queued.
void set_next_task_fair(Rq& rq, Task& next) {
  if (rq.fair.queue.contains(next)) rq.fair.queue.erase(next);
  rq.fair.curr = &next;
  next.fair.exec_start = ktime_get_ns();
  next.fair.slice_start = next.fair.vruntime;
  show_waiting(rq, true);
}

void task_tick_fair(Rq& rq, Task& curr) {
  update_curr(rq.fair);
  const Task* const first = rq.fair.queue.front();
  if (first == nullptr || curr.fair.vruntime - curr.fair.slice_start < kGranularityNs) return;
  if (before(first->fair.vruntime, curr.fair.vruntime)) resched_curr(rq);
}

unsigned select_task_rq_fair(Task& task, unsigned prev_cpu, uint32_t) {
  const Cpumask idle = kernel().scx.idle_cpus.load() & task.cpus_allowed;
  if (idle == 0 || cpumask_test(idle, prev_cpu)) return prev_cpu;
  return cpumask_next_wrap(idle, prev_cpu);
}

// The time it spent as another class is no time of this one.
void switched_from_fair(Rq&, Task& task) {
  task.fair.ahead = 0;
  task.fair.cpu = kNrCpusMax;
}

void switched_to_fair(Rq& rq, Task& task) {
  if (!task.fair.queued) return;
  if (rq.curr == &task) {
    resched_curr(rq);  // it may not be the one to run any more
  } else {
    wakeup_preempt(rq, task);
  }
}

}  // namespace

uint32_t load_weight_of_nice(int nice) { return kLoadWeight[nice + 20]; }

uint32_t load_weight_of(const Task& task) { return task.policy == SCHED_IDLE ? kIdlePolicyLoad : load_weight_of_nice(task.nice); }

const SchedClass kFairSchedClass = {
    .id = trace::Class::kFair,
    .name = "fair_sched_class",
    .enqueue_task = enqueue_task_fair,
    .dequeue_task = dequeue_task_fair,
    .yield_task = yield_task_fair,
    .wakeup_preempt = wakeup_preempt_fair,
    .balance = balance_fair,
    .pick_task = pick_task_fair,
    .put_prev_task = put_prev_task_fair,
    .set_next_task = set_next_task_fair,
    .task_tick = task_tick_fair,
    .select_task_rq = select_task_rq_fair,
    .switched_from = switched_from_fair,
    .switched_to = switched_to_fair,
};

}  // namespace kernel
