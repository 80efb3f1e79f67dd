// SPDX-License-Identifier: Apache-2.0
// The task. Which lock guards a field is said beside it; a word that harts share without one is a SharedWord (shared_words.h).
#pragma once

#include "firmware/kernel/arch.h"
#include "firmware/kernel/base/cpumask.h"
#include "firmware/kernel/base/list.h"
#include "firmware/kernel/config.h"
#include "firmware/kernel/ext/entity.h"
#include "firmware/kernel/locking/rcu_head.h"
#include "firmware/kernel/locking/spinlock.h"
#include "firmware/kernel/time/hrtimer.h"
#include "firmware/kernel/trace/frame.h"

namespace kernel {

struct SchedClass;
struct Task;

// Scheduling policies, by their numbers in the field. A hosted build may have some as macros already, with those values.
#ifndef SCHED_FIFO
enum : unsigned { SCHED_FIFO = 1, SCHED_RR = 2, SCHED_BATCH = 3, SCHED_IDLE = 5 };
#endif
inline constexpr unsigned SCHED_NORMAL = 0;
inline constexpr unsigned SCHED_EXT = 7;

// Task::state. A sleeping state is set by the task itself; WAKING by the task that won the right to wake it.
enum TaskState : uint32_t {
  TASK_RUNNING = 0,
  TASK_INTERRUPTIBLE = 1,
  TASK_UNINTERRUPTIBLE = 2,
  TASK_STOPPED = 4,
  TASK_DEAD = 0x80,
  TASK_WAKING = 0x200,
  TASK_NOLOAD = 0x400,
  TASK_NEW = 0x800,
};
inline constexpr uint32_t TASK_NORMAL = TASK_INTERRUPTIBLE | TASK_UNINTERRUPTIBLE;
inline constexpr uint32_t TASK_IDLE = TASK_UNINTERRUPTIBLE | TASK_NOLOAD;  // a kernel thread with nothing to do

// Task::thread_flags: work to be done on the way to user mode.
enum ThreadFlag : uint32_t { TIF_NEED_RESCHED = 1u << 0, TIF_SIGPENDING = 1u << 1 };

// Task::on_rq.
enum OnRq : uint32_t { kOffRq = 0, TASK_ON_RQ_QUEUED = 1, TASK_ON_RQ_MIGRATING = 2 };

struct FairEntity {
  uint64_t vruntime = 0;      // rq lock
  uint64_t exec_start = 0;    // ns; rq lock
  uint64_t slice_start = 0;   // vruntime when it last got the CPU; rq lock
  uint64_t ahead = 0;         // of min_vruntime, when it last left a rq; rq lock
  unsigned cpu = kNrCpusMax;  // of the rq whose time vruntime is; none: kNrCpusMax; rq lock
  bool queued = false;        // counted in the fair rq, running or not; rq lock
};

// Gives the slot back once no CPU can be looking at the task any more.
struct TaskRcuHead : RcuHead {
  Task* task = nullptr;
};

// The words of a task slot: they outlive the tasks that use it, so that forks take no RAM for good.
struct TaskWords {
  SpinLock pi_lock;  // wakeups of this task, one at a time
  SharedWord usage;  // references; with the last one the task is freed
  SharedWord state;
  SharedWord on_rq;
  SharedWord on_cpu;
  SharedWord thread_flags;
  SharedWord cpu_word;  // task_cpu as others may read it
  bool words_placed = false;
};

struct Task : TaskWords {
  // Written once, before other CPUs can see the task.
  uint32_t pid = 0;
  bool kthread = false;                        // PF_KTHREAD
  bool per_cpu_kthread = false;                // one of a CPU's own: made for it, and stays
  const TaskSpec* spec = nullptr;              // user tasks
  const SchedulerSpec* loader_spec = nullptr;  // loaders
  void (*function)(Task&) = nullptr;
  void* data = nullptr;  // of the function
  arch::Context* context = nullptr;

  char comm[kTaskCommLen] = {};  // shown, never decided on

  // Changed with pi_lock and rq lock held, readable with either.
  const SchedClass* sched_class = nullptr;
  Cpumask cpus_allowed = 0;
  unsigned nr_cpus_allowed = 0;
  unsigned policy = SCHED_NORMAL;
  int nice = 0;
  unsigned rt_priority = 0;    // 1..99; 0: neither SCHED_FIFO nor SCHED_RR
  unsigned rr_ticks_left = 0;  // of its time slice, SCHED_RR only; rq lock

  unsigned cpu = 0;                 // the same; pi_lock or rq lock
  bool need_resched_shown = false;  // observation: the last event sent

  // Of the hart that runs it.
  bool user_mode = false;
  bool migrating = false;          // between two rqs: dequeued from one, not yet on the other; rq lock
  bool migration_pending = false;  // runs where it may not: its CPU's stopper is to move it; pi_lock and rq lock
  bool holds_scx_link = false;     // it has loaded the policy, and not unloaded it
  bool exiting = false;            // PF_EXITING: on its way out; others read it under its rq lock
  int exit_status = 0;
  bool kill_pending = false;    // pi_lock; once set it stays, so the task itself may look without
  bool stop_pending = false;    // pi_lock
  uint32_t wakes = 0;           // given and not yet waited for; pi_lock
  bool waits_for_wake = false;  // pi_lock
  unsigned preempt_count = 0;
  FrameStack frames;
  HrTimer sleep_timer;
  bool sleep_over = false;                  // it has expired; set before the wake-up, decided on after it or under pi_lock
  uint32_t irqs_seen[kNrTestSources] = {};  // of each test source, as counted by TestSources; its lock

  TaskRcuHead rcu;
  ListNode<Task> tasks_node;     // all tasks, or the free slots; tasklist_lock
  ListNode<Task> irq_wait_node;  // waiting for a test source; TestSources::lock
  ListNode<Task> run_node;       // rt or fair queue; rq lock
  ListNode<Task> dsq_node;       // dispatch queue; its lock
  ListNode<Task> runnable_node;  // rq's runnable_list; rq lock
  FairEntity fair;
  ScxEntity scx;

  [[nodiscard]] bool is_idle_task() const { return pid == 0; }
};

}  // namespace kernel
