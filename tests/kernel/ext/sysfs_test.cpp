// SPDX-License-Identifier: Apache-2.0
// What /sys/kernel/sched_ext would show: each of its files, through loads, unloads, refusals and hotplug.
#include <gtest/gtest.h>

#include "firmware/kernel/task.h"
#include "tests/kernel/kernel_run.h"
#include "tests/kernel/power.h"
#include "tests/kernel/test_policies.h"

namespace kernel {

using namespace test;

namespace {

// As it is shown after each change; a file per line would be too much.
std::vector<std::string> shown(const KernelRun& run) {
  std::vector<std::string> lines;
  for (const LoggedEvent& event : run.log.named("scx_sysfs")) {
    lines.push_back(event.text("state") + " " + std::to_string(event.number("switch_all")) + " " +
                    std::to_string(event.number("nr_rejected")) + " " + std::to_string(event.number("hotplug_seq")) + " " +
                    std::to_string(event.number("enable_seq")) + " " + event.text("ops"));
  }
  return lines;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST(SysfsTest, FollowsALoadAndAnUnload) {
  KernelRun run(2);
  run.policy("simple").unload_after_ns = 5 * kMs;
  run.task("worker", {run_for(50 * kUs), sleep_for(100 * kUs)});
  run.run_us(60'000);
  EXPECT_EQ(shown(run), (Lines{"disabled 0 0 1 0 ", "enabling 0 0 1 0 simple", "enabling 1 0 1 0 simple",
                               "enabled 1 0 1 0 simple", "enabled 1 0 1 1 simple", "disabling 1 0 1 1 simple",
                               "disabling 0 0 1 1 simple", "disabling 0 0 1 1 ", "disabled 0 0 1 1 "}));
}

// Tasks that asked for the class and were made normal ones; the next load counts anew. The partial policy shows as such.
TEST(SysfsTest, CountsTheRejectedOfThisLoad) {
  static unsigned loads;
  loads = 0;
  KernelRun run(1);
  test_ops = {};
  test_ops.flags = SCX_OPS_SWITCH_PARTIAL;
  test_ops.init = [](void*, const int64_t*) {
    ++loads;
    return 0;
  };
  test_ops.init_task = [](void*, Task* p, bool) {
    if (loads == 2 && bpf_task_comm(p)[0] == 'e') p->scx.disallow = true;
    if (bpf_task_comm(p)[0] == 'n') p->scx.disallow = true;  // it never asked for the class: nothing to reject
    return 0;
  };
  SchedulerSpec& spec = run.policy("test");
  spec.times = 3;
  spec.unload_after_ns = 10 * kMs;
  run.task("e0", {run_for(50 * kUs), sleep_for(100 * kUs)}).sched_class = TaskClass::kExt;
  run.task("e1", {run_for(50 * kUs), sleep_for(100 * kUs)}).sched_class = TaskClass::kExt;
  run.task("n", {run_for(50 * kUs), sleep_for(100 * kUs)});
  run.run_us(120'000);
  EXPECT_EQ(shown(run),
            (Lines{"disabled 0 0 0 0 ",      "enabling 0 0 0 0 test", "enabled 0 0 0 0 test",   "enabled 0 0 0 1 test",
                   "disabling 0 0 0 1 test", "disabling 0 0 0 1 ",    "disabled 0 0 0 1 ",      "enabling 0 0 0 1 test",
                   "enabling 0 1 0 1 test",  "enabling 0 2 0 1 test", "enabled 0 2 0 1 test",   "enabled 0 2 0 2 test",
                   "disabling 0 2 0 2 test", "disabling 0 2 0 2 ",    "disabled 0 2 0 2 ",      "enabling 0 0 0 2 test",
                   "enabled 0 0 0 2 test",   "enabled 0 0 0 3 test",  "disabling 0 0 0 3 test", "disabling 0 0 0 3 ",
                   "disabled 0 0 0 3 "}));
}

// One that fails half-way has never been enabled.
TEST(SysfsTest, AFailedLoadIsNotCounted) {
  KernelRun run(2);
  test_ops = {};
  test_ops.init = [](void*, const int64_t*) { return -12; };
  run.policy("test");
  run.run_us(30'000);
  EXPECT_EQ(shown(run), (Lines{"disabled 0 0 1 0 ", "enabling 0 0 1 0 test", "disabling 0 0 1 0 test", "disabling 0 0 1 0 ",
                               "disabled 0 0 1 0 "}));
}

// CPUs that come at boot count, as those that come and go later.
TEST(SysfsTest, CountsCpusThatComeAndGo) {
  KernelRun run(4);
  allow_hotplug(run);
  switch_at(run, 10'000, 2, false);
  switch_at(run, 40'000, 2, true);
  run.run_us(80'000);
  EXPECT_EQ(shown(run), (Lines{"disabled 0 0 3 0 ", "disabled 0 0 4 0 ", "disabled 0 0 5 0 "}));
}

}  // namespace kernel
