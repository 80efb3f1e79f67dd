// SPDX-License-Identifier: Apache-2.0
// What the kernel is told at boot: the machine it runs on and how it is configured, with what user space is to do beside
// that (userspace.h). Plain data, which outlives every Kernel object.
#pragma once

#include <stdint.h>

#include "firmware/kernel/costs.h"
#include "firmware/kernel/userspace.h"

namespace kernel {

inline constexpr unsigned kNrCpusMax = 64;
inline constexpr unsigned kNrTasksMax = 4096;
inline constexpr unsigned kNrTestSources = 8;  // interrupt sources that the testbench drives; 0 is the sysrq key

enum class Preempt : uint8_t { kNone, kVoluntary, kFull };
enum class SpinlockKind : uint8_t { kTicket, kTestAndSet };
enum class BreakoutRetry : uint8_t { kKick, kReschedCurr, kNone };
enum class ConsoleKind : uint8_t { kSideband, kUart };
enum class Nohz : uint8_t { kOff, kIdle };
// Switches that put a bug back.
enum Defect : uint32_t {
  kNoQseqBranding = 1u << 0,  // a dispatch request is not checked against the enqueue it was made for
};
enum class BarkRoute : uint8_t { kPlic, kMsip, kNmi };  // SWDT CTRL[5:4]

struct HwWatchdogSpec {
  bool enable;
  uint64_t bark_ns;
  uint64_t bite_ns;
  BarkRoute route;
};

struct KernelConfig {
  unsigned nr_cpus;
  uint32_t clock_mhz;         // cycles per microsecond
  uint32_t timer_prescale;    // clocks per mtime tick, minus 1
  uint32_t ram_bytes;         // RAM at platform::ram::kBase
  uint32_t hz;
  Preempt preempt;
  SpinlockKind spinlock;
  ConsoleKind console;
  uint32_t breakout_limit;    // SCX_DSP_MAX_LOOPS; 0 = no breakout
  BreakoutRetry breakout_retry;
  Nohz nohz;
  uint32_t irq_cpu;           // the CPU that device interrupts (sysrq, test sources) are routed to
  bool hotplug_cpu;           // CPUs may leave and come back: CONFIG_HOTPLUG_CPU
  uint32_t scx_timeout_ms;    // watchdog timeout in place of the policy's; 0: as the policy says
  uint64_t scx_slice_dfl_ns;  // SCX_SLICE_DFL
  uint32_t defects;           // Defect bits
  HwWatchdogSpec hw_watchdog;
  uint32_t cost[kNrCosts];    // cycles, indexed by Cost
  UserSpace user;
};

// Set by the port before the first hart starts and after every system reset. Never null while a kernel runs.
extern const KernelConfig* kernel_config;

}  // namespace kernel
