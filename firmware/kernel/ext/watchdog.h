// SPDX-License-Identifier: Apache-2.0
// Both halves of the stall watchdog: a delayed work on an unbound kworker, which is a task and can starve, and a check in
// every tick of every CPU that the work still checks in.
#pragma once

#include <stdint.h>

namespace kernel {

struct Rq;

// The timeout of the policy being loaded, ms; the first check comes after half of it.
void scx_watchdog_start(uint32_t timeout_ms);
// Waits for a check under way.
void scx_watchdog_stop();
// The tick, on every CPU, for a current task of any class. Rq locked.
void scx_tick(Rq& rq);

}  // namespace kernel
