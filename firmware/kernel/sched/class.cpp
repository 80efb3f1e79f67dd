// SPDX-License-Identifier: Apache-2.0
#include "firmware/kernel/sched/class.h"

#include "firmware/kernel/ext/task_life.h"
#include "firmware/kernel/kernel.h"

namespace kernel {

namespace {

constexpr const SchedClass* kByRank[] = {
    &kStopSchedClass,
    nullptr,  // deadline
    &kRtSchedClass,   &kFairSchedClass, &kExtSchedClass, &kIdleSchedClass,
};
constexpr unsigned kNrRanks = sizeof(kByRank) / sizeof(kByRank[0]);

const SchedClass* active_from(unsigned rank) {
  for (; rank < kNrRanks; ++rank) {
    const SchedClass* const c = kByRank[rank];
    if (c == nullptr) continue;
    if (c == &kFairSchedClass && kernel().scx.switched_all) continue;
    if (c == &kExtSchedClass && !kernel().scx.enabled) continue;
    return c;
  }
  return nullptr;
}

}  // namespace

const SchedClass* first_active_class() { return active_from(0); }
const SchedClass* next_active_class(const SchedClass* sched_class) {
  return active_from(static_cast<unsigned>(sched_class->id) + 1);
}

const SchedClass* normal_class_of(const Task& task) {
  if (task.sched_class == &kStopSchedClass) return &kStopSchedClass;  // no task takes a stopper from its CPU
  return task.rt_priority != 0 ? &kRtSchedClass : scx_normal_class(task);
}

}  // namespace kernel
