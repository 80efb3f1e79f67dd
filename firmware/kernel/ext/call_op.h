// SPDX-License-Identifier: Apache-2.0
// Calling into the policy. An OpCall says, for a scope, which sets of restricted kfuncs the callback may use, and which task
// it is about; both belong to the executing task, and the mask nests only upward.
#pragma once

#include "firmware/kernel/base/charge.h"
#include "firmware/kernel/invariants.h"
#include "firmware/kernel/kernel.h"
#include "firmware/kernel/trace/frame.h"

class OpCall {
 public:
  // subject: null if the callback is about no task, or may not have its restricted kfuncs.
  OpCall(uint32_t kf_mask, trace::Site site, Cost body = Cost::ops_body, const Task* subject = nullptr)
      : frame_(site), task_(*current()), kf_mask_(kf_mask & ~task_.scx.kf_mask), outer_subject_(task_.scx.kf_subject) {
    check_callback(kf_mask);
    task_.scx.kf_mask |= kf_mask_;
    task_.scx.kf_subject = subject;
    charge(Cost::ops_call);
    charge(body);
  }
  ~OpCall() {
    task_.scx.kf_mask &= ~kf_mask_;
    task_.scx.kf_subject = outer_subject_;
  }
  OpCall(const OpCall&) = delete;
  OpCall& operator=(const OpCall&) = delete;

 private:
  Frame frame_;
  Task& task_;
  uint32_t kf_mask_;
  const Task* outer_subject_;
};

// A callback's subject: its first argument, if that is a task.
template <class... Rest>
const Task* op_subject(Task* p, Rest...) {
  return p;
}
template <class... Args>
const Task* op_subject(Args...) {
  return nullptr;
}

// Calls a callback of the loaded policy if it has it.
template <class... Params, class... Args>
void call_op_rest(void (*callback)(void*, Params...), Args... args) {
  if (callback == nullptr) return;
  OpCall call(SCX_KF_REST, trace::Site::kOpsOther, Cost::ops_body, op_subject(args...));
  callback(kernel().scx.policy_state, args...);
}

// True if the callback being executed may use kfuncs of that set; else the misuse is reported.
bool kf_allowed(uint32_t kf_mask);
// As a CPU number the machine has; else reported.
bool ops_cpu_valid(int32_t cpu, const char* where);
