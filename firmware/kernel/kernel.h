// SPDX-License-Identifier: Apache-2.0
// The kernel of one boot: everything it knows, in one object that the next boot replaces as a whole.
#pragma once

#include "firmware/kernel/arch.h"
#include "firmware/kernel/config.h"
#include "firmware/kernel/cpu.h"
#include "firmware/kernel/drivers/power_switches.h"
#include "firmware/kernel/drivers/test_sources.h"
#include "firmware/kernel/ext/scx.h"
#include "firmware/kernel/irq/external.h"
#include "firmware/kernel/irq/irq_work.h"
#include "firmware/kernel/irq/softirq.h"
#include "firmware/kernel/kthread.h"
#include "firmware/kernel/locking/rcu.h"
#include "firmware/kernel/locking/user_lock.h"
#include "firmware/kernel/locking/user_sync.h"
#include "firmware/kernel/sched/rq.h"
#include "firmware/kernel/shared_words.h"
#include "firmware/kernel/task.h"
#include "firmware/kernel/time/tick.h"
#include "firmware/kernel/time/timer.h"
#include "firmware/kernel/trace/coverage.h"
#include "firmware/kernel/workqueue.h"

namespace kernel {

inline constexpr uint32_t kPidMax = 32768;      // PIDs are below
inline constexpr uint32_t kReservedPids = 300;  // and these are not given out again

// The data of one hart, which no other touches.
struct Cpu {
  Task* current = nullptr;
  bool trap_from_user = false;    // from trap() to trap_return()
  bool dying = false;             // taken down: the idle loop is its end
  uint64_t lock_wait_cycles = 0;  // observation: spent in lock waits so far
  HrTimerBase hrtimers;
  TickSched tick;
  SoftirqCpu softirq;
  IrqWorkCpu irq_work;
  RcuCpu rcu;
  ScxCpu scx;
};

struct Kernel {
  SharedRam shared_ram;
  Cpu cpus[kNrCpusMax];
  Rq rqs[kNrCpusMax];
  Task idle_tasks[kNrCpusMax];
  SpinLock tasklist_lock;                    // the next six; a PID may be looked up without it
  Task tasks[kNrTasksMax];                   // slots
  uint32_t nr_tasks = 0;                     // slots used so far
  List<Task, &Task::tasks_node> all_tasks;   // in the order of their forks
  List<Task, &Task::tasks_node> free_tasks;  // slots given back, the longest free first
  uint32_t last_pid = 0;
  uint16_t slot_of_pid[kPidMax] = {};  // plus 1; 0: no such task; kDeadSlot: it has exited
  bool hw_watchdog_reset = false;      // this boot follows a bite
  SharedCpumask cpu_online;
  SharedCpumask cpu_active;    // tasks may be put on them; with hotplug_cpu only
  SharedCpumask fair_waiting;  // busy CPUs with fair tasks in line
  SharedWord ipi_reasons[kNrCpusMax];
  ExternalIrqs external_irqs;
  TestSources test_sources;
  Timekeeping time;
  SpinLock timer_lock;
  TimerBase timer_bases[kNrCpusMax];
  Rcu rcu;
  Kthreadd kthreadd;
  WorkerPool unbound_pool;
  Completion first_load_done;  // the first loader has loaded its policy, or failed to, or is dead
  Completion loader_exited;    // counts them
  SpinLock console_lock;
  UserLock user_locks[kNrUserLocksMax];
  UserCond user_conds[kNrUserCondsMax];
  UserBarrier user_barriers[kNrUserBarriersMax];
  MultiStop multi_stop;
  CpuHotplug hotplug;
  PowerSwitches power_switches;
  Scx scx;
  Coverage coverage;  // observation
};

extern Kernel* booted_kernel;
inline Kernel& kernel() { return *booted_kernel; }

inline Cpu& this_cpu() { return kernel().cpus[arch::smp_processor_id()]; }
// The task the calling hart executes: stable, since it is the caller.
inline Task* current() { return this_cpu().current; }
inline Rq& cpu_rq(unsigned cpu) { return kernel().rqs[cpu]; }
inline Rq& this_rq() { return kernel().rqs[arch::smp_processor_id()]; }
inline Rq& task_rq(const Task& task) { return kernel().rqs[task.cpu]; }

inline void cover(Cover what) { ++kernel().coverage.count[static_cast<unsigned>(what)]; }

}  // namespace kernel
