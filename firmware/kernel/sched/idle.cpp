// SPDX-License-Identifier: Apache-2.0
// The idle class and the idle loop.
#include "firmware/kernel/sched/idle.h"

#include "firmware/kernel/base/charge.h"
#include "firmware/kernel/ext/idle_mask.h"
#include "firmware/kernel/irq/irqflags.h"
#include "firmware/kernel/kernel.h"
#include "firmware/kernel/sched/core.h"

namespace kernel {

namespace {

void queue_never(Rq&, Task&, uint64_t) { arch::panic("the idle task cannot be queued"); }
void yield_task_idle(Rq&) { arch::panic("the idle task cannot yield"); }
void wakeup_preempt_idle(Rq&, Task&) { arch::panic("the idle task cannot wake up"); }
bool balance_idle(Rq&, Task&) { return true; }

Task* pick_task_idle(Rq& rq) {
  // Also idle -> idle: a CPU that was claimed but got nothing becomes idle again. The policy hears of real changes only.
  if (rq.active) scx_refresh_idle(rq.cpu);
  return rq.idle;
}

void put_prev_task_idle(Rq& rq, Task&, Task&) { scx_update_idle(rq, false); }
void set_next_task_idle(Rq& rq, Task&) { scx_update_idle(rq, true); }
void task_tick_idle(Rq&, Task&) {}
unsigned select_task_rq_idle(Task& task, unsigned, uint32_t) { return task.cpu; }

// Observation only: runnable tasks of this rq that the policy has. None while another hart has the lock: what it is about
// to do with the rq, a wakeup say, is not done yet, and its IPI is to come.
uint64_t tasks_held_by_policy(const Rq& rq) { return rq.lock.held() ? 0 : rq.scx.nr_held; }

// The check and the WFI with interrupts off: one that comes in between still ends the WFI, so no wakeup is lost. It is
// taken at the enable.
void sleep_until_interrupt() {
  irq_disable();
  if (!need_resched()) {
    tick_nohz_stop_tick();
    trace::wfi_enter(tasks_held_by_policy(this_rq()));
    arch::wait_for_interrupt();
    trace::wfi_exit();
  }
  irq_enable();
}

void leave_nohz() {
  if (!this_cpu().tick.stopped) return;
  IrqGuard irqs_off;
  tick_nohz_idle_exit();
}

}  // namespace

void cpu_startup_entry() {
  Frame frame(trace::Site::kIdle);
  irq_enable();
  for (;;) {
    while (!need_resched()) {
      if (this_cpu().dying) cpu_play_dead();
      charge(Cost::idle);
      sleep_until_interrupt();
    }
    leave_nohz();
    schedule();
  }
}

const SchedClass kIdleSchedClass = {
    .id = trace::Class::kIdle,
    .name = "idle_sched_class",
    .enqueue_task = queue_never,
    .dequeue_task = queue_never,
    .yield_task = yield_task_idle,
    .wakeup_preempt = wakeup_preempt_idle,
    .balance = balance_idle,
    .pick_task = pick_task_idle,
    .put_prev_task = put_prev_task_idle,
    .set_next_task = set_next_task_idle,
    .task_tick = task_tick_idle,
    .select_task_rq = select_task_rq_idle,
};

}  // namespace kernel
