// SPDX-License-Identifier: Apache-2.0
// The ext class's data per run queue (rq lock), and per CPU (own hart).
#pragma once

#include "firmware/kernel/ext/dsq.h"

namespace kernel {

struct ScxRq {
  Dsq local_dsq;
  List<Task, &Task::runnable_node> runnable_list;  // runnable, not running; oldest first
  unsigned nr_running = 0;                         // running task included
  uint32_t flags = 0;                              // SCX_RQ_*
  uint32_t ops_qseq = 1;                           // next brand; 0 means none
  uint32_t last_brand = 0;                         // of the last task handed to the policy, for the invariants
  uint32_t releases = 0;                           // of the lock, for the invariants
  bool cpu_released = false;                       // ops.cpu_release was called, ops.cpu_acquire not yet
  SharedWord pnt_seq;                              // times the CPU went from ext to another class
  uint32_t pnt_seq_shown = 0;                      // the same; rq lock
  List<Task, &Task::dsq_node> ddsp_deferred_locals;
  bool deferred_irq_work_pending = false;  // some CPU's irq_work is to carry them out
  unsigned nr_held = 0;                    // observation: its tasks whose ops_state is QUEUED, the policy's
};

// One request of the policy, not yet carried out.
struct DispatchSlot {
  Task* task;
  uint32_t qseq;  // brand of its ops_state at the time of the request
  uint64_t dsq_id;
  uint64_t enq_flags;
};

struct ScxCpu {
  // Dispatch context: valid while this CPU is in balance.
  DispatchSlot* slots = nullptr;  // Scx::dispatch_max_batch of them, of the load
  unsigned cursor = 0;
  unsigned nr_tasks = 0;  // requests carried out plus tasks consumed since the last call of ops.dispatch

  uint32_t moves_lost = 0;      // observation: tasks dispatched or consumed here that a dequeue took away on the way
  Task* dispatching = nullptr;  // observation: claimed by this CPU and still DISPATCHING

  // Direct dispatch: the task being selected for or enqueued, then whether a verdict was already given.
  Task* direct_dispatch_task = nullptr;
  bool direct_dispatch_spoiled = false;

  Cpumask deferred_rqs = 0;  // whose deferred local dispatches this CPU's irq_work is to carry out
  Cpumask cpus_to_kick = 0;
  Cpumask cpus_to_kick_if_idle = 0;
  Cpumask cpus_to_preempt = 0;
  Cpumask cpus_to_wait = 0;
  unsigned idle_pick_last = 0;  // where the last idle pick ended, so that picks rotate
  unsigned any_pick_last = 0;   // the same, of picks that took a busy CPU
};

}  // namespace kernel
