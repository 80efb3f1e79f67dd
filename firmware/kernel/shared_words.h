// SPDX-License-Identifier: Apache-2.0
// Every word that harts share without a lock. Each is 32 bits in RTL memory (SharedWord). The bus carries one transfer at a
// time and a hart has one in flight, so all of them are seen in one order; "order" names what a weaker machine would need.
//
// | word                    | written by                                      | read by                    | order            |
// |-------------------------|-------------------------------------------------|----------------------------|------------------|
// | Task::state             | the task (sleep states); its waker under pi_lock| wakers, __schedule         | store, full fence, then the condition |
// | Task::on_rq             | holder of its rq lock                           | waker under pi_lock        | release / acquire |
// | Task::on_cpu            | its hart: 1 before, 0 after the switch          | waker, spins until 0       | release / acquire |
// | Task::thread_flags      | AMO: need_resched, who holds the rq lock of the CPU it runs on; a pending signal, its sender and the task | its hart: idle loop, irq exit | relaxed; the IPI orders |
// | Task::cpu_word          | holder of pi_lock or rq lock                    | who wants to lock its rq; checked again after | relaxed |
// | Task::usage             | whoever takes or puts a reference, AMO, CAS     | the same                   | acquire-release  |
// | Task::scx.ops_state     | enqueue and dequeue under rq lock; a dispatcher by CAS | dispatchers          | release / acquire |
// | Kernel::ipi_reasons[c]  | any hart, AMO or, before the store to MSIP      | c, AMO swap after clearing MSIP | acquire-release |
// | Kernel::cpu_online      | each hart its bit, AMO: when it comes, when it goes | the init task, grace periods, hotplug | release / acquire |
// | Kernel::cpu_active      | hotplug, under the rq lock of each CPU, AMO     | CPU selection              | a grace period after the clear |
// | MultiStop::state        | who stops the machine; the last CPU in step     | all stoppers               | release / acquire |
// | MultiStop::to_ack       | the same before the state; each stopper, AMO    | the same                   | acquire-release  |
// | CpuHotplug::dead_cpu    | who takes a CPU down; that CPU, as its last store | who takes it down        | release / acquire |
// | Kernel::fair_waiting    | each CPU its bit under its rq lock, AMO         | CPUs about to go idle      | relaxed: a hint  |
// | RtRq::highest           | holder of its rq lock                           | CPU selection of RT tasks  | relaxed: a hint  |
// | Timekeeping::jiffies    | holder of the do_timer duty, CAS, forward only  | anybody                    | relaxed; compare wrap-safe |
// | Timekeeping::do_timer_cpu | a CPU that takes the duty over, or gives it up, CAS | each CPU in its tick | relaxed          |
// | TimerBase::next_expiry  | holder of timer_lock                            | its CPU's tick, before it sleeps too | relaxed: looked at again under the lock |
// | Rcu::seq                | holder of its lock                              | each CPU in its tick, call_rcu | acquire / release |
// | Rcu::idle_seq[c]        | c, before it sleeps with its tick stopped and after | the grace period thread | full fence on both sides |
// | Scx::idle_cpus          | each CPU its bit; claimers clear it, AMO        | CPU selection              | relaxed: a hint  |
// | Scx::exit_kind          | the first reporter, CAS                         | anybody                    | acquire-release  |
// | Scx::hotplug_seq        | cpuhp threads, AMO                              | loads                      | relaxed          |
// | Scx::enable_state       | the load, CAS; the disable, AMO                 | both                       | acquire-release  |
// | Scx::bypassing_cpus     | the bypass, under the rq lock of each CPU, AMO  | CPU selection              | relaxed: a hint  |
// | Scx::watchdog_timestamp | the load, the watchdog's work                   | each CPU in its tick       | relaxed; compare wrap-safe |
// | ScxRq::pnt_seq          | holder of its rq lock                           | kickers that wait for its CPU | release / acquire |
// | Dsq::nr_word            | holder of the DSQ lock                          | balance and consume, to skip empty queues | relaxed: a hint |
// | SpinLock's own word     | AMO                                             | waiters                    | acquire / release |
// | policy counters (maps.h)| policies, AMO                                   | policies                   | relaxed          |
// | policy words (maps.h)   | policies                                        | policies, the loader       | relaxed          |
// | UserExit::recorded      | ops.exit, when the record is complete           | the loader                 | release / acquire |
// | PolicyMemory::cpuperf_target[c] | policies                                | policies                   | relaxed          |
//
// Static keys (Scx::enabled, switched_all, presence of each callback) are no words: a real kernel patches them into the
// code of all CPUs. A task's slice is written by the core under the rq lock, and by scx_bpf_dispatch at once, whether the
// policy holds the task or not: as in the field, the last write stands. A 64-bit machine makes one store of it, never
// torn; so does the model, at the cycle of the kfunc. The same holds of the id of a user queue: it is written under the
// queue's lock, and looked up without; of plain values in a policy's maps; and of what a policy may read of a run queue
// (kfuncs.h), its current task above all.
// wake-up race: a waker sees either on_rq != 0, and takes the rq lock, or on_cpu until the switch away is complete.
#pragma once

#include "firmware/kernel/base/shared_ram.h"
