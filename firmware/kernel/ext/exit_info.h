// SPDX-License-Identifier: Apache-2.0
// How a policy came to its end: the argument of ops.exit, which the loader reports too.
#pragma once

#include <stdint.h>

#include "firmware/kernel/ext/flags.h"
#include "trace_events.h"

namespace kernel {

inline constexpr unsigned SCX_EXIT_BT_LEN = 64;
inline constexpr unsigned SCX_EXIT_MSG_LEN = 1024;
inline constexpr uint32_t SCX_EXIT_DUMP_DFL_LEN = 32768;
inline constexpr uint32_t kExitDumpLenMax = 1u << 17;

struct ScxExitInfo {
  ScxExitKind kind = SCX_EXIT_NONE;
  int64_t exit_code = 0;  // UNREG_BPF and UNREG_KERN: user bits 31..0, system reason 47..32, action 63..48
  const char* reason = "";
  trace::Site bt[SCX_EXIT_BT_LEN] = {};  // innermost first; errors only
  unsigned bt_len = 0;
  char msg[SCX_EXIT_MSG_LEN] = {};
  char dump[kExitDumpLenMax] = {};  // text, ends with a NUL; empty: no dump was made
  uint32_t dump_len = 0;            // bytes of it a dump may use, the NUL included

  // For the next end: empties the fields that not every end fills in. In place: a task's stack has no room for a second one.
  void reset() {
    exit_code = 0;
    bt_len = 0;
    msg[0] = '\0';
    dump[0] = '\0';
  }
};

// The argument of ops.dump, ops.dump_cpu and ops.dump_task.
struct ScxDumpCtx {
  ScxExitKind kind;
  int64_t exit_code;
  const char* reason;
  uint64_t at_ns;
  uint32_t at_jiffies;
};

// Of ops.cpu_release.
struct ScxCpuReleaseArgs {
  ScxCpuPreemptReason reason;
  struct Task* task;  // who takes the CPU
};

}  // namespace kernel
