// SPDX-License-Identifier: Apache-2.0
// irq_work: once however often it is queued, in the order of the ids, in hard interrupt as soon as interrupts are on.
#include <gtest/gtest.h>

#include <vector>

#include "firmware/kernel/irq/irq_work.h"
#include "firmware/kernel/irq/irqflags.h"
#include "firmware/kernel/kernel.h"
#include "tests/kernel/in_kernel.h"
#include "tests/kernel/test_policies.h"

namespace kernel {

using namespace test;

namespace {

struct Ran {
  int work;
  bool in_hardirq;
  bool irqs_off;
};
std::vector<Ran> ran;

template <int kWork>
void note() {
  ran.push_back({kWork, this_cpu().softirq.in_hardirq, arch::irqs_disabled()});
}

// Under the ids of works that this run does not use.
constexpr IrqWork kFirst = {.id = trace::IrqWork::kDeferred, .reason = trace::IpiReason::kIrqWork, .function = note<1>};
constexpr IrqWork kSecond = {.id = trace::IrqWork::kScxError, .reason = trace::IpiReason::kIrqWork, .function = note<2>};
constexpr IrqWork kAgain = {.id = trace::IrqWork::kDeferred, .reason = trace::IpiReason::kIrqWork, .function = [] {
                              note<3>();
                              if (ran.size() < 3) irq_work_queue(kSecond);
                            }};

void run_on_cpu_1(void (*script)(Task&)) {
  ran.clear();
  test_ops = {};
  test_ops.flags = SCX_OPS_SWITCH_PARTIAL;
  KernelRun run(2);
  run_script(run, script, 0b10);
  run.run_us(20'000);
}

}  // namespace

TEST(IrqWorkTest, RunsOnceInHardInterruptByTheOrderOfIds) {
  static std::size_t while_off;
  while_off = 99;
  run_on_cpu_1([](Task&) {
    IrqGuard irqs_off;
    irq_work_queue(kSecond);
    irq_work_queue(kFirst);
    irq_work_queue(kSecond);
    arch::flush();
    while_off = ran.size();
  });
  EXPECT_EQ(while_off, 0u);
  ASSERT_EQ(ran.size(), 2u);
  EXPECT_EQ(ran[0].work, 1);
  EXPECT_EQ(ran[1].work, 2);
  for (const Ran& each : ran) EXPECT_TRUE(each.in_hardirq && each.irqs_off) << each.work;
}

TEST(IrqWorkTest, AWorkCanQueueAnother) {
  run_on_cpu_1([](Task&) { irq_work_queue(kAgain); });
  ASSERT_EQ(ran.size(), 2u);
  EXPECT_EQ(ran[0].work, 3);
  EXPECT_EQ(ran[1].work, 2);
}

}  // namespace kernel
