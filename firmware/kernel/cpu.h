// SPDX-License-Identifier: Apache-2.0
// CPU hotplug: CPUs leave and come back while everything runs (KernelConfig::hotplug_cpu; without it no CPU ever leaves,
// and nothing here costs anything). Down: the CPU's own thread, cpuhp/<cpu>, makes it inactive, tells the extensible class
// and pushes its tasks away; with all other CPUs stopped it gives up its timers, interrupts and duties; its idle loop
// reports it dead; then it is held in reset. Up: the same way back.
// The operator asks for it, by a switch per hart (drivers/power_switches.h).
#pragma once

#include "firmware/kernel/base/cpumask.h"
#include "firmware/kernel/kthread.h"
#include "firmware/kernel/locking/percpu_rwsem.h"

namespace kernel {

struct CpuHotplug {
  PercpuRwSem lock;                   // cpu_hotplug_lock: read by who needs the set of CPUs to stay as it is
  KthreadWorker threads[kNrCpusMax];  // cpuhp/<cpu>
  KthreadWork work;                   // the job of one of them; this and the next: lock, written
  unsigned cpu = 0;
  SharedWord dead_cpu;  // plus 1: it has left its idle loop for good
};

// Boot: the words; then the threads, in task context.
void cpu_hotplug_init();
void cpu_hotplug_start_threads();

// Sleep until it is done. 0; -EPERM: hart 0 cannot go off; -EINVAL: the CPU is in that state already.
int cpu_down(unsigned cpu);
int cpu_up(unsigned cpu);

// Has come and not gone, as it says itself in shared memory.
[[nodiscard]] bool cpu_is_online(unsigned cpu);
// CPUs that tasks may be put on. For those without an rq lock; with one, Rq::active says it of that CPU.
[[nodiscard]] Cpumask cpu_active_mask();

// The end of the calling CPU's idle loop, once it has been taken down.
[[noreturn]] void cpu_play_dead();

// cpus_read_lock: no CPU comes or goes meanwhile. May sleep.
class CpusReadGuard {
 public:
  CpusReadGuard();
  ~CpusReadGuard();
  CpusReadGuard(const CpusReadGuard&) = delete;
  CpusReadGuard& operator=(const CpusReadGuard&) = delete;
};

}  // namespace kernel
