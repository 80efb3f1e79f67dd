// SPDX-License-Identifier: Apache-2.0
// The debug dump: the tasks that the policy held, and the site of every CPU, in the field's format.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "firmware/kernel/locking/spinlock.h"

namespace kernel {

class DumpBuffer;
struct ScxExitInfo;

// The dump under way, and where scx_bpf_dump() writes while an ops.dump*() runs.
struct ScxDump {
  SpinLock lock;
  int cpu = -1;  // that may write; -1: none
  DumpBuffer* out = nullptr;
  const char* prefix = "";
  bool first = true;     // no line written yet
  char line[1024] = {};  // begun and not yet ended
  size_t length = 0;
};

// Of an error, into its exit record. Hard interrupt or task, no rq lock held.
void scx_dump_state(ScxExitInfo& info);
// Without an error, to the log only.
void scx_dump_on_request(const char* by);
// Text of the policy, from within ops.dump*() on the CPU that dumps. False: not there.
bool dump_text(const char* text);

}  // namespace kernel
