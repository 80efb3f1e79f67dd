// SPDX-License-Identifier: Apache-2.0
#include "firmware/kernel/sched/stop.h"

#include "firmware/kernel/base/charge.h"
#include "firmware/kernel/base/format.h"
#include "firmware/kernel/irq/irqflags.h"
#include "firmware/kernel/kernel.h"
#include "firmware/kernel/kthread.h"
#include "firmware/kernel/sched/core.h"
#include "firmware/kernel/thread_names.h"

namespace kernel {

namespace {

// Gets the works of its CPU's stopper, one at a time. A work is on the stack of the task that waits for it.
void run_work(StopWork& work) {
  work.fn(work.arg);
  Task& waiter = *work.waiter;
  // Once the lock is free the waiter may be gone, with the work, or asleep for another reason: it is woken before.
  SpinLockIrqSave guard(this_rq().stop.lock);
  work.done = true;
  wake_up_process(waiter);
}

StopWork* next_work() {
  SpinLockIrqSave guard(this_rq().stop.lock);
  StopWork* const work = this_rq().stop.works.front();
  if (work != nullptr) this_rq().stop.works.erase(*work);
  return work;
}

void cpu_stopper_thread(Task&) {
  Frame frame(trace::Site::kCpuStopperThread);
  for (;;) {
    set_current_state(TASK_INTERRUPTIBLE);
    StopWork* const work = next_work();
    if (work == nullptr) {
      schedule();
      continue;
    }
    set_current_state(TASK_RUNNING);
    run_work(*work);
  }
}

bool queue_work(StopRq& stop, StopWork& work) {
  SpinLockIrqSave guard(stop.lock);
  if (!stop.enabled) return false;
  stop.works.push_back(work);
  return true;
}

bool is_done(StopRq& stop, const StopWork& work) {
  SpinLockIrqSave guard(stop.lock);
  return work.done;
}

void wait_until_done(StopRq& stop, const StopWork& work) {
  for (;;) {
    set_current_state(TASK_UNINTERRUPTIBLE);
    if (is_done(stop, work)) break;
    schedule();
  }
  set_current_state(TASK_RUNNING);
}

void set_multi_stop_state(const MultiStop& m, uint32_t state) {
  m.to_ack.store(m.nr_cpus);
  m.state.store(state);
}

// On each CPU: in step with all others from state to state.
void multi_cpu_stop(void*) {
  Frame frame(trace::Site::kMultiCpuStop);
  const MultiStop& m = kernel().multi_stop;
  uint32_t reached = MultiStop::kNone;
  while (reached != MultiStop::kExit) {
    const uint32_t state = m.state.load();
    if (state == reached) {
      charge(Cost::spin);
      continue;
    }
    reached = state;
    if (state == MultiStop::kDisableIrq) irq_disable();
    if (state == MultiStop::kRun && arch::smp_processor_id() == m.cpu) m.fn(m.arg);
    if (m.to_ack.fetch_add(~0u) == 1 && state != MultiStop::kExit) set_multi_stop_state(m, state + 1);
  }
  irq_enable();
}

// --- the class ---

void enqueue_task_stop(Rq& rq, Task&, uint64_t) { rq.stop.queued = true; }
void dequeue_task_stop(Rq& rq, Task&, uint64_t) { rq.stop.queued = false; }
void yield_task_stop(Rq&) { arch::panic("a stopper does not yield"); }
void wakeup_preempt_stop(Rq&, Task&) {}
bool balance_stop(Rq& rq, Task&) { return rq.stop.queued; }
Task* pick_task_stop(Rq& rq) { return rq.stop.queued ? rq.stop.stopper : nullptr; }
void put_prev_task_stop(Rq&, Task&, Task&) {}
void set_next_task_stop(Rq&, Task&) {}
void task_tick_stop(Rq&, Task&) {}
unsigned select_task_rq_stop(Task& task, unsigned, uint32_t) { return task.cpu; }

}  // namespace

void start_cpu_stopper(unsigned cpu) {
  char comm[kTaskCommLen];
  format_text(comm, sizeof(comm), thread_names::migration, cpu);
  Task& task = kthread_create(comm, cpumask_of(cpu), cpu_stopper_thread);
  Rq& rq = cpu_rq(cpu);
  {
    SpinLockIrqSave guard(task.pi_lock);
    RqLockGuard rq_guard(rq);
    trace::class_switch(task.pid, task.sched_class->id, trace::Class::kStop);
    task.sched_class = &kStopSchedClass;  // not queued anywhere yet
    rq.stop.stopper = &task;
  }
  wake_up_new_task(task);
}

bool stop_one_cpu(unsigned cpu, void (*fn)(void*), void* arg) {
  StopRq& stop = cpu_rq(cpu).stop;
  StopWork work;
  work.fn = fn;
  work.arg = arg;
  work.waiter = current();
  if (!queue_work(stop, work)) return false;
  wake_up_process(*stop.stopper);
  wait_until_done(stop, work);
  return true;
}

void stop_machine_init() {
  kernel().multi_stop.state.place(MultiStop::kNone);
  kernel().multi_stop.to_ack.place(0);
}

void stop_machine(unsigned cpu, void (*fn)(void*), void* arg) {
  Frame frame(trace::Site::kMultiCpuStop);
  MultiStop& m = kernel().multi_stop;
  const Cpumask cpus = kernel().cpu_online.load();
  m.cpu = cpu;
  m.fn = fn;
  m.arg = arg;
  m.nr_cpus = cpumask_weight(cpus);
  set_multi_stop_state(m, MultiStop::kPrepare);
  {
    PreemptGuard preempt;  // or the stopper of this CPU would wait for those that have not been told
    for (Cpumask left = cpus; left != 0; left &= left - 1) {
      const unsigned other = cpumask_first(left);
      StopWork& work = m.works[other];
      work.fn = multi_cpu_stop;
      work.waiter = current();
      work.done = false;
      if (!queue_work(cpu_rq(other).stop, work)) arch::panic("an online CPU has no stopper");
      wake_up_process(*cpu_rq(other).stop.stopper);
    }
  }
  for (Cpumask left = cpus; left != 0; left &= left - 1) {
    const unsigned other = cpumask_first(left);
    wait_until_done(cpu_rq(other).stop, m.works[other]);
  }
}

void cpu_stopper_park() {
  SpinLockIrqSave guard(this_rq().stop.lock);
  this_rq().stop.enabled = false;
}

void cpu_stopper_unpark(unsigned cpu) {
  SpinLockIrqSave guard(cpu_rq(cpu).stop.lock);
  cpu_rq(cpu).stop.enabled = true;
}

const SchedClass kStopSchedClass = {
    .id = trace::Class::kStop,
    .name = "stop_sched_class",
    .enqueue_task = enqueue_task_stop,
    .dequeue_task = dequeue_task_stop,
    .yield_task = yield_task_stop,
    .wakeup_preempt = wakeup_preempt_stop,
    .balance = balance_stop,
    .pick_task = pick_task_stop,
    .put_prev_task = put_prev_task_stop,
    .set_next_task = set_next_task_stop,
    .task_tick = task_tick_stop,
    .select_task_rq = select_task_rq_stop,
};

}  // namespace kernel
