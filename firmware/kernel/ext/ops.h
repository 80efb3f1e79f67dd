// SPDX-License-Identifier: Apache-2.0
// What a policy is: a table of callbacks and attributes. An empty callback means the core's default. Callbacks get the
// policy's own state first: memory of state_size bytes, zeroed at load, which ops.init fills. They see tasks as handles
// only and act through the kfuncs (kfuncs.h) and maps (maps.h).
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "firmware/kernel/ext/flags.h"

struct Task;

inline constexpr size_t kScxOpsNameLen = 128;  // SCX_OPS_NAME_LEN

struct SchedExtOps {
  char name[kScxOpsNameLen];
  uint64_t flags;               // SCX_OPS_*
  uint32_t dispatch_max_batch;  // 0: SCX_DSP_DFL_MAX_BATCH
  uint32_t timeout_ms;          // 0: 30 s
  size_t state_size;
  const int64_t* options;       // as given to Policy::setup; for ops.init

  int (*init)(void* state, const int64_t* options);                       // 0 or -errno; may sleep
  void (*exit)(void* state);
  int (*init_task)(void* state, Task* p, bool fork);                      // 0 or -errno; may sleep
  void (*exit_task)(void* state, Task* p);
  void (*enable)(void* state, Task* p);
  void (*disable)(void* state, Task* p);
  void (*set_weight)(void* state, Task* p, uint32_t weight);
  void (*set_cpumask)(void* state, Task* p, uint64_t cpus_allowed);
  int32_t (*select_cpu)(void* state, Task* p, int32_t prev_cpu, uint64_t wake_flags);
  void (*enqueue)(void* state, Task* p, uint64_t enq_flags);
  void (*dequeue)(void* state, Task* p, uint64_t deq_flags);
  void (*dispatch)(void* state, int32_t cpu, Task* prev);
  void (*runnable)(void* state, Task* p, uint64_t enq_flags);
  void (*running)(void* state, Task* p);
  void (*stopping)(void* state, Task* p, bool runnable);
  void (*quiescent)(void* state, Task* p, uint64_t deq_flags);
  bool (*yield)(void* state, Task* from, Task* to);
  void (*tick)(void* state, Task* p);
  void (*update_idle)(void* state, int32_t cpu, bool idle);
};
