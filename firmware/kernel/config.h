// SPDX-License-Identifier: Apache-2.0
// What the kernel is told at boot: the resolved scenario, in plain data that outlives every Kernel object.
#pragma once

#include <stdint.h>

#include "firmware/kernel/costs.h"

inline constexpr unsigned kNrCpusMax = 64;
inline constexpr unsigned kTaskCommLen = 16;  // TASK_COMM_LEN, NUL included
inline constexpr unsigned kNrTasksMax = 4096;

enum class Preempt : uint8_t { kNone, kVoluntary, kFull };
enum class SpinlockKind : uint8_t { kTicket, kTestAndSet };
enum class BreakoutRetry : uint8_t { kKick, kReschedCurr, kNone };
enum class ConsoleKind : uint8_t { kSideband, kUart };
enum class TaskClass : uint8_t { kNormal, kFifo };  // SCHED_NORMAL (fair, or ext when switched) and SCHED_FIFO
enum class BarkRoute : uint8_t { kPlic, kMsip, kNmi };  // SWDT CTRL[5:4]

enum class ProgramOpKind : uint8_t { kRun, kSleep, kYield };

// One step of a task program. The duration is drawn from [min_ns, max_ns] with the task's own generator.
struct ProgramOp {
  ProgramOpKind kind;
  uint64_t min_ns;
  uint64_t max_ns;
};

struct TaskSpec {
  char comm[kTaskCommLen];
  TaskClass sched_class;
  uint8_t rt_priority;        // 1..99, SCHED_FIFO only
  int8_t nice;                // -20..19
  uint64_t cpus_allowed;      // bit per CPU; 0 = all
  uint64_t start_ns;          // sleeps that long before the first step
  bool once;                  // the program ends with the task; otherwise it repeats
  const ProgramOp* program;
  uint32_t nr_ops;
};

// The policy to load at boot; name empty: none. One value per entry of the policy's option table (policy.h), in its order.
struct SchedulerSpec {
  char name[32];
  const int64_t* option_values;
};

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
  HwWatchdogSpec hw_watchdog;
  uint64_t seed;
  SchedulerSpec scheduler;
  const TaskSpec* tasks;
  uint32_t nr_tasks;
  uint32_t cost[kNrCosts];    // cycles, indexed by Cost
};

// Set by the port before the first hart starts and after every system reset. Never null while a kernel runs.
extern const KernelConfig* kernel_config;
