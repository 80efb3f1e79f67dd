// SPDX-License-Identifier: Apache-2.0
// The SoC's own devices by their register list: each write does what it says and nothing else, and power-on leaves of what was
// there before nothing but RAM.
#include <gtest/gtest.h>

#include <vector>

#include "tests/rtl/soc_bench.h"

namespace bench {
namespace {

using namespace platform;

// Bytes that leave during the op and some clocks behind it.
std::vector<std::uint32_t> bytes_of(SocBench& soc, const Op& op) {
  std::vector<std::uint32_t> bytes;
  soc.present(0, op);
  for (unsigned i = 0; i < 12; ++i) {
    soc.clock();
    if (soc.pins().con_valid_o != 0) bytes.push_back(soc.pins().con_data_o);
  }
  EXPECT_TRUE(soc.asks(0));
  return bytes;
}

TEST(Console, OnlyTxSends) {
  SocBench soc;
  soc.boot();
  EXPECT_EQ(bytes_of(soc, store(console::tx(), 0x141)), std::vector<std::uint32_t>{0x41}) << "one byte of the word";
  for (const std::uint32_t addr : {console::status(), console::rx(), console::ctrl(), console::kBase + 0x10,
                                   console::kBase + 0x20, console::kBase + 0x100, console::kBase + console::kSize - 4})
    EXPECT_EQ(bytes_of(soc, store(addr, 0x42)), std::vector<std::uint32_t>{}) << std::hex << addr;
  EXPECT_EQ(bytes_of(soc, load(console::tx())), std::vector<std::uint32_t>{});
}

TEST(Console, OnlyCtrlIsReadBack) {
  SocBench soc;
  soc.boot();
  EXPECT_EQ(soc.must(0, load(console::ctrl())), console::kCtrlReset);
  for (const std::uint32_t value : {1U, 2U, 4U, 7U, 0U}) {
    soc.must(0, store(console::ctrl(), ~7U | value));
    for (const std::uint32_t addr :
         {console::tx(), console::status(), console::rx(), console::kBase + 0x10, console::kBase + 0x8c})
      soc.must(0, store(addr, ~value));
    EXPECT_EQ(soc.must(0, load(console::ctrl())), value);
  }
  for (const std::uint32_t addr : {console::tx(), console::kBase + 0x10, console::kBase + 0x40, console::kBase + 0x8c})
    EXPECT_EQ(soc.must(0, load(addr)), 0U) << std::hex << addr;
}

TEST(Console, LoopsBackOnlyWhenAskedTo) {
  SocBench soc;
  soc.boot();
  for (const std::uint32_t ctrl : {0U, console::kCtrlRxIntEnable, console::kCtrlTxIntEnable}) {
    soc.must(0, store(console::ctrl(), ctrl));
    soc.must(0, store(console::tx(), 'x'));
    EXPECT_EQ(soc.must(0, load(console::status())), console::kStatusTxReady) << ctrl;
  }
  EXPECT_EQ(soc.must(0, load(console::rx())), 0U) << "nothing was received";
  soc.must(0, store(console::ctrl(), console::kCtrlLoopback));
  for (const std::uint32_t byte : {0xa5U, 0x5aU}) {
    soc.must(0, store(console::tx(), byte));
    EXPECT_EQ(soc.must(0, load(console::status())), console::kStatusTxReady | console::kStatusRxValid);
    EXPECT_EQ(soc.must(0, load(console::rx())), byte);
    EXPECT_EQ(soc.must(0, load(console::status())), console::kStatusTxReady) << "reading frees the buffer";
  }
}

TEST(Console, AsksForInterruptsThatAreEnabled) {
  SocBench soc;
  soc.boot();
  const auto pending = [&soc] { return (soc.must(0, load(plic::pending(0))) >> kPlicSourceConsole & 1U) != 0; };
  const auto settle = [&soc, &pending] {  // what the gateway has kept is claimed and completed
    soc.must(0, store(plic::claim(0), soc.must(0, load(plic::claim(0)))));
    return pending();
  };
  soc.must(0, store(plic::priority(kPlicSourceConsole), 1));
  soc.must(0, store(plic::enable(0, 0), 1U << kPlicSourceConsole));
  EXPECT_FALSE(pending());
  soc.must(0, store(console::ctrl(), console::kCtrlTxIntEnable));
  EXPECT_TRUE(pending()) << "there is always room for a byte";
  soc.must(0, store(console::ctrl(), console::kCtrlRxIntEnable | console::kCtrlLoopback));
  EXPECT_FALSE(settle()) << "nothing was received yet";
  soc.must(0, store(console::tx(), 'x'));
  EXPECT_TRUE(pending());
  EXPECT_TRUE(settle()) << "it is still there";
  soc.must(0, load(console::rx()));
  EXPECT_FALSE(settle());
  soc.must(0, store(console::ctrl(), console::kCtrlLoopback));
  soc.must(0, store(console::tx(), 'x'));
  EXPECT_FALSE(pending()) << "nobody asked for one";
}

TEST(TestSource, OthersReadNothingAndNothingCanBeWritten) {
  SocBench soc;
  soc.boot();
  soc.pins().sysrq_key_i = 0xff;
  for (unsigned index = 0; index < 8; ++index) {
    soc.pins().irq_src_i = 0;
    soc.set_source(index, true);
    EXPECT_EQ(soc.must(0, load(test_source::src_level())), 1U << index);
  }
  EXPECT_EQ(soc.must(0, load(test_source::key())), 0xffU);
  for (const std::uint32_t offset : {0x8U, 0x10U, 0x100U, 0xffcU})
    EXPECT_EQ(soc.must(0, load(test_source::kBase + offset)), 0U) << offset;
  for (const std::uint32_t offset : {0x0U, 0x4U, 0x8U})
    EXPECT_TRUE(soc.run(0, store(test_source::kBase + offset, 1)).error) << offset;
}

// --- resets -----------------------------------------------------------------------------------------------------------

class PowerOn : public testing::TestWithParam<std::uint64_t> {};
INSTANTIATE_TEST_SUITE_P(Seeds, PowerOn, testing::Range<std::uint64_t>(1, 4));

TEST_P(PowerOn, DevicesAreAsTheRegisterListSays) {
  SocBench soc({}, GetParam());
  soc.boot_all();
  struct Register {
    std::uint32_t addr, written, reset;
  };
  std::vector<Register> registers{
      {console::ctrl(), 7, console::kCtrlReset},
      {swdt::gctrl(), swdt::kGctrlPauseInDebug, swdt::kGctrlReset},
      {swdt::prescale(), 0xffff, swdt::kPrescaleReset},
      {swdt::intr_enable(), 0xf, swdt::kIntrEnableReset},
      {swdt::intr_test(), 0xf, 0},  // sets intr_state
      {swdt::intr_state(), 0, swdt::kIntrStateReset},
      {swdt::reset_cause(), 0, swdt::kResetCauseReset},
      {swdt::last_bite_time_lo(), 0, swdt::kLastBiteTimeLoReset},
      {swdt::last_bite_time_hi(), 0, swdt::kLastBiteTimeHiReset},
      {plic::dropped_edges(), 0, plic::kDroppedEdgesReset},
      {hart_control::run(0), 0xf, 1},  // hart 0 always runs
      {hart_control::power_seen(0), 0, 0xf},
  };
  for (unsigned hart = 0; hart < kHarts; ++hart) {
    registers.push_back({mswi::msip(hart), 1, 0});
    registers.push_back({plic::threshold(hart), 5, plic::kThresholdReset});
    registers.push_back({plic::enable(hart, 0), 0xffe, plic::kEnableReset});
    registers.push_back(
        {swdt::channel_ctrl(hart), swdt::kChannelCtrlPauseInWfi | swdt::kChannelCtrlBarkRoute, swdt::kChannelCtrlReset});
    registers.push_back({swdt::channel_bark_thold(hart), 0x1234'5678, swdt::kChannelBarkTholdReset});
    registers.push_back({swdt::channel_bite_thold(hart), 0x1234'5678, swdt::kChannelBiteTholdReset});
    registers.push_back({swdt::channel_window_min(hart), 0xffff'ffff, swdt::kChannelWindowMinReset});
    registers.push_back({swdt::channel_count(hart), 77, swdt::kChannelCountReset});
    registers.push_back({swdt::channel_target(hart), 0, hart});
    registers.push_back({swdt::channel_pet_err(hart), 0, swdt::kChannelPetErrReset});
    registers.push_back({swdt::channel_bark_pc_lo(hart), 0, swdt::kChannelBarkPcLoReset});
    registers.push_back({swdt::channel_bark_time_lo(hart), 0, swdt::kChannelBarkTimeLoReset});
    registers.push_back({swdt::channel_bark_time_hi(hart), 0, swdt::kChannelBarkTimeHiReset});
    registers.push_back({swdt::channel_status(hart), 0, swdt::kChannelStatusReset});
    registers.push_back({swdt::channel_regwen(hart), 0, swdt::kChannelRegwenReset});  // last: it locks the others
  }
  for (unsigned source = 1; source <= kPlicSourceHotplug; ++source)
    registers.push_back({plic::priority(source), 7, plic::kPriorityReset});
  const auto all_reset = [&] {
    for (const Register& reg : registers) EXPECT_EQ(soc.must(0, load(reg.addr)), reg.reset) << std::hex << reg.addr;
    EXPECT_EQ(soc.must(0, load(console::status())), console::kStatusReset);
    EXPECT_EQ(soc.must(0, load(console::rx())), console::kRxReset);
    EXPECT_EQ(soc.must(0, load(plic::pending(0))), plic::kPendingReset);
    EXPECT_EQ(soc.must(0, load(plic::claim(0))), plic::kClaimReset);
  };
  soc.boot();
  all_reset();
  for (const Register& reg : registers) soc.run(0, store(reg.addr, reg.written));
  soc.must(0, store(console::ctrl(), console::kCtrlLoopback));
  soc.must(0, store(console::tx(), 'x'));
  soc.must(0, store(console::tx(), 'y'));
  soc.boot();
  all_reset();
}

TEST_P(PowerOn, HartsHaveNothingToSayButThatTheyWereReset) {
  SocBench soc({}, GetParam());
  const auto is_reset = [&soc](unsigned hart) {
    const Response response = soc.response(hart);
    EXPECT_EQ(response.status, Status::kReset) << hart;
    EXPECT_FALSE(response.nmi || response.error) << hart;
    EXPECT_EQ(response.cause, 0U) << hart;
    EXPECT_EQ(response.data, 0U) << hart;
    EXPECT_EQ(response.remaining, 0U) << hart;
    for (const auto number : {csr::kTsite, csr::kTpid, csr::kTclass, csr::kTcalls, csr::kTresched, csr::kTrqlock, csr::kTqueues,
                              csr::kMscratch, csr::kMie, csr::kMcause})
      EXPECT_EQ(soc.csr(hart, number), 0U) << hart << ' ' << number;
  };
  for (int time = 0; time < 2; ++time) {
    soc.boot();
    is_reset(0);
    soc.must(0, store(hart_control::run(0), 0xf));
    soc.clocks(3);
    for (unsigned hart = 1; hart < kHarts; ++hart) is_reset(hart);
    for (unsigned hart = 0; hart < kHarts; ++hart) {
      soc.must(hart, csr_write(csr::kMscratch, ~0U));
      soc.must(hart, csr_write(csr::kMie, ~0U));
      EXPECT_TRUE(soc.run(hart, load(0x4000'0000)).error);
    }
  }
}

}  // namespace
}  // namespace bench
