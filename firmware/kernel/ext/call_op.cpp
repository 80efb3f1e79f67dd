// SPDX-License-Identifier: Apache-2.0
#include "firmware/kernel/ext/call_op.h"

#include "firmware/kernel/base/errno.h"
#include "firmware/kernel/ext/error.h"

namespace kernel {

int ops_errno(const char* op, int error) {
  if (error <= 0 && error >= -4095) return error;
  scx_error(SCX_EXIT_ERROR, "ops.%s() returned an invalid errno %d", op, error);
  return -EPROTO;
}

bool ops_cpu_valid(int32_t cpu, const char* where) {
  if (cpu >= 0 && static_cast<unsigned>(cpu) < kernel_config->nr_cpus) return true;
  scx_error(SCX_EXIT_ERROR, "invalid CPU %d%s%s", static_cast<int>(cpu), where[0] == '\0' ? "" : " ", where);
  return false;
}

}  // namespace kernel
