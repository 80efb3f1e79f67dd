// SPDX-License-Identifier: Apache-2.0
// The kfuncs by which a policy reports: its exit, its lines of the dump, its lines of the log.
#include "firmware/kernel/base/format.h"
#include "firmware/kernel/ext/dump.h"
#include "firmware/kernel/ext/error.h"
#include "firmware/kernel/ext/kfunc_enter.h"
#include "firmware/kernel/ext/kfuncs.h"
#include "firmware/kernel/kernel.h"

namespace kernel {

namespace {

constexpr size_t kTextMax = SCX_EXIT_MSG_LEN;  // longer ones are cut

}  // namespace

void scx_bpf_error(const char* pattern, ...) {
  kfunc_enter<Kfunc::scx_bpf_error>();
  va_list args;
  va_start(args, pattern);
  scx_exit_va(SCX_EXIT_ERROR_BPF, 0, pattern, args);
  va_end(args);
}

void scx_bpf_exit(int64_t code, const char* pattern, ...) {
  kfunc_enter<Kfunc::scx_bpf_exit>();
  va_list args;
  va_start(args, pattern);
  scx_exit_va(SCX_EXIT_UNREG_BPF, code, pattern, args);
  va_end(args);
}

void scx_bpf_dump(const char* pattern, ...) {
  kfunc_enter<Kfunc::scx_bpf_dump>();
  char text[kTextMax];
  va_list args;
  va_start(args, pattern);
  format(text, sizeof(text), pattern, args);
  va_end(args);
  if (!dump_text(text)) scx_error(SCX_EXIT_ERROR, "scx_bpf_dump() must only be called from ops.dump() and friends");
}

void bpf_printk(const char* pattern, ...) {
  kfunc_enter<Kfunc::bpf_printk>();
  char text[kTextMax];
  va_list args;
  va_start(args, pattern);
  format(text, sizeof(text), pattern, args);
  va_end(args);
  trace::policy_print(text);
}

}  // namespace kernel
