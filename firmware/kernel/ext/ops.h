// SPDX-License-Identifier: Apache-2.0
// A policy: attributes and a table of callbacks (ops.def). An empty callback means the core's default. Callbacks get
// the policy's own state first: memory of state_size bytes, zeroed at load, which ops.init fills. They see tasks as handles
// only and act through the kfuncs (kfuncs.h) and maps (maps.h).
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "firmware/kernel/ext/flags.h"

namespace kernel {

struct ScxCpuReleaseArgs;
struct ScxDumpCtx;
struct ScxExitInfo;
struct Task;

inline constexpr size_t kScxOpsNameLen = 128;  // SCX_OPS_NAME_LEN

// Widest dispatch buffer there is: as many slots of 32 bytes as fit, with their head, into the 32 KiB that Linux gives a CPU
// in one piece.
inline constexpr uint32_t kDispatchBatchMax = 1023;

struct SchedExtOps {
  char name[kScxOpsNameLen];
  uint64_t flags;               // SCX_OPS_*
  uint32_t dispatch_max_batch;  // up to kDispatchBatchMax; 0: SCX_DSP_DFL_MAX_BATCH
  uint32_t timeout_ms;          // 0: 30 s
  uint64_t hotplug_seq;         // refused unless no CPU has come or gone since; 0: not checked
  uint32_t exit_dump_len;       // bytes of debug dump; 0: SCX_EXIT_DUMP_DFL_LEN
  size_t state_size;
  const int64_t* options;  // as given to Policy::setup; for ops.init

#define OP(name, result, parameters, sets, site, body, what) result(*name) parameters;
#include "firmware/kernel/ext/ops.def"
#undef OP
};

}  // namespace kernel
