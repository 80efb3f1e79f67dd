// SPDX-License-Identifier: Apache-2.0
// Good and bad side by side: what the SoC's ports can break, breaks an invariant, and nothing else does.
#include <gtest/gtest.h>

#include "sim/verilator_stop.h"
#include "tests/rtl/soc_bench.h"

namespace bench {
namespace {

using namespace platform;

class Invariant : public testing::Test {
 protected:
  SocBench soc_;
  void SetUp() override {
    soc_.boot_all();
    sim::set_on_stop(sim::OnStop::kCount);
    EXPECT_EQ(sim::take_stops(), 0U);
  }
  void TearDown() override { sim::set_on_stop(sim::OnStop::kThrow); }
  // Flips the toggle whether the hart asks or not.
  void force(unsigned hart, const Op& op) {
    soc_.pins().op_ctl_i[hart] = static_cast<std::uint32_t>(op.opcode);
    soc_.pins().op_data_i[hart] = op.data;
    soc_.pins().op_tgl_i = static_cast<CData>(soc_.pins().op_tgl_i ^ (1U << hart));
  }
};

TEST_F(Invariant, HoldsInOrdinaryTraffic) {
  soc_.must(0, compute(5));
  soc_.must(1, store(ram::kBase, 1));
  soc_.must(2, csr_read(csr::kMhartid));
  EXPECT_EQ(sim::take_stops(), 0U);
}

TEST_F(Invariant, ComputeOfNoCyclesBreaksIt) {
  force(1, compute(0));
  soc_.clock();
  EXPECT_EQ(sim::take_stops(), 1U);
}

TEST_F(Invariant, OpForABusyHartBreaksIt) {
  soc_.present(1, compute(10));
  soc_.clock();
  force(1, compute(3));
  soc_.clock();
  EXPECT_EQ(sim::take_stops(), 1U);
}

TEST_F(Invariant, SkipPastTheEndOfComputeBreaksIt) {
  for (unsigned hart = 0; hart < kHarts; ++hart) soc_.present(hart, compute(10));
  soc_.clock();
  soc_.clock(8);
  EXPECT_EQ(sim::take_stops(), 0U);
  soc_.clock(2);
  EXPECT_EQ(sim::take_stops(), kHarts) << "the last cycle is the last a skip may pass";
}

TEST_F(Invariant, SkipPastTheBeginOfATransferBreaksIt) {
  for (unsigned hart = 1; hart < kHarts; ++hart) soc_.present(hart, wfi());
  soc_.present(0, {.opcode = Opcode::kStore, .addr = ram::kBase, .lead = 10});
  soc_.clock();
  soc_.clock(11);
  EXPECT_EQ(sim::take_stops(), 1U);
}

TEST_F(Invariant, SkipPastTheBeginOfAnyOtherOpBreaksIt) {
  for (unsigned hart = 1; hart < kHarts; ++hart) soc_.present(hart, wfi());
  soc_.present(0, {.opcode = Opcode::kCsrRead, .addr = csr::kMcycle, .lead = 10});
  soc_.clock();
  soc_.clock(10);
  EXPECT_EQ(sim::take_stops(), 1U);
}

TEST_F(Invariant, LeapThatEndsElsewhereThanAtTheAccessBreaksIt) {
  for (unsigned hart = 1; hart < kHarts; ++hart) soc_.present(hart, wfi());
  soc_.clock();
  soc_.present(0, {.opcode = Opcode::kStore, .addr = ram::kBase, .lead = 10});
  soc_.pins().sim_leap_i = 1;
  soc_.clock(10 + 1 + 1 + 3);
  EXPECT_EQ(sim::take_stops(), 1U);
}

TEST_F(Invariant, LeapToADeviceBreaksIt) {
  for (unsigned hart = 1; hart < kHarts; ++hart) soc_.present(hart, wfi());
  soc_.clock();
  soc_.present(0, {.opcode = Opcode::kLoad, .addr = mswi::msip(0), .lead = 10});
  soc_.pins().sim_leap_i = 1;
  soc_.clock(10 + 1 + 1 + 2 + 1);
  EXPECT_EQ(sim::take_stops(), 1U);
}

TEST_F(Invariant, FinishOfAStoreBreaksIt) {
  for (unsigned hart = 1; hart < kHarts; ++hart) soc_.present(hart, wfi());
  soc_.present(0, store(ram::kBase, 1));
  soc_.clock();
  soc_.pins().sim_finish_i = 1;
  soc_.clock(4);
  EXPECT_EQ(sim::take_stops(), 1U);
}

TEST_F(Invariant, SkipWhileAHartAsksBreaksIt) {
  for (unsigned hart = 1; hart < kHarts; ++hart) soc_.present(hart, wfi());
  soc_.clock();
  soc_.clock(3);
  EXPECT_EQ(sim::take_stops(), 1U);
}

TEST_F(Invariant, SkipOverABusAccessBreaksIt) {
  for (unsigned hart = 1; hart < kHarts; ++hart) soc_.present(hart, wfi());
  soc_.present(0, store(ram::kBase, 1));
  soc_.clock();
  soc_.clock(3);
  EXPECT_EQ(sim::take_stops(), 0U) << "grant and wait";
  soc_.clock(2);
  EXPECT_EQ(sim::take_stops(), 2U) << "the bus, and the hart that has its answer";
}

TEST_F(Invariant, BrokenOneIsAnExceptionByDefault) {
  sim::set_on_stop(sim::OnStop::kThrow);
  force(1, compute(0));
  try {
    soc_.clock();
    FAIL() << "nothing was thrown";
  } catch (const sim::RtlInvariant& broken) {
    const std::string message = broken.what();
    EXPECT_TRUE(message.starts_with("RTL invariant broken: an op comes only to a hart that asks")) << message;
    EXPECT_NE(message.find("[1]"), std::string::npos) << "the instance: " << message;
    EXPECT_NE(message.find("soc_hart.v:"), std::string::npos) << message;
  }
}

}  // namespace
}  // namespace bench
