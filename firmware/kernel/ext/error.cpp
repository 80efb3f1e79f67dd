// SPDX-License-Identifier: Apache-2.0
#include "firmware/kernel/ext/error.h"

#include "firmware/kernel/base/format.h"
#include "firmware/kernel/kernel.h"
#include "firmware/kernel/printk.h"

const char* scx_exit_reason(ScxExitKind kind) {
  switch (kind) {
    case SCX_EXIT_ERROR: return "runtime error";
    case SCX_EXIT_ERROR_BPF: return "scx_bpf_error";
    case SCX_EXIT_ERROR_STALL: return "runnable task stall";
    case SCX_EXIT_NONE: break;
  }
  return "<UNKNOWN>";
}

void scx_error(ScxExitKind kind, const char* pattern, ...) {
  Scx& scx = kernel().scx;
  if (scx.exit_kind.compare_exchange(SCX_EXIT_NONE, kind) != SCX_EXIT_NONE) return;
  va_list args;
  va_start(args, pattern);
  format(scx.exit_msg, sizeof(scx.exit_msg), pattern, args);
  va_end(args);
  printk("sched_ext: %s: %s (%s)", scx.ops.name, scx_exit_reason(kind), scx.exit_msg);
}
