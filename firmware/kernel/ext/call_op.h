// SPDX-License-Identifier: Apache-2.0
// The one door into a policy: call_op<Op::running>(ops, &p). ops.def says which kfuncs a callback may call, where its
// CPU is meanwhile, and its cost.
#pragma once

#include "firmware/kernel/base/charge.h"
#include "firmware/kernel/invariants.h"
#include "firmware/kernel/kernel.h"
#include "firmware/kernel/trace/frame.h"

namespace kernel {

enum class Op : uint8_t {
#define OP(name, result, parameters, sets, site, body, what) name,
#include "firmware/kernel/ext/ops.def"
#undef OP
};

template <Op>
struct OpTraits;
#define OP(name, result, parameters, sets, site, body, what) \
  template <>                                                \
  struct OpTraits<Op::name> {                                \
    using Callback = result(*) parameters;                   \
    static constexpr auto kMember = &SchedExtOps::name;      \
    static constexpr uint32_t kSets = sets;                  \
    static constexpr trace::Site kSite = trace::Site::site;  \
    static constexpr Cost kBody = Cost::body;                \
  };
#include "firmware/kernel/ext/ops.def"
#undef OP

// The calling task is in the policy, for a scope: which sets of kfuncs are open, and which task the callback is about (null:
// none). Sets only add up while callbacks nest.
class PolicyCall {
 public:
  PolicyCall(uint32_t sets, Cost body, const Task* subject)
      : task_(*current()), added_(sets & ~task_.scx.kf_mask), outer_subject_(task_.scx.kf_subject) {
    check_callback(sets);
    task_.scx.kf_mask |= added_;
    task_.scx.kf_subject = subject;
    charge(Cost::ops_call);
    charge(body);
  }
  ~PolicyCall() {
    task_.scx.kf_mask &= ~added_;
    task_.scx.kf_subject = outer_subject_;
  }
  PolicyCall(const PolicyCall&) = delete;
  PolicyCall& operator=(const PolicyCall&) = delete;

 private:
  Task& task_;
  uint32_t added_;
  const Task* outer_subject_;
};

// The task a callback is about: its first argument, if that is a task.
template <class... Rest>
const Task* op_subject(Task* p, Rest...) {
  return p;
}
template <class... Args>
const Task* op_subject(Args...) {
  return nullptr;
}

// Calls the callback; none: does nothing, and returns a zero. It was read from its table once: an unload may drop it there
// on the way into the call, and then waits for the call to end.
template <Op kOp, class... Args>
auto call_op(typename OpTraits<kOp>::Callback callback, Args... args) {
  using Result = decltype(callback(nullptr, args...));
  if (callback == nullptr) return Result();
  Frame frame(OpTraits<kOp>::kSite);
  PolicyCall call(OpTraits<kOp>::kSets, OpTraits<kOp>::kBody, op_subject(args...));
  return callback(kernel().scx.policy_state, args...);
}
template <Op kOp, class... Args>
auto call_op(const SchedExtOps& ops, Args... args) {
  return call_op<kOp>(ops.*OpTraits<kOp>::kMember, args...);
}

// --- answers of a policy ---

// The result of ops.<op> as 0 or a negative errno; any other value is reported, and becomes -EPROTO.
int ops_errno(const char* op, int error);
// True: a CPU of the machine; else reported.
bool ops_cpu_valid(int32_t cpu, const char* where);

}  // namespace kernel
