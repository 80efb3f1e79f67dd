// SPDX-License-Identifier: Apache-2.0
// The work of user space: the tasks of the scenario and their programs, the loaders of its policies, and the signals sent to
// them. Plain data, which outlives every Kernel object.
#pragma once

#include <stdint.h>

namespace kernel {

inline constexpr unsigned kTaskCommLen = 16;  // TASK_COMM_LEN, NUL included
inline constexpr unsigned kNrUserLocksMax = 16;
inline constexpr unsigned kNrUserCondsMax = 16;
inline constexpr unsigned kNrUserBarriersMax = 16;
inline constexpr unsigned kLoopDepthMax = 4;  // loops inside loops of a program

enum class TaskClass : uint8_t { kNormal, kFifo, kBatch, kIdle, kExt, kRr };  // SCHED_*; kExt is SCHED_EXT

constexpr bool is_realtime(TaskClass task_class) { return task_class == TaskClass::kFifo || task_class == TaskClass::kRr; }

enum class ProgramOpKind : uint8_t {
  kRun,
  kSleep,
  kYield,
  kWaitIrq,
  kFork,
  kExit,
  kSetAffinity,
  kSetNice,
  kSetScheduler,
  kWait,
  kWake,
  kLock,
  kUnlock,
  kLoop,
  kLoopEnd,
  kTimer,
  kBarrier,
  kCondWait,
  kCondSignal,
  kCondBroadcast
};

// One step of a task program.
struct ProgramOp {
  ProgramOpKind kind;
  // kRun, kSleep: the duration is drawn from [min_ns, max_ns] with the task's own generator; kTimer: the period, likewise.
  uint64_t min_ns;
  uint64_t max_ns;
  // kWaitIrq: test source 1..7; kFork: index of the child in UserSpace::tasks; kExit: status; kSetAffinity: CPU mask;
  // kSetNice: nice; kSetScheduler: TaskClass in [7:0], rt priority in [15:8]; kLock, kUnlock: index in UserSpace::locks;
  // kLoop: how many times the steps up to its kLoopEnd are done, at least once; kTimer: 1, a period that was missed ends when
  // the task comes to it; kBarrier: index in UserSpace::barriers; kCondWait, kCondSignal, kCondBroadcast: index in
  // UserSpace::conds in [7:0], of a wait that of its lock in [15:8].
  int64_t argument = 0;
  // kSetAffinity, kSetNice, kSetScheduler, kWake: of one of these tasks, drawn each time; none: of the task itself.
  uint32_t first_target = 0;  // index in UserSpace::tasks
  uint32_t nr_targets = 0;
  uint32_t spread = 0;  // kExit, kSetNice, kSetScheduler (priority), kLoop: up to that much more, drawn each time
};

struct TaskSpec {
  char comm[kTaskCommLen];
  TaskClass sched_class;
  uint8_t rt_priority;    // 1..99, SCHED_FIFO and SCHED_RR only
  int8_t nice;            // -20..19
  uint64_t cpus_allowed;  // bit per CPU; 0 = all
  uint64_t start_ns;      // sleeps that long before the first step
  bool template_only;     // not started at boot: kFork steps make copies of it
  bool once;              // the program ends with the task; otherwise it repeats
  const ProgramOp* program;
  uint32_t nr_ops;
  uint8_t start_irq;  // waits for that test source before the first step, unless it has fired already; 0: does not
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

// A signal to all tasks made from some entries of UserSpace::tasks, or to a policy's loader, sent when a test source fires.
struct SignalSpec {
  uint8_t source;  // 1..7, of its own
  Signal signal;
  uint32_t first_target;
  uint32_t nr_targets;
  const char* loader = nullptr;  // name of the policy, and no targets; null: tasks
};

// So many tasks wait for each other.
struct BarrierSpec {
  const char* name;
  uint32_t waiters;  // at least 1
};

struct UserSpace {
  const SchedulerSpec* schedulers;
  uint32_t nr_schedulers;
  const TaskSpec* tasks;
  uint32_t nr_tasks;
  const char* const* locks;  // names of the tasks' mutexes
  uint32_t nr_locks;         // up to kNrUserLocksMax
  const char* const* conds;  // names of their condition variables
  uint32_t nr_conds;         // up to kNrUserCondsMax
  const BarrierSpec* barriers;
  uint32_t nr_barriers;  // up to kNrUserBarriersMax
  const SignalSpec* signals;
  uint32_t nr_signals;
  uint64_t seed;  // of every task's own generator, with its number and PID
};

}  // namespace kernel
