// SPDX-License-Identifier: Apache-2.0
// Calling into the policy. An OpCall says, for a scope, which sets of restricted kfuncs the callback may use; the mask
// belongs to the executing task and nests only upward.
#pragma once

#include "firmware/kernel/base/charge.h"
#include "firmware/kernel/frame.h"
#include "firmware/kernel/invariants.h"
#include "firmware/kernel/kernel.h"

class OpCall {
 public:
  OpCall(uint32_t kf_mask, trace::Site site, Cost body = Cost::ops_body)
      : frame_(site), task_(*current()), kf_mask_(kf_mask & ~task_.scx.kf_mask) {
    check_callback(kf_mask);
    task_.scx.kf_mask |= kf_mask_;
    charge(Cost::ops_call);
    charge(body);
  }
  ~OpCall() { task_.scx.kf_mask &= ~kf_mask_; }
  OpCall(const OpCall&) = delete;
  OpCall& operator=(const OpCall&) = delete;

 private:
  Frame frame_;
  Task& task_;
  uint32_t kf_mask_;
};

// Calls a callback of the loaded policy if it has it.
template <class... Params, class... Args>
void call_op_rest(void (*callback)(void*, Params...), Args... args) {
  if (callback == nullptr) return;
  OpCall call(SCX_KF_REST, trace::Site::kOpsOther);
  callback(kernel().scx.policy_state, args...);
}

// True if the callback being executed may use kfuncs of that set; else the misuse is reported.
bool kf_allowed(uint32_t kf_mask);
// As a CPU number the machine has; else reported.
bool ops_cpu_valid(int32_t cpu, const char* where);
