// SPDX-License-Identifier: Apache-2.0
// The ext class's data per task.
#pragma once

#include <stdint.h>

#include "firmware/kernel/base/shared_ram.h"
#include "firmware/kernel/ext/flags.h"
#include "firmware/kernel/ext/vtime_tree.h"

namespace kernel {

struct Dsq;
struct Task;

// Where a task stands between the core and the policy: NONE -> INIT -> READY -> ENABLED and back.
enum class ScxTaskState : uint8_t { kNone, kInit, kReady, kEnabled };

// ops_state: who owns a runnable task. [1:0] state, [31:2] qseq, the brand of the enqueue that handed it to the policy.
enum ScxOpsState : uint32_t {
  SCX_OPSS_NONE = 0,
  SCX_OPSS_QUEUEING = 1,
  SCX_OPSS_QUEUED = 2,
  SCX_OPSS_DISPATCHING = 3,
};
inline constexpr uint32_t SCX_OPSS_STATE_MASK = 3;
inline constexpr unsigned SCX_OPSS_QSEQ_SHIFT = 2;

// The atomic word, with an ops_state event at each change.
class OpsStateWord {
 public:
  void place() { word_.place(SCX_OPSS_NONE); }
  [[nodiscard]] uint32_t load() const { return word_.load(); }
  void store(const Task& task, uint32_t value);
  // True if the word was `expected` and is now `desired`.
  bool compare_exchange(const Task& task, uint32_t expected, uint32_t desired);
  // Observation only: no transfer, no decision.
  [[nodiscard]] uint32_t shown() const { return shown_; }
  // Of a task that is not published yet.
  void reset();

 private:
  void changed(const Task& task, uint32_t value);

  SharedWord word_;
  uint32_t shown_ = SCX_OPSS_NONE;
};

struct ScxEntity {
  static constexpr unsigned kPolicyStorageWords = 4;

  Dsq* dsq = nullptr;      // queue it is on (dsq lock)
  uint32_t dsq_seq = 0;    // dsq lock
  uint32_t dsq_flags = 0;  // SCX_TASK_DSQ_*; dsq lock
  VtimeNode vtime_node;    // dsq lock
  uint32_t flags = 0;      // SCX_TASK_*; rq lock
  uint32_t weight = 100;   // rq lock
  int sticky_cpu = -1;     // rq lock
  int holding_cpu = -1;    // CPU that has unlinked it and is about to move it; section of dsq.cpp
  OpsStateWord ops_state;
  uint32_t kf_mask = 0;              // kfunc sets open in the callback this task executes; own hart
  const Task* kf_subject = nullptr;  // the task that callback is about; own hart
  uint32_t runnable_at = 0;          // jiffies; rq lock
  uint64_t exec_start = 0;           // ns; rq lock
  uint64_t slice = SCX_SLICE_DFL;    // ns; rq lock, but a dispatch writes it too (shared_words.h)
  uint64_t dsq_vtime = 0;            // as slice: the policy's, and a dispatch writes it
  bool disallow = false;             // set by ops.init_task only: the task may not be SCHED_EXT
  uint64_t ddsp_dsq_id = SCX_DSQ_INVALID;
  uint64_t ddsp_enq_flags = 0;
  ScxTaskState state = ScxTaskState::kNone;
  uint64_t policy_storage[kPolicyStorageWords] = {};  // task storage map of the loaded policy

  // As a new task's; the word in memory stays where it is.
  void reset();
};

}  // namespace kernel
