// SPDX-License-Identifier: Apache-2.0
// Tasks a1.. that pile up on a user queue behind a hog, in the order of their names, and what becomes of them.
#pragma once

#include <string>

#include "tests/kernel/kernel_run.h"
#include "tests/kernel/test_policies.h"

namespace kernel {

namespace test {

inline constexpr uint64_t kQueue = 7;
inline constexpr uint64_t kOther = 9;

// Four of them; the policy consumes from kQueue only.
inline void pile_up(KernelRun& run) {
  test_ops = {};
  test_ops.init = [](void*, const int64_t*) {
    const int error = scx_bpf_create_dsq(kQueue);
    return error != 0 ? error : scx_bpf_create_dsq(kOther);
  };
  test_ops.dispatch = [](void*, int32_t, Task*) { scx_bpf_consume(kQueue); };
  run.policy("test").stats_period_ns = 2 * kMs;
  run.task("hog", {run_for(2 * kMs)}).once = true;
  for (const char* comm : {"a1", "a2", "a3", "a4"}) run.task(comm, {run_for(5 * kUs)}).once = true;
}

inline bool is_counted(const Task* p) { return bpf_task_comm(p)[0] == 'a'; }
inline unsigned number_of(const Task* p) { return static_cast<unsigned>(bpf_task_comm(p)[1] - '0'); }

// Their numbers, as they first get the CPU.
inline std::string order_of(const EventLog& log) {
  std::string order;
  for (const LoggedEvent& event : log.named("sched_switch")) {
    const std::string& comm = event.text("next_comm");
    if (comm[0] == 'a' && order.find(comm[1]) == std::string::npos) order += comm[1];
  }
  return order;
}

inline std::string error_of(const KernelRun& run) {
  const Events errors = run.log.named("scx_error");
  return errors.empty() ? "" : errors[0].text("msg");
}

// By vtime, a function of their numbers.
template <class Vtime>
void enqueue_by(Vtime) {
  test_ops.enqueue = [](void*, Task* p, uint64_t flags) {
    if (is_counted(p)) {
      scx_bpf_dispatch_vtime(p, kQueue, SCX_SLICE_DFL, Vtime{}(number_of(p)), flags);
    } else {
      scx_bpf_dispatch(p, SCX_DSQ_LOCAL, SCX_SLICE_DFL, flags);
    }
  };
}

}  // namespace test

}  // namespace kernel
