// SPDX-License-Identifier: Apache-2.0
#include "firmware/kernel/ext/error.h"

#include "firmware/kernel/base/format.h"
#include "firmware/kernel/ext/disable.h"
#include "firmware/kernel/kernel.h"

namespace kernel {

namespace {

// Where the calling task is, innermost first: the interrupt on top of it included.
void save_backtrace(ScxExitInfo& info) {
  const FrameStack& frames = current()->frames;
  const unsigned depth = frames.depth();
  info.bt_len = depth < SCX_EXIT_BT_LEN ? depth : SCX_EXIT_BT_LEN;
  for (unsigned i = 0; i < info.bt_len; ++i) info.bt[i] = frames.at(depth - 1 - i);
}

}  // namespace

const char* scx_exit_reason(ScxExitKind kind) {
  switch (kind) {
#define EXIT_REASON(kind, text) \
  case kind:                    \
    return text;
#include "firmware/kernel/ext/exit_reasons.def"
#undef EXIT_REASON
    case SCX_EXIT_NONE:
    case SCX_EXIT_DONE: break;
  }
  return "<UNKNOWN>";
}

void scx_exit_va(ScxExitKind kind, int64_t code, const char* pattern, va_list args) {
  Scx& scx = kernel().scx;
  if (scx.exit_kind.compare_exchange(SCX_EXIT_NONE, kind) != SCX_EXIT_NONE) {
    cover(Cover::second_exit_ignored);
    trace::scx_exit_ignored(kind);
    return;
  }
  ScxExitInfo& info = scx.exit_info;
  info.exit_code = code;
  if (kind >= SCX_EXIT_ERROR) save_backtrace(info);
  format(info.msg, sizeof(info.msg), pattern, args);
  info.kind = kind;
  info.reason = scx_exit_reason(kind);
  if (kind >= SCX_EXIT_ERROR) trace::scx_error(kind, info.reason, info.msg);
  irq_work_queue(kScxErrorWork);
}

void scx_exit(ScxExitKind kind, int64_t code, const char* pattern, ...) {
  va_list args;
  va_start(args, pattern);
  scx_exit_va(kind, code, pattern, args);
  va_end(args);
}

void scx_error(ScxExitKind kind, const char* pattern, ...) {
  va_list args;
  va_start(args, pattern);
  scx_exit_va(kind, 0, pattern, args);
  va_end(args);
}

}  // namespace kernel
