// SPDX-License-Identifier: Apache-2.0
// Flags of the scheduler core, under the field's names and values: why a task is enqueued or dequeued, why it is woken.
#pragma once

#include <stdint.h>

namespace kernel {

inline constexpr uint64_t ENQUEUE_WAKEUP = 0x1;
inline constexpr uint64_t ENQUEUE_RESTORE = 0x2;
inline constexpr uint64_t ENQUEUE_MOVE = 0x4;
inline constexpr uint64_t ENQUEUE_RQ_SELECTED = 0x400;  // the class's select_task_rq has just chosen this CPU

inline constexpr uint64_t DEQUEUE_SLEEP = 0x1;
inline constexpr uint64_t DEQUEUE_SAVE = 0x2;  // ENQUEUE_RESTORE undoes it
inline constexpr uint64_t DEQUEUE_MOVE = 0x4;

inline constexpr uint32_t WF_FORK = 0x4;
inline constexpr uint32_t WF_TTWU = 0x8;
inline constexpr uint32_t WF_SYNC = 0x10;

}  // namespace kernel
