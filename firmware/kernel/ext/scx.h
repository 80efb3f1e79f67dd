// SPDX-License-Identifier: Apache-2.0
// The extensible class as a whole: the loaded policy and the data that all CPUs share.
#pragma once

#include "firmware/kernel/base/cpumask.h"
#include "firmware/kernel/ext/dsq_pool.h"
#include "firmware/kernel/ext/dump.h"
#include "firmware/kernel/ext/exit_info.h"
#include "firmware/kernel/ext/ops.h"
#include "firmware/kernel/ext/policy_memory.h"
#include "firmware/kernel/ext/scx_rq.h"
#include "firmware/kernel/ext/sysfs.h"
#include "firmware/kernel/kthread.h"
#include "firmware/kernel/locking/percpu_rwsem.h"
#include "firmware/kernel/locking/wait.h"
#include "firmware/kernel/workqueue.h"

namespace kernel {

enum ScxEnableState : uint32_t {
  SCX_OPS_ENABLING = 0,
  SCX_OPS_ENABLED = 1,
  SCX_OPS_DISABLING = 2,
  SCX_OPS_DISABLED = 3,
};

// A load, asked for by a loader and carried out by the enable helper.
struct ScxEnableRequest {
  KthreadWork work;
  const SchedulerSpec* spec = nullptr;
  uint32_t hotplug_seq = 0;  // as the loader saw it when it opened the policy; 0: it does not matter
  int result = 0;
};

struct Scx {
  // Static keys.
  bool enabled = false;            // the class takes part in scheduling
  bool switching_all = false;      // tasks that ask for normal scheduling belong to it
  bool switched_all = false;       // and all of them have been switched
  bool disabling = false;          // nothing becomes the class's any more
  bool init_task_enabled = false;  // forks go through ops.init_task

  SharedWord enable_state;
  Mutex enable_mutex;
  PercpuRwSem fork_rwsem;  // read for the time of a fork; written while tasks are switched

  // The core calls the callbacks in `ops`: null while their presence bits are down. `loaded` is the table as loaded.
  SchedExtOps loaded = {};
  SchedExtOps ops = {};
  void* policy_state = nullptr;
  bool policy_gone = false;  // observation: ops.exit was called, and no load since
  bool builtin_idle = true;
  unsigned dispatch_max_batch = SCX_DSP_DFL_MAX_BATCH;
  SharedWord hotplug_seq;  // how often a CPU has come or gone; with hotplug_cpu only
  bool warned_zero_slice = false;

  Dsq global_dsq;
  DsqPool dsq_pool;
  SharedCpumask idle_cpus;

  SharedWord exit_kind;   // claimed by the first report of a load; SCX_EXIT_DONE once the disable has begun
  ScxExitInfo exit_info;  // filled by who claimed it, then by the disable
  KthreadWorker helper;   // sched_ext_ops_helper: takes policies out
  KthreadWorker enable_helper;
  KthreadWork disable_work;
  ScxEnableRequest enable_request;  // one at a time: enable_request_mutex
  Mutex enable_request_mutex;
  uint32_t audit_tasks = 0;  // of the disable under way: tasks switched,
  uint32_t audit_lost = 0;   // and those that were runnable but nowhere

  SpinLock bypass_lock;
  int bypass_depth = 0;          // bypass_lock
  SharedCpumask bypassing_cpus;  // as SCX_RQ_BYPASSING, for those without the rq lock

  uint32_t watchdog_timeout = 0;  // jiffies; changed by a load only
  SharedWord watchdog_timestamp;  // jiffies of the last check
  DelayedWork watchdog_work;

  ScxDump dump;
  ScxSysfs sysfs;

  PolicyMemory policy_memory;
};

// Makes the words and locks, once per boot.
void scx_init(Scx& scx);

}  // namespace kernel
