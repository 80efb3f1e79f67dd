// SPDX-License-Identifier: Apache-2.0
// Three CPUs: CPU 1 is an ext task's, or idle; the script on CPU 2 kicks it. All other tasks stay in fair, away from it.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/kernel/in_kernel.h"
#include "tests/kernel/test_policies.h"

namespace kernel {

namespace test {

inline constexpr std::uint64_t kLongSlice = 50 * kMs;

class KickLab : public testing::Test {
 protected:
  KickLab() : run(3) {
    test_ops = {};
    test_ops.flags = SCX_OPS_SWITCH_PARTIAL;
    test_ops.select_cpu = [](void*, Task*, std::int32_t, std::uint64_t) { return std::int32_t{1}; };
    test_ops.enqueue = [](void*, Task* p, std::uint64_t) { scx_bpf_dispatch(p, SCX_DSQ_LOCAL, kLongSlice, 0); };
  }

  void ext_task(const char* comm, std::vector<ProgramOp> program) {
    TaskSpec& spec = run.task(comm, std::move(program));
    spec.sched_class = TaskClass::kExt;
    spec.cpus_allowed = 0b010;
  }
  void kicked_by(void (*script)(Task&)) {
    run_script(run, script, 0b100);
    run.run_us(8'000);
  }
  [[nodiscard]] const Events& events() const { return run.log.events(); }
  // First event of that name on a hart after an index.
  [[nodiscard]] std::size_t on_hart(sim::HartId hart, const char* name, std::size_t from) const {
    for (std::size_t i = find(events(), name, from); i < events().size(); i = find(events(), name, i + 1)) {
      if (events()[i].hart == hart) return i;
    }
    return events().size();
  }

  KernelRun run;
};

inline bool is_hog(const Task* p) { return bpf_task_comm(p)[0] == 'h'; }

}  // namespace test

}  // namespace kernel
