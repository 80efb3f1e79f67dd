// SPDX-License-Identifier: Apache-2.0
// The words that harts share without a lock. Each is 32 bits in RTL memory (SharedWord). The bus carries one transfer at a
// time and a hart has one in flight, so all harts see all accesses in one order; the last column says what a weaker machine
// would need. docs/internals/shared_memory.md shows this table (scripts/gen_docs.py).
//
// | word | written by | read by | order that a weaker machine needs |
// | --- | --- | --- | --- |
// | Task::state | the task before it sleeps; its waker under pi_lock | wakers, __schedule | a full fence between the store and the test of the condition |
// | Task::on_rq | the holder of its rq lock | wakers under pi_lock | release / acquire |
// | Task::on_cpu | its hart: 1 before the switch, 0 after it | wakers, which spin until it is 0 | release / acquire |
// | Task::thread_flags | need_resched: the holder of the rq lock of its CPU, AMO; a pending signal: the sender and the task, AMO | its hart, in the idle loop and at irq exit | relaxed; the IPI orders |
// | Task::cpu_word | the holder of its pi_lock or rq lock | harts that want its rq lock; they read it again under the lock | relaxed |
// | Task::usage | takers and givers of a reference, AMO or CAS | the same | acquire-release |
// | Task::scx.ops_state | enqueue and dequeue under the rq lock; dispatchers by CAS | dispatchers | release / acquire |
// | Kernel::ipi_reasons[c] | any hart by AMO, before its store to MSIP | CPU c by a swap, after it has cleared MSIP | acquire-release |
// | Kernel::cpu_online | each hart its own bit when it comes and when it goes, AMO | the init task, grace periods, hotplug | release / acquire |
// | Kernel::cpu_active | hotplug, under the rq lock of each CPU, AMO | CPU selection | a grace period after the clear |
// | MultiStop::state | the hart that stops the machine; then the last CPU of each step | all stoppers | release / acquire |
// | MultiStop::to_ack | the hart that stops the machine; each stopper, AMO | all stoppers | acquire-release |
// | CpuHotplug::dead_cpu | the thread that takes a CPU down; that CPU, as its last store | the thread that takes it down | release / acquire |
// | Kernel::fair_waiting | each CPU its own bit under its rq lock, AMO | CPUs about to go idle | relaxed: a hint |
// | RtRq::highest | the holder of its rq lock | CPU selection of RT tasks | relaxed: a hint |
// | Timekeeping::jiffies | the CPU with the do_timer duty, by CAS, forward only | all | relaxed; compared across the wrap |
// | Timekeeping::do_timer_cpu | a CPU that takes the duty or gives it up, by CAS | each CPU in its tick | relaxed |
// | TimerBase::next_expiry | the holder of timer_lock | its CPU, in its tick and before it stops its tick | relaxed; read again under the lock |
// | Rcu::seq | the holder of its lock | each CPU in its tick, call_rcu | acquire / release |
// | Rcu::idle_seq[c] | CPU c, before and after a sleep with its tick stopped | the thread of the grace periods | a full fence on both sides |
// | Scx::idle_cpus | each CPU its own bit; a hart that claims a CPU clears it, AMO | CPU selection | relaxed: a hint |
// | Scx::exit_kind | the first report of an error, by CAS | all | acquire-release |
// | Scx::hotplug_seq | the threads cpuhp/N, AMO | loads | relaxed |
// | Scx::enable_state | the load by CAS; the disable by AMO | both | acquire-release |
// | Scx::bypassing_cpus | the bypass, under the rq lock of each CPU, AMO | CPU selection | relaxed: a hint |
// | Scx::watchdog_timestamp | the load, and the work of the watchdog | each CPU in its tick | relaxed; compared across the wrap |
// | ScxRq::pnt_seq | the holder of its rq lock | harts that have kicked its CPU and wait | release / acquire |
// | Dsq::nr_word | the holder of the DSQ lock | balance and consume, to skip empty queues | relaxed: a hint |
// | SpinLock's own word | takers and the holder, AMO | waiters | acquire / release |
// | policy counters (maps.h) | policies, AMO | policies | relaxed |
// | policy words (maps.h) | policies | policies, the loader | relaxed |
// | UserExit::recorded | ops.exit, when the record is complete | the loader | release / acquire |
// | PolicyMemory::cpuperf_target[c] | policies | policies | relaxed |
//
// Not in the table:
// - Static keys (Scx::enabled, switched_all, whether a callback is there): a real kernel patches them into the code of all CPUs.
// - Values of 64 bits that are written without a lock: a task's slice (scx_bpf_dispatch writes it at once, whether the policy holds
//   the task or not), the id of a user queue (written under the queue's lock, looked up without it), plain values in a policy's
//   maps, and what a policy may read of a run queue (kfuncs.h). The last write stands. As on a 64-bit machine none is torn: the
//   model writes it whole, at the cycle of the call.
// Race of a wakeup: a waker sees on_rq != 0 and takes the rq lock, or it sees on_cpu until the switch away is complete.
#pragma once

#include "firmware/kernel/base/shared_ram.h"
