// SPDX-License-Identifier: Apache-2.0
// The extensible class as a whole: the loaded policy and what all CPUs share.
#pragma once

#include "firmware/kernel/base/cpumask.h"
#include "firmware/kernel/ext/dsq_pool.h"
#include "firmware/kernel/ext/exit_info.h"
#include "firmware/kernel/ext/ops.h"
#include "firmware/kernel/ext/policy_memory.h"
#include "firmware/kernel/ext/scx_rq.h"

struct Scx {
  // Static keys.
  bool enabled = false;       // a policy is loaded: the class takes part in scheduling
  bool switched_all = false;  // and has all normal tasks

  SchedExtOps ops = {};
  void* policy_state = nullptr;
  bool builtin_idle = true;
  unsigned dispatch_max_batch = SCX_DSP_DFL_MAX_BATCH;
  uint32_t watchdog_timeout_ms = SCX_WATCHDOG_MAX_TIMEOUT_S * 1000;

  Dsq global_dsq;
  DsqPool dsq_pool;
  SharedCpumask idle_cpus;

  SharedWord exit_kind;   // claimed by the first report of a load; SCX_EXIT_DONE once the disable has begun
  ScxExitInfo exit_info;  // filled by who claimed it, then by the disable

  PolicyMemory policy_memory;
};
