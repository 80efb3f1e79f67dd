// SPDX-License-Identifier: Apache-2.0
#include "firmware/kernel/sched/newidle.h"

#include "firmware/kernel/base/charge.h"
#include "firmware/kernel/kernel.h"
#include "firmware/kernel/sched/core.h"

namespace kernel {

namespace {

// The first in line that may run on cpu; the running task is not in line.
Task* first_movable(const Rq& src, unsigned cpu) {
  for (Task* p = src.fair.queue.front(); p != nullptr; p = src.fair.queue.next(*p)) {
    charge(Cost::balance);
    if (cpumask_test(p->cpus_allowed, cpu)) return p;
  }
  return nullptr;
}

// Off its rq and on its way to cpu; null: src has none to give. No rq lock held.
Task* detach_from(Rq& src, unsigned cpu) {
  RqLockGuard guard(src);
  Task* const p = src.curr == src.idle ? nullptr : first_movable(src, cpu);  // an idle CPU is about to take its own
  if (p == nullptr) return nullptr;
  deactivate_task(src, *p, 0);
  set_task_cpu(*p, cpu);
  return p;
}

bool has_work(const Rq& rq) { return rq.fair.nr_running != 0 || rq.rt.nr_running != 0 || rq.stop.queued; }

// The field compares the number of all tasks with that of the fair ones: a task of the ext class counts as one of a higher.
bool has_work_or_takes_it_for_some(const Rq& rq) { return has_work(rq) || rq.scx.nr_running != 0; }

}  // namespace

void show_waiting(Rq& rq, bool busy) {
  const bool waiting = busy && !rq.fair.queue.empty();
  if (waiting == rq.fair.waiting_shown || kernel_config->nr_cpus == 1) return;
  rq.fair.waiting_shown = waiting;
  if (waiting) {
    kernel().fair_waiting.test_and_set(rq.cpu);
  } else {
    kernel().fair_waiting.test_and_clear(rq.cpu);
  }
}

bool newidle_balance(Rq& rq) {
  if (has_work(rq)) return true;
  if (kernel_config->nr_cpus == 1 || !rq.active) return false;
  Cpumask sources = kernel().fair_waiting.load() & ~cpumask_of(rq.cpu);
  if (sources == 0) return false;
  rq_unlock(rq);
  Task* p = nullptr;
  while (p == nullptr && sources != 0) {
    const unsigned source = cpumask_next_wrap(sources, rq.cpu);
    sources &= ~cpumask_of(source);
    p = detach_from(cpu_rq(source), rq.cpu);
  }
  rq_lock(rq);
  if (p != nullptr) activate_task(rq, *p, 0);
  return has_work_or_takes_it_for_some(rq);
}

}  // namespace kernel
