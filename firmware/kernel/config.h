// SPDX-License-Identifier: Apache-2.0
// The kernel's parameters at boot: the machine it runs on, its configuration, and the work of user space
// (userspace.h). Plain data, which outlives every Kernel object.
#pragma once

#include <stdint.h>

#include "firmware/kernel/costs.h"
#include "firmware/kernel/knobs.h"
#include "firmware/kernel/userspace.h"
#include "platform.h"

namespace kernel {

inline constexpr unsigned kNrCpusMax = platform::kHartsMax;
inline constexpr unsigned kNrTasksMax = 4096;
// Interrupt sources that the testbench drives; 0 is the sysrq key.
inline constexpr unsigned kNrTestSources = platform::kPlicSourceHotplug - platform::kPlicSourceTest;
inline constexpr unsigned SCX_DSP_MAX_LOOPS = 32;  // calls of ops.dispatch() in one balance before Linux breaks out

enum class Preempt : uint8_t { kNone, kVoluntary, kFull };
enum class SpinlockKind : uint8_t { kTicket, kTestAndSet };
enum class KickWait : uint8_t { kObeyed, kIgnored };
enum class BreakoutRetry : uint8_t { kKick, kReschedCurr, kNone };
enum class ConsoleKind : uint8_t { kSideband, kUart };
enum class Nohz : uint8_t { kOff, kIdle };
// Switches that put a bug back.
enum Defect : uint32_t {
  kNoQseqBranding = 1u << 0,  // a dispatch request is not checked against the enqueue it was made for
};
enum class BarkRoute : uint8_t { kPlic, kMsip, kNmi };  // SWDT CTRL[5:4]

#define KNOB_NUMBER(key, member, least, most, standard, says) uint32_t member = standard;
#define KNOB_NAMED(key, member, type, standard, says) type member = type::standard;
#define KNOB_US(key, member, least, most, standard, says) uint64_t member = standard * kNsPerUs;
#define KNOB_TIME(key, member, standard, says) uint64_t member = standard * kNsPerUs;
#define KNOB_FLAG(key, member, standard, says) bool member = standard;
#define KNOB_BITS(key, member, type, says) uint32_t member = 0;
// The values that a scenario sets under `kernel`; each member is explained in knobs.h.
struct Knobs {
  static constexpr uint64_t kNsPerUs = 1000;
  struct Breakout {
    BREAKOUT_KNOBS(KNOB_NUMBER, KNOB_NAMED)
  };
  struct HwWatchdog {
    HW_WATCHDOG_KNOBS(KNOB_FLAG, KNOB_TIME, KNOB_NAMED)
  };
  KERNEL_KNOBS(KNOB_NUMBER, KNOB_NAMED, KNOB_US, KNOB_BITS)
  Breakout breakout;
  HwWatchdog hw_watchdog;
};
#undef KNOB_NUMBER
#undef KNOB_NAMED
#undef KNOB_US
#undef KNOB_TIME
#undef KNOB_FLAG
#undef KNOB_BITS

struct KernelConfig : Knobs {
  unsigned nr_cpus;
  uint32_t clock_mhz;       // cycles per microsecond
  uint32_t timer_prescale;  // clocks per mtime tick, minus 1
  uint32_t ram_bytes;       // RAM at platform::ram::kBase
  bool hotplug_cpu;         // CPUs may leave and come back: CONFIG_HOTPLUG_CPU
  uint32_t cost[kNrCosts];  // cycles, indexed by Cost
  UserSpace user;
};

// Set by the port before the first hart starts and after every system reset. Never null while a kernel runs.
extern const KernelConfig* kernel_config;

}  // namespace kernel
