// SPDX-License-Identifier: Apache-2.0
// Numbers of the extensible class that policies and core share. Names and values are the field's own.
#pragma once

#include <stdint.h>

#include "firmware/kernel/config.h"
#include "firmware/kernel/sched/flags.h"

namespace kernel {

inline constexpr unsigned SCX_DSP_DFL_MAX_BATCH = 32;
inline constexpr uint64_t SCX_SLICE_DFL = 20'000'000;  // ns
// The core's own default: SCX_SLICE_DFL, unless a scenario scales it with its timeouts. ns.
inline uint64_t scx_slice_dfl() { return kernel_config->scx_slice_dfl_ns; }
inline constexpr uint64_t SCX_SLICE_INF = ~uint64_t{0};
inline constexpr uint32_t SCX_WATCHDOG_MAX_TIMEOUT_S = 30;

inline constexpr uint64_t SCX_DSQ_FLAG_BUILTIN = uint64_t{1} << 63;
inline constexpr uint64_t SCX_DSQ_FLAG_LOCAL_ON = uint64_t{1} << 62;
inline constexpr uint64_t SCX_DSQ_INVALID = SCX_DSQ_FLAG_BUILTIN;
inline constexpr uint64_t SCX_DSQ_GLOBAL = SCX_DSQ_FLAG_BUILTIN | 1;
inline constexpr uint64_t SCX_DSQ_LOCAL = SCX_DSQ_FLAG_BUILTIN | 2;
inline constexpr uint64_t SCX_DSQ_LOCAL_ON = SCX_DSQ_FLAG_BUILTIN | SCX_DSQ_FLAG_LOCAL_ON;
inline constexpr uint64_t SCX_DSQ_LOCAL_CPU_MASK = 0xffffffff;

// ops.flags
inline constexpr uint64_t SCX_OPS_KEEP_BUILTIN_IDLE = 1;
inline constexpr uint64_t SCX_OPS_ENQ_LAST = 2;
inline constexpr uint64_t SCX_OPS_ENQ_EXITING = 4;
inline constexpr uint64_t SCX_OPS_SWITCH_PARTIAL = 8;
inline constexpr uint64_t SCX_OPS_ALL_FLAGS =
    SCX_OPS_KEEP_BUILTIN_IDLE | SCX_OPS_ENQ_LAST | SCX_OPS_ENQ_EXITING | SCX_OPS_SWITCH_PARTIAL;

// The low ones are the core's.
inline constexpr uint64_t SCX_ENQ_WAKEUP = ENQUEUE_WAKEUP;
inline constexpr uint64_t SCX_ENQ_HEAD = 0x10;
inline constexpr uint64_t SCX_ENQ_CPU_SELECTED = ENQUEUE_RQ_SELECTED;
inline constexpr uint64_t SCX_ENQ_PREEMPT = uint64_t{1} << 32;
inline constexpr uint64_t SCX_ENQ_REENQ = uint64_t{1} << 40;
inline constexpr uint64_t SCX_ENQ_LAST = uint64_t{1} << 41;
inline constexpr uint64_t SCX_ENQ_INTERNAL_MASK = uint64_t{0xff} << 56;
inline constexpr uint64_t SCX_ENQ_CLEAR_OPSS = uint64_t{1} << 56;
inline constexpr uint64_t SCX_ENQ_DSQ_PRIQ = uint64_t{1} << 57;

inline constexpr uint64_t SCX_DEQ_SLEEP = DEQUEUE_SLEEP;
inline constexpr uint64_t SCX_DEQ_CORE_SCHED_EXEC = uint64_t{1} << 32;

inline constexpr uint32_t SCX_WAKE_FORK = WF_FORK;
inline constexpr uint32_t SCX_WAKE_TTWU = WF_TTWU;
inline constexpr uint32_t SCX_WAKE_SYNC = WF_SYNC;

inline constexpr uint64_t SCX_KICK_IDLE = 1;
inline constexpr uint64_t SCX_KICK_PREEMPT = 2;
inline constexpr uint64_t SCX_KICK_WAIT = 4;

// Task::scx.flags
inline constexpr uint32_t SCX_TASK_QUEUED = 1;
inline constexpr uint32_t SCX_TASK_RESET_RUNNABLE_AT = 4;
inline constexpr uint32_t SCX_TASK_DEQD_FOR_SLEEP = 8;
inline constexpr unsigned SCX_TASK_STATE_SHIFT = 8;  // bits 8-9: ScxTaskState

// Task::scx.dsq_flags
inline constexpr uint32_t SCX_TASK_DSQ_ON_PRIQ = 1;

// Rq::scx.flags
inline constexpr uint32_t SCX_RQ_ONLINE = 1;
inline constexpr uint32_t SCX_RQ_CAN_STOP_TICK = 1 << 1;
inline constexpr uint32_t SCX_RQ_BAL_PENDING = 1 << 2;  // a pick is due, and the class has not been balanced for it yet
inline constexpr uint32_t SCX_RQ_BAL_KEEP = 1 << 3;
inline constexpr uint32_t SCX_RQ_BYPASSING = 1 << 4;
inline constexpr uint32_t SCX_RQ_IN_WAKEUP = 1 << 16;
inline constexpr uint32_t SCX_RQ_IN_BALANCE = 1 << 17;

// Sets of kfuncs a callback may call.
inline constexpr uint32_t SCX_KF_UNLOCKED = 0;
inline constexpr uint32_t SCX_KF_CPU_RELEASE = 1;
inline constexpr uint32_t SCX_KF_DISPATCH = 2;
inline constexpr uint32_t SCX_KF_ENQUEUE = 4;
inline constexpr uint32_t SCX_KF_SELECT_CPU = 8;
inline constexpr uint32_t SCX_KF_REST = 0x10;

enum ScxExitKind : uint32_t {
  SCX_EXIT_NONE = 0,
  SCX_EXIT_DONE = 1,
  SCX_EXIT_UNREG = 64,
  SCX_EXIT_UNREG_BPF = 65,
  SCX_EXIT_UNREG_KERN = 66,
  SCX_EXIT_SYSRQ = 67,
  SCX_EXIT_ERROR = 1024,
  SCX_EXIT_ERROR_BPF = 1025,
  SCX_EXIT_ERROR_STALL = 1026,
};

// Why a CPU was taken from the ext class (ops.cpu_release).
enum ScxCpuPreemptReason : uint32_t {
  SCX_CPU_PREEMPT_RT = 0,
  SCX_CPU_PREEMPT_DL = 1,
  SCX_CPU_PREEMPT_STOP = 2,
  SCX_CPU_PREEMPT_UNKNOWN = 3,
};

}  // namespace kernel
