// SPDX-License-Identifier: Apache-2.0
#include "firmware/kernel/ext/kfunc_enter.h"

#include "firmware/kernel/ext/error.h"
#include "firmware/kernel/kernel.h"

namespace kernel {

namespace {

constexpr uint32_t kSets = SCX_KF_CPU_RELEASE | SCX_KF_DISPATCH | SCX_KF_ENQUEUE | SCX_KF_SELECT_CPU | SCX_KF_REST;

// A callback runs inside another one, ops.dequeue inside ops.dispatch say: it may not call the kfuncs of the outer one. The field
// asks that of those two sets only.
const char* nested_set(uint32_t sets, uint32_t open) {
  const bool nested = (open & ~(sets | (sets - 1))) != 0;
  if (nested && sets == SCX_KF_DISPATCH) return "dispatch";
  return nested && sets == SCX_KF_CPU_RELEASE ? "cpu_release" : nullptr;
}

}  // namespace

bool kfunc_allowed(uint32_t where) {
  const uint32_t open = current()->scx.kf_mask;
  const uint32_t sets = where & kSets;
  if (open == 0 && (where & KF_UNLOCKED) != 0) return true;
  if ((open & sets) == 0) {
    scx_error(SCX_EXIT_ERROR, "kfunc with mask 0x%x called from an operation only allowing 0x%x", static_cast<unsigned>(sets),
              static_cast<unsigned>(open));
    return false;
  }
  const char* const nested = nested_set(sets, open);
  if (nested != nullptr) scx_error(SCX_EXIT_ERROR, "%s kfunc called from a nested operation", nested);
  return nested == nullptr;
}

bool kfunc_on_subject(const Task* p) {
  if (p == current()->scx.kf_subject) return true;
  scx_error(SCX_EXIT_ERROR, "called on a task not being operated on");
  return false;
}

}  // namespace kernel
