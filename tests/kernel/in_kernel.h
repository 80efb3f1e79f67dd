// SPDX-License-Identifier: Apache-2.0
// Code of a test that runs inside the kernel under test: as a kernel thread, so that it may sleep and take locks.
#pragma once

#include <string>

#include "tests/kernel/kernel_run.h"

namespace kernel {

struct Task;

namespace test {

inline constexpr unsigned kScriptPriority = 99;

// Loads the policy "test" (with the callbacks it has by then) to start `script` as a SCHED_FIFO thread on these CPUs,
// a millisecond after ops.init and not before the load is over. SWITCH_PARTIAL in test_ops.flags leaves the other tasks in
// fair. Returns the policy's entry.
SchedulerSpec& run_script(KernelRun& run, void (*script)(Task&), std::uint64_t cpus = 0);
// For scripts that make races: sleeps until RCU has nothing to do, such as for the semaphores of a load. Else its thread
// would be woken in the middle of a race, and hold up a CPU that comes to it.
void wait_for_quiet_rcu();
// The task with that name; null: there is none (any more). Of several the first.
Task* task_named(const std::string& comm);

}  // namespace test

}  // namespace kernel
