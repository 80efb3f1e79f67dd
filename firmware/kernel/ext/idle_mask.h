// SPDX-License-Identifier: Apache-2.0
// Built-in idle tracking: the mask of CPUs that run their idle task and are not claimed, and picks from it.
#pragma once

#include <stdint.h>

#include "firmware/kernel/base/cpumask.h"

namespace kernel {

struct Rq;
struct Task;

// The CPU is about to run its idle task, or go on with it.
void scx_refresh_idle(unsigned cpu);
// Its current task changes to or from idle: the mask on leaving, and, but for bypass, the policy's ops.update_idle. Rq
// locked.
void scx_update_idle(Rq& rq, bool idle);
// Claims the CPU; false: it is not idle, or already claimed.
bool scx_test_and_clear_cpu_idle(unsigned cpu);
// Claims some idle CPU of the set, rotating; -EBUSY if there is none.
int scx_pick_idle_cpu(Cpumask allowed);
// Some CPU of the set, rotating, idle or not; -EBUSY if it is empty.
int scx_pick_any_cpu(Cpumask allowed);
struct CpuChoice {
  unsigned cpu;
  bool idle;  // and claimed
};
// An idle CPU if there is one, else prev_cpu.
CpuChoice scx_select_cpu_dfl(const Task& p, unsigned prev_cpu, uint32_t wake_flags);

}  // namespace kernel
