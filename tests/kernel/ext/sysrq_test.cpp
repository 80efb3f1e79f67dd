// SPDX-License-Identifier: Apache-2.0
// sysrq-S and sysrq-D, pressed on the host machine's test source.
#include <gtest/gtest.h>

#include "firmware/kernel/kernel.h"
#include "platform.h"
#include "tests/kernel/ext/looping.h"

namespace kernel {

using namespace test;

namespace {

void press_at(KernelRun& run, std::uint64_t us, char key) {
  const std::uint64_t cycle = us * run.config.clock_mhz;
  run.machine().at(cycle, [&run, key] {
    run.machine().set_sysrq_key(key);
    run.machine().set_irq_source(0, true);
  });
  run.machine().at(cycle + 10 * run.config.clock_mhz, [&run] { run.machine().set_irq_source(0, false); });
}

// As a line of the kernel, behind its time stamp.
bool printed_line(const KernelRun& run, const std::string& line) {
  return run.log.console().find("] " + line + "\n") != std::string::npos;
}

void sleepers(KernelRun& run, unsigned count) {
  for (unsigned i = 0; i < count; ++i) {
    run.task("slp" + std::to_string(i), {run_for(50 * kUs), sleep_for((250 + 20 * i) * kUs)});
  }
}

}  // namespace

// S during the stall, on a trapped CPU: taken within a burst, and the policy is out long before the watchdog would act.
TEST(SysrqTest, SEjectsALoopingPolicy) {
  KernelRun run(1);
  run.config.scx_timeout_ms = 5'000;
  loop_soon(run).stats_period_ns = 5 * kMs;
  sleepers(run, 3);
  press_at(run, 30'000, 's');
  run.run_us(100'000);
  const Events keys = run.log.named("sysrq");
  ASSERT_EQ(keys.size(), 1u);
  EXPECT_EQ(keys[0].text("key"), "S");
  EXPECT_LT(keys[0].cycle - 3'000'000, 20'000u) << "served within two bursts";
  const Events disabled = run.log.named("scx_disable");
  ASSERT_EQ(disabled.size(), 1u);
  EXPECT_EQ(disabled[0].number("kind"), 67u);
  EXPECT_EQ(disabled[0].text("reason"), "disabled by sysrq-S");
  EXPECT_EQ(disabled[0].text("msg"), "");
  EXPECT_TRUE(run.log.named("scx_error").empty());
  EXPECT_TRUE(run.log.named("sched_ext_dump").empty()) << "no error, no dump";
  EXPECT_NE(run.log.console().find("sched_ext: BPF scheduler \"qmap\" disabled (disabled by sysrq-S)"), std::string::npos);
  EXPECT_TRUE(printed_line(run, "sysrq: Disable sched_ext and revert all tasks to CFS"));
}

TEST(SysrqTest, DDumpsAndThePolicyGoesOn) {
  KernelRun run(2);
  run.policy("qmap").stats_period_ns = 500 * kMs;
  sleepers(run, 4);
  press_at(run, 30'000, 'd');
  run.run_us(60'000);
  const Events lines = run.log.named("sched_ext_dump");
  ASSERT_FALSE(lines.empty());
  EXPECT_EQ(lines[0].text("line"), "Debug dump triggered by SysRq-D");
  EXPECT_TRUE(printed_line(run, "sysrq: Trigger sched_ext debug dump"));
  EXPECT_TRUE(run.log.named("scx_disable").empty());
  EXPECT_EQ(kernel().scx.exit_info.dump[0], '\0') << "the exit record is left alone";
  bool ext_after = false;
  for (const LoggedEvent& event : run.log.named("sched_switch")) {
    ext_after = ext_after || (event.cycle > 4'000'000 && event.text("next_class") == "ext");
  }
  EXPECT_TRUE(ext_after);
}

TEST(SysrqTest, SWithoutAPolicyEverLoaded) {
  KernelRun run(1);
  sleepers(run, 1);
  press_at(run, 10'000, 's');
  run.run_us(20'000);
  EXPECT_NE(run.log.console().find("sched_ext: BPF scheduler not yet used"), std::string::npos) << run.log.console();
  EXPECT_TRUE(printed_line(run, "sysrq: Disable sched_ext and revert all tasks to CFS"));
}

// The key is taken all the same; there is nothing to dump. Other keys are nobody's.
TEST(SysrqTest, DWithoutAPolicy) {
  KernelRun run(1);
  sleepers(run, 1);
  press_at(run, 10'000, 'x');
  press_at(run, 15'000, 'd');
  run.run_us(20'000);
  ASSERT_EQ(run.log.named("sysrq").size(), 2u);
  EXPECT_EQ(run.log.named("sysrq")[0].text("key"), "X");
  EXPECT_TRUE(printed_line(run, "sysrq: Trigger sched_ext debug dump"));
  EXPECT_EQ(run.log.console().find("sysrq:"), run.log.console().rfind("sysrq:")) << run.log.console();
  EXPECT_TRUE(run.log.named("sched_ext_dump").empty());
}

// Without the breakout a trapped CPU serves no key; pressed for another one, it is taken, and the way out hangs.
TEST(SysrqTest, WithoutBreakoutItDoesNotHelp) {
  for (const unsigned irq_cpu : {0u, 1u}) {
    KernelRun run(2);
    run.config.breakout.limit = 0;
    run.config.irq_cpu = irq_cpu;
    loop_soon(run).stats_period_ns = 5 * kMs;
    // CPU 0 is trapped: its tasks sleep. CPU 1 is kept by a hog that the policy never has to be asked for.
    for (int i = 0; i < 4; ++i) run.task("slp", {run_for(50 * kUs), sleep_for(250 * kUs)}).cpus_allowed = 1;
    run.rt_task("rt_hog", 10, {run_for(1'000 * kMs)}).cpus_allowed = 2;
    press_at(run, 30'000, 's');
    run.run_us(100'000);
    EXPECT_EQ(run.log.named("sysrq").size(), irq_cpu == 0 ? 0u : 1u) << irq_cpu;
    EXPECT_TRUE(run.log.named("scx_disable").empty()) << irq_cpu;
  }
}

}  // namespace kernel
