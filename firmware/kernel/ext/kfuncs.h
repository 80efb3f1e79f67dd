// SPDX-License-Identifier: Apache-2.0
// The interface of the core to a policy: kfuncs, as kfuncs.def lists them, and the data of a task or a run queue it may read and
// write. A Task* is a handle: policies pass it on and look at it through these functions only.
#pragma once

#include <stdint.h>

#include "firmware/kernel/ext/dsq_iter.h"
#include "firmware/kernel/ext/flags.h"

namespace kernel {

struct Rq;
struct Task;

inline constexpr uint32_t SCX_CPUPERF_ONE = 1024;

#define KF_PRINTF(index, ...) (__VA_ARGS__, ...) __attribute__((format(printf, index, (index) + 1)))
#define KFUNC(name, result, parameters, where, price, what) result name parameters;
#include "firmware/kernel/ext/kfuncs.def"
#undef KFUNC
#undef KF_PRINTF

// --- memory, not calls: free of charge ---

// Of the task that loads the policy.
uint32_t bpf_loader_pid();

// The data of a task that a policy may read.
uint32_t bpf_task_pid(const Task* p);
const char* bpf_task_comm(const Task* p);
bool bpf_task_is_kthread(const Task* p);
uint32_t bpf_task_weight(const Task* p);
uint64_t bpf_task_cpus_allowed(const Task* p);
uint32_t bpf_task_nr_cpus_allowed(const Task* p);
uint64_t bpf_task_slice(const Task* p);
uint64_t bpf_task_dsq_vtime(const Task* p);

// And of a run queue, without its lock: the values of a moment ago.
// Its current task, which may be the idle one (PID 0). Good as long as interrupts are off.
Task* bpf_rq_curr(const Rq* rq);
// Runnable tasks of all classes, the running one included, the idle task not.
uint32_t bpf_rq_nr_running(const Rq* rq);

// The data of a task that a policy may write.
void bpf_task_set_slice(Task* p, uint64_t slice);
void bpf_task_set_dsq_vtime(Task* p, uint64_t vtime);
// In ops.init_task: the task may not be SCHED_EXT under this policy.
void bpf_task_disallow(Task* p);

// --- a walk over a user queue, as policies write it ---

class BpfDsqIter {
 public:
  explicit BpfDsqIter(uint64_t dsq_id, uint64_t flags = 0) { bpf_iter_scx_dsq_new(iter_, dsq_id, flags); }
  Task* next() { return bpf_iter_scx_dsq_next(iter_); }
  void set_slice(uint64_t slice) { scx_bpf_dispatch_from_dsq_set_slice(iter_, slice); }
  void set_vtime(uint64_t vtime) { scx_bpf_dispatch_from_dsq_set_vtime(iter_, vtime); }
  // For the kfuncs that move tasks out of it.
  operator BpfIterScxDsq&() { return iter_; }

 private:
  BpfIterScxDsq iter_;
};

}  // namespace kernel
