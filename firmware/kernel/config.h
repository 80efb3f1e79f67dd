// SPDX-License-Identifier: Apache-2.0
// What the kernel is told at boot: the resolved scenario, in plain data that outlives every Kernel object.
#pragma once

#include <stdint.h>

#include "firmware/kernel/costs.h"

inline constexpr unsigned kNrCpusMax = 64;
inline constexpr unsigned kTaskCommLen = 16;  // TASK_COMM_LEN, NUL included
inline constexpr unsigned kNrTasksMax = 4096;
inline constexpr unsigned kNrTestSources = 8;  // interrupt sources that the testbench drives; 0 is the sysrq key

enum class Preempt : uint8_t { kNone, kVoluntary, kFull };
enum class SpinlockKind : uint8_t { kTicket, kTestAndSet };
enum class BreakoutRetry : uint8_t { kKick, kReschedCurr, kNone };
enum class ConsoleKind : uint8_t { kSideband, kUart };
enum class TaskClass : uint8_t { kNormal, kFifo, kBatch, kIdle, kExt };  // SCHED_*; kExt is SCHED_EXT
enum class Nohz : uint8_t { kOff, kIdle };
// Switches that put a bug back.
enum Defect : uint32_t {
  kNoQseqBranding = 1u << 0,  // a dispatch request is not checked against the enqueue it was made for
};
enum class BarkRoute : uint8_t { kPlic, kMsip, kNmi };  // SWDT CTRL[5:4]

inline constexpr unsigned kNrUserLocksMax = 16;
inline constexpr unsigned kLoopDepthMax = 4;  // loops inside loops of a program

enum class ProgramOpKind : uint8_t {
  kRun, kSleep, kYield, kWaitIrq, kFork, kExit, kSetAffinity, kSetNice, kSetScheduler, kWait, kWake, kLock, kUnlock, kLoop,
  kLoopEnd
};

// One step of a task program.
struct ProgramOp {
  ProgramOpKind kind;
  uint64_t min_ns;  // kRun, kSleep: the duration is drawn from [min_ns, max_ns] with the task's own generator
  uint64_t max_ns;
  // kWaitIrq: test source 1..7; kFork: index of the child in KernelConfig::tasks; kExit: status; kSetAffinity: CPU mask;
  // kSetNice: nice; kSetScheduler: TaskClass in [7:0], rt priority in [15:8]; kLock, kUnlock: index in KernelConfig::locks;
  // kLoop: how many times the steps up to its kLoopEnd are done, at least once.
  int64_t argument = 0;
  // kSetAffinity, kSetNice, kSetScheduler, kWake: of one of these tasks, drawn each time; none: of the task itself.
  uint32_t first_target = 0;  // index in KernelConfig::tasks
  uint32_t nr_targets = 0;
  uint32_t spread = 0;        // kExit, kSetNice, kSetScheduler (priority), kLoop: up to that much more, drawn each time
};

struct TaskSpec {
  char comm[kTaskCommLen];
  TaskClass sched_class;
  uint8_t rt_priority;        // 1..99, SCHED_FIFO only
  int8_t nice;                // -20..19
  uint64_t cpus_allowed;      // bit per CPU; 0 = all
  uint64_t start_ns;          // sleeps that long before the first step
  bool template_only;         // not started at boot: what kFork steps make copies of
  bool once;                  // the program ends with the task; otherwise it repeats
  const ProgramOp* program;
  uint32_t nr_ops;
  uint8_t start_irq;          // waits for that test source before the first step, unless it has fired already; 0: does not
};

// A policy and its loader, a task. Loaders run one after the other: the next one starts when the one before has ended.
struct SchedulerSpec {
  char name[32];
  const int64_t* option_values;  // one per entry of the policy's option table (policy.h), in its order
  uint64_t stats_period_ns;      // the loader prints statistics, and looks whether the policy has exited, that often
  uint64_t unload_after_ns;      // the loader detaches after that time (as on SIGINT); 0: never
  uint32_t times;                // loads, at least 1; ends at one that is refused
};

enum class Signal : uint8_t { kKill, kStop, kCont };

// A signal to all tasks made from some entries of KernelConfig::tasks, or to a policy's loader, sent when a test source
// fires.
struct SignalSpec {
  uint8_t source;  // 1..7, of its own
  Signal signal;
  uint32_t first_target;
  uint32_t nr_targets;
  const char* loader = nullptr;  // name of the policy, and no targets; null: tasks
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
  Nohz nohz;
  uint32_t irq_cpu;           // the CPU that device interrupts (sysrq, test sources) are routed to
  bool hotplug_cpu;           // CPUs may leave and come back: CONFIG_HOTPLUG_CPU
  uint32_t scx_timeout_ms;    // watchdog timeout in place of the policy's; 0: as the policy says
  uint64_t scx_slice_dfl_ns;  // SCX_SLICE_DFL
  uint32_t defects;           // Defect bits
  HwWatchdogSpec hw_watchdog;
  uint64_t seed;
  const SchedulerSpec* schedulers;
  uint32_t nr_schedulers;
  const TaskSpec* tasks;
  uint32_t nr_tasks;
  const char* const* locks;   // names of the tasks' mutexes
  uint32_t nr_locks;          // up to kNrUserLocksMax
  const SignalSpec* signals;
  uint32_t nr_signals;
  uint32_t cost[kNrCosts];    // cycles, indexed by Cost
};

// Set by the port before the first hart starts and after every system reset. Never null while a kernel runs.
extern const KernelConfig* kernel_config;
