// SPDX-License-Identifier: Apache-2.0
// A walk over all tasks: each of them once, and others get their turn meanwhile.
#include "firmware/kernel/ext/task_iter.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "firmware/kernel/user.h"
#include "tests/kernel/in_kernel.h"
#include "tests/kernel/numbered.h"
#include "tests/kernel/test_policies.h"

namespace kernel {

using namespace test;

namespace {

bool walking;
std::vector<std::uint32_t> pids;
std::vector<std::size_t> pauses;  // how many had been shown

}  // namespace

// All locks are dropped at every 32nd step, as in the field.
TEST(TaskIterTest, PausesEvery32Steps) {
  walking = false;
  pids.clear();
  pauses.clear();
  test_ops = {};
  test_ops.flags = SCX_OPS_SWITCH_PARTIAL;
  KernelRun run(2);
  for (int i = 0; i < 100; ++i) run.task(numbered("t", i), {sleep_for(500 * kMs)});
  run_script(
      run,
      [](Task&) {
        sys_nanosleep(10 * kMs);  // by then all are there
        walking = true;
        {
          TaskIter iter;
          while (const Task* const p = iter.next()) pids.push_back(bpf_task_pid(p));
          walking = false;
        }
      },
      0b10);
  run.log.on_each = [](const LoggedEvent& event) {
    if (walking && event.hart == 1 && event.name == "irq_on") pauses.push_back(pids.size());
  };
  run.run_us(30'000);
  EXPECT_GT(pids.size(), 100u);
  EXPECT_EQ(std::set<std::uint32_t>(pids.begin(), pids.end()).size(), pids.size());
  EXPECT_TRUE(std::is_sorted(pids.begin(), pids.end())) << "in the order of their forks";
  EXPECT_EQ(pauses, (std::vector<std::size_t>{31, 63, 95}));
}

}  // namespace kernel
