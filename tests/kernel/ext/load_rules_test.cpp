// SPDX-License-Identifier: Apache-2.0
// What a load refuses, whom it leaves alone, and what it does while everything runs.
#include <gtest/gtest.h>

#include <functional>

#include "firmware/kernel/base/errno.h"
#include "firmware/kernel/ext/loader_calls.h"
#include "firmware/kernel/ext/policy_memory.h"
#include "firmware/kernel/kernel.h"
#include "firmware/kernel/user.h"
#include "tests/kernel/in_kernel.h"
#include "tests/kernel/power.h"
#include "tests/kernel/test_policies.h"

namespace kernel {

using namespace test;

namespace {

void name_it(const char* name) {
  std::size_t i = 0;
  for (; name[i] != '\0'; ++i) test_ops.name[i] = name[i];
  test_ops.name[i] = '\0';
}

// "enabled", or what the loader says.
std::string loaded(const std::function<void()>& change) {
  test_ops = {};
  change();
  KernelRun run(1);
  run.policy("test").unload_after_ns = 1 * kMs;
  run.run_us(30'000);
  for (const LoggedEvent& event : run.log.named("user_print")) {
    if (event.text("text").find("cannot load") != std::string::npos)
      return event.text("text").substr(event.text("text").find('('));
  }
  return run.log.named("scx_enable").empty() ? "neither" : "enabled";
}

unsigned count_of(const std::string& text, const std::string& part) {
  unsigned count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

}  // namespace

TEST(LoadRulesTest, NamesAreOfLettersDigitsUnderscoreAndDot) {
  EXPECT_EQ(loaded([] { name_it("azAZ09_.z"); }), "enabled");
  for (const char* bad : {"a-b", "a b", "a/b", "a@", "a[", "a`", "a{", "a:"}) {
    EXPECT_EQ(loaded([bad] { name_it(bad); }), "(-22)") << bad;
  }
}

TEST(LoadRulesTest, LimitsAreAllowedAndNothingBeyond) {
  EXPECT_EQ(loaded([] { test_ops.timeout_ms = 30'000; }), "enabled");
  EXPECT_EQ(loaded([] { test_ops.timeout_ms = 30'001; }), "(-7)");
  EXPECT_EQ(loaded([] { test_ops.exit_dump_len = kExitDumpLenMax; }), "enabled");
  EXPECT_EQ(loaded([] { test_ops.exit_dump_len = kExitDumpLenMax + 1; }), "(-7)");
  EXPECT_EQ(loaded([] { test_ops.state_size = kPolicyMemoryMax / 2; }), "enabled") << "with room for dispatch buffers";
  EXPECT_EQ(loaded([] { test_ops.state_size = kPolicyMemoryMax + 1; }), "(-12)");
  EXPECT_EQ(loaded([] { test_ops.flags = SCX_OPS_ALL_FLAGS + 1; }), "(-22)");
}

// ops.init may fail with any errno, the last one included, and that is what the record says.
TEST(LoadRulesTest, TheLastErrnoIsOne) {
  for (const int error : {-4095, -4096}) {
    static int answer;
    answer = error;
    test_ops = {};
    test_ops.init = [](void*, const int64_t*) { return answer; };
    KernelRun run(1);
    run.policy("test");
    run.run_us(30'000);
    ASSERT_EQ(run.log.named("scx_error").size(), 1u);
    EXPECT_EQ(run.log.named("scx_error")[0].text("msg"),
              error == -4095 ? "ops.init() failed (-4095)" : "ops.init() returned an invalid errno -4096");
  }
}

// A load while another policy is in comes to nothing, also for that one: who was refused has nothing to let go of.
TEST(LoadRulesTest, ASecondLoadIsRefusedAndHarmless) {
  static int answer;
  static SchedulerSpec spec;
  answer = 0;
  test_ops = {};
  KernelRun run(2);
  SchedulerSpec& own = run_script(run, [](Task&) {
    answer = sys_scx_attach(spec, sys_scx_hotplug_seq());
    sys_scx_detach();
  });
  own.stats_period_ns = 5 * kMs;
  spec = own;
  run.run_us(30'000);
  EXPECT_EQ(answer, -EBUSY);
  EXPECT_EQ(run.log.named("scx_enable").size(), 1u);
  EXPECT_TRUE(run.log.named("scx_disable").empty()) << run.log.console();
}

// What the log says of a policy depends on that policy alone.
TEST(LoadRulesTest, PartialAfterFullAndTheOtherWayRound) {
  test_ops = {};
  test_ops.exit = [](void* state, const ScxExitInfo* info) {
    test_ops.flags ^= SCX_OPS_SWITCH_PARTIAL;
    user_exit_record(state, info);
  };
  KernelRun run(1);
  SchedulerSpec& spec = run.policy("test");
  spec.times = 3;
  spec.unload_after_ns = 3 * kMs;
  run.run_us(100'000);
  const std::string& log = run.log.console();
  EXPECT_EQ(count_of(log, "BPF scheduler \"test\" enabled\n"), 2u) << log;
  EXPECT_EQ(count_of(log, "BPF scheduler \"test\" enabled (partial)\n"), 1u) << log;
  EXPECT_LT(log.find("enabled\n"), log.find("(partial)"));
  EXPECT_GT(log.rfind("enabled\n"), log.find("(partial)"));
}

// A load takes its time, and tasks run meanwhile: none of them is the policy's before all are.
TEST(LoadRulesTest, NothingIsAskedOfThePolicyBeforeItIsIn) {
  static bool in;
  static unsigned asked, early;
  in = false;
  asked = early = 0;
  test_ops = {};
  test_ops.init_task = [](void*, Task*, bool) {
    sys_nanosleep(50 * kUs);
    return 0;
  };
  test_ops.enqueue = [](void*, Task* p, uint64_t flags) {
    ++(in ? asked : early);
    scx_bpf_dispatch(p, SCX_DSQ_GLOBAL, 1 * kMs, flags);
  };
  test_ops.select_cpu = [](void*, Task*, int32_t prev_cpu, uint64_t) {
    ++(in ? asked : early);
    return prev_cpu;
  };
  test_ops.dispatch = [](void*, int32_t, Task*) { ++(in ? asked : early); };
  KernelRun run(2);
  run.policy("simple").unload_after_ns = 2 * kMs;
  run.policy("test").stats_period_ns = 5 * kMs;
  run.log.on_each = [](const LoggedEvent& event) {
    if (event.name == "bypass" && event.number("on") == 0) in = true;
    if (event.name == "bypass" && event.number("on") == 1) in = false;
  };
  for (int i = 0; i < 3; ++i) run.task("hog", {run_for(5 * kMs)});
  for (int i = 0; i < 4; ++i) run.task("sleeper", {run_for(50 * kUs), sleep_for(200 * kUs)});
  run.run_us(80'000);
  EXPECT_EQ(run.log.named("scx_enable").size(), 2u);
  EXPECT_EQ(early, 0u);
  EXPECT_GT(asked, 50u);
}

// A CPU leaves in the middle of a load: the policy has had its ops.init, so it is told, and stays.
TEST(LoadRulesTest, HotplugInTheMiddleIsThePolicysBusiness) {
  static std::vector<std::string> told;
  told.clear();
  test_ops = {};
  test_ops.init_task = [](void*, Task*, bool) {
    sys_nanosleep(500 * kUs);
    return 0;
  };
  test_ops.cpu_offline = [](void*, int32_t cpu) { told.push_back("offline " + std::to_string(cpu)); };
  test_ops.cpu_online = [](void*, int32_t cpu) { told.push_back("online " + std::to_string(cpu)); };
  KernelRun run(2);
  allow_hotplug(run);
  run.policy("test").stats_period_ns = 5 * kMs;
  run.task("sleeper", {run_for(50 * kUs), sleep_for(200 * kUs)});
  switch_at(run, 1'500, 1, false);
  run.run_us(60'000);
  ASSERT_EQ(run.log.named("cpu_offline").size(), 1u) << run.log.console();
  ASSERT_EQ(run.log.named("scx_enable").size(), 1u) << run.log.console();
  EXPECT_LT(run.log.named("cpu_offline")[0].cycle, run.log.named("scx_enable")[0].cycle);
  EXPECT_EQ(told, std::vector<std::string>{"offline 1"});
  EXPECT_TRUE(run.log.named("scx_disable").empty());
}

}  // namespace kernel
