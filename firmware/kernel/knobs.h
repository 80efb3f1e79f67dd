// SPDX-License-Identifier: Apache-2.0
// The kernel's knobs: the keys of a scenario under `kernel`, a line each. The members of the kernel's configuration, the keys of
// scenarios with their ranges and their descriptions, their reader and their writer come from these lists.
//
//   NUMBER(key, member, least, most, default, meaning)   a default out of range: the key may be left out, and is then not written
//   NAMED(key, member, type, default, meaning)           an enum, whose names are k<type>Names of the scenario language
//   US(key, member, least, most, default, meaning)       given in us, kept in ns
//   TIME(key, member, default, meaning)                  <key>_us or <key>_ms, default in us, kept in ns
//   FLAG(key, member, default, meaning)
//   BITS(key, member, type, meaning)                     a list of names, bit 0 first; default: none
#pragma once

#define KERNEL_KNOBS(NUMBER, NAMED, US, BITS)                                                                             \
  NUMBER(hz, hz, 10, 10'000, 1000, "ticks per second")                                                                    \
  NAMED(preempt, preempt, Preempt, kVoluntary, "preemption model")                                                        \
  NAMED(spinlock, spinlock, SpinlockKind, kTicket, "kind of spinlock; test_and_set is for studies")                       \
  NAMED(kick_wait, kick_wait, KickWait, kObeyed, "whether SCX_KICK_WAIT waits; ignored is for studies")                   \
  NAMED(nohz, nohz, Nohz, kOff, "whether an idle CPU stops its tick")                                                     \
  NAMED(console, console, ConsoleKind, kSideband,                                                                         \
        "how printk leaves: at a fixed price per line, or byte by byte through the console device")                       \
  NUMBER(irq_cpu, irq_cpu, 0, kernel::kNrCpusMax - 1, 0, "the CPU that takes the interrupts of devices")                  \
  NUMBER(watchdog_timeout_ms, scx_timeout_ms, 1, 30'000, 0, "timeout of the class's watchdog; default: the policy's own") \
  NUMBER(sched_rr_timeslice_ms, sched_rr_timeslice_ms, 1, 10'000, 100, "time slice of SCHED_RR, rounded up to ticks")     \
  US(slice_dfl_us, scx_slice_dfl_ns, 1, 60'000'000, 20'000, "default time slice, SCX_SLICE_DFL")                          \
  BITS(defects, defects, Defect,                                                                                          \
       "bugs to put back; no_qseq_branding: a dispatch request is not checked against the enqueue it was made for")

#define BREAKOUT_KNOBS(NUMBER, NAMED)                                               \
  NUMBER(limit, limit, 0, 1'000'000, kernel::SCX_DSP_MAX_LOOPS,                     \
         "calls of ops.dispatch() per balance (SCX_DSP_MAX_LOOPS); 0: no breakout") \
  NAMED(retry, retry, BreakoutRetry, kKick, "how balance is called again after a breakout")

#define HW_WATCHDOG_KNOBS(FLAG, TIME, NAMED)                                        \
  FLAG(enable, enable, false, "whether it runs")                                    \
  TIME(bark, bark_ns, 10'000, "time from the last pet to the bark")                 \
  TIME(bite, bite_ns, 20'000, "time from the last pet to the bite, a system reset") \
  NAMED(route, route, BarkRoute, kNmi, "interrupt by which the bark reaches a hart")
