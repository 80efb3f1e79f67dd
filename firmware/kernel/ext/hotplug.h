// SPDX-License-Identifier: Apache-2.0
// The policy and CPUs that come and go: it has the callback for that, or it has to leave and be loaded again.
#pragma once

#include <stdint.h>

namespace kernel {

struct SchedExtOps;

// System reasons and actions of an exit code.
inline constexpr int64_t SCX_ECODE_RSN_HOTPLUG = int64_t{1} << 32;
inline constexpr int64_t SCX_ECODE_ACT_RESTART = int64_t{1} << 48;

// On cpuhp/<cpu>; sleeps. While the CPU is not online for the class: before it is, and after it has been.
void scx_rq_activate(unsigned cpu);
void scx_rq_deactivate(unsigned cpu);

// How often a CPU has come or gone. At boot each but the first has come: 0, which is no reason to look again, only on one CPU.
uint32_t scx_hotplug_seq();
uint32_t scx_hotplug_seq_at_boot();
// A loader that looked at the machine before a CPU came or went: the policy leaves. Hotplug is excluded.
void check_hotplug_seq(const SchedExtOps& ops);

}  // namespace kernel
