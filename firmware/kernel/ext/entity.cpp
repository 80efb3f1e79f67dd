// SPDX-License-Identifier: Apache-2.0
#include "firmware/kernel/ext/entity.h"

#include "firmware/kernel/ext/queue_depths.h"
#include "firmware/kernel/task.h"

namespace kernel {

void OpsStateWord::changed(const Task& task, uint32_t value) {
  trace::ops_state(task.pid, static_cast<trace::OpsState>(shown_ & SCX_OPSS_STATE_MASK),
                   static_cast<trace::OpsState>(value & SCX_OPSS_STATE_MASK), value >> SCX_OPSS_QSEQ_SHIFT);
  const bool was_held = (shown_ & SCX_OPSS_STATE_MASK) == SCX_OPSS_QUEUED;
  const bool is_held = (value & SCX_OPSS_STATE_MASK) == SCX_OPSS_QUEUED;
  shown_ = value;
  if (is_held != was_held) count_held(task, is_held);
}

void OpsStateWord::store(const Task& task, uint32_t value) {
  word_.store(value);
  changed(task, value);
}

bool OpsStateWord::compare_exchange(const Task& task, uint32_t expected, uint32_t desired) {
  if (word_.compare_exchange(expected, desired) != expected) return false;
  changed(task, desired);
  return true;
}

void OpsStateWord::reset() {
  if (shown_ == SCX_OPSS_NONE) return;
  word_.store(SCX_OPSS_NONE);
  shown_ = SCX_OPSS_NONE;
}

void ScxEntity::reset() {
  OpsStateWord word = ops_state;
  word.reset();
  *this = ScxEntity{};
  ops_state = word;
  slice = scx_slice_dfl();
}

}  // namespace kernel
