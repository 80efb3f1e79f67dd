// SPDX-License-Identifier: Apache-2.0
// Every op of the hart port: its result, its effect, and exactly how many clocks it takes under the latency knobs.
#include <gtest/gtest.h>

#include "tests/rtl/soc_bench.h"

namespace bench {
namespace {

using namespace platform;

constexpr std::uint32_t kWord = ram::kBase + 0x40;

TEST(Boot, OnlyHartZeroRunsAfterReset) {
  SocBench soc;
  soc.boot();
  soc.clocks(50);
  EXPECT_EQ(soc.pins().attn_o, 1U);
  EXPECT_EQ(soc.must(0, load(hart_control::num_harts())), kHarts);
  EXPECT_EQ(soc.must(0, load(hart_control::run(0))), 1U);
}

TEST(Boot, RunBitReleasesExactlyTheNamedHart) {
  SocBench soc;
  soc.boot();
  soc.must(0, store(hart_control::run(0), 1U << 2));
  soc.clocks(2);
  EXPECT_EQ(soc.pins().attn_o, 0b0101U);
  EXPECT_EQ(soc.response(2).status, Status::kReset);
  soc.must(0, store(hart_control::run(0), 0));
  EXPECT_EQ(soc.must(0, load(hart_control::run(0))), 0b0101U) << "a 0 changes no RUN bit";
  soc.must(0, store(hart_control::run(1), ~0U));
  EXPECT_EQ(soc.must(0, load(hart_control::run(1))), 0U) << "harts that were not built";
}

TEST(Boot, PowerOnResetInTheMiddleStartsOver) {
  SocBench soc;
  soc.boot_all();
  soc.must(1, csr_write(csr::kMscratch, 7));
  soc.present(1, compute(1000));
  soc.present(2, load(kWord));
  soc.clocks(3);
  soc.boot();
  EXPECT_EQ(soc.pins().attn_o, 1U);
  soc.must(0, store(hart_control::run(0), 0xf));
  soc.clocks(2);
  EXPECT_EQ(soc.csr(1, csr::kMscratch), 0U);
}

TEST(Compute, TakesExactlyItsCycles) {
  SocBench soc;
  soc.boot();
  for (const std::uint32_t cycles : {1U, 2U, 3U, 100U, 70000U}) {
    soc.must(0, compute(cycles));
    EXPECT_EQ(soc.took(), cycles);
    EXPECT_EQ(soc.response(0).remaining, 0U);
  }
}

TEST(Compute, AttentionStaysUntilAnOpIsPresented) {
  SocBench soc;
  soc.boot();
  soc.must(0, csr_write(csr::kMscratch, 5));
  const Response before = soc.response(0);
  soc.clocks(20);
  EXPECT_TRUE(soc.asks(0));
  EXPECT_EQ(soc.response(0).data, before.data);
}

TEST(Memory, OpsReturnTheOldWordAndLeaveTheNewOne) {
  struct Case {
    Opcode opcode;
    std::uint32_t data, cmp, after;
  };
  constexpr std::uint32_t kOld = 0xf0f0'1234;
  const Case cases[] = {{Opcode::kLoad, 1, 0, kOld},
                        {Opcode::kAmoSwap, 77, 0, 77},
                        {Opcode::kAmoAdd, 0x1000'0001, 0, kOld + 0x1000'0001},
                        {Opcode::kAmoOr, 0x0f00'0003, 0, kOld | 0x0f00'0003},
                        {Opcode::kAmoAnd, 0x00ff'ffff, 0, kOld & 0x00ff'ffff},
                        {Opcode::kCas, 99, kOld, 99},
                        {Opcode::kCas, 99, kOld + 1, kOld}};
  SocBench soc;
  soc.boot();
  for (const Case& c : cases) {
    soc.must(0, store(kWord, kOld));
    EXPECT_EQ(soc.must(0, {c.opcode, kWord, c.data, c.cmp}), kOld) << "opcode " << static_cast<int>(c.opcode);
    EXPECT_EQ(soc.must(0, load(kWord)), c.after) << "opcode " << static_cast<int>(c.opcode);
  }
}

TEST(Memory, FirstAndLastWordAreDistinct) {
  SocBench soc;
  soc.boot();
  const std::uint32_t last = ram::kBase + ram::kSizeDefault - 4;
  soc.must(0, store(ram::kBase, 1));
  soc.must(0, store(last, 2));
  EXPECT_EQ(soc.must(0, load(ram::kBase)), 1U);
  EXPECT_EQ(soc.must(0, load(last)), 2U);
  soc.hold_reset(true);
  soc.clocks(4);
  soc.boot();
  EXPECT_EQ(soc.must(0, load(last)), 2U) << "contents survive a reset";
}

class LatencyKnob : public testing::TestWithParam<unsigned> {};

TEST_P(LatencyKnob, UncontendedTransferTakesThreeClocksMore) {
  SocBench soc({.mem_latency = static_cast<std::uint16_t>(GetParam())});
  soc.boot();
  for (const Op& op : {store(kWord, 3), load(kWord), Op{Opcode::kAmoAdd, kWord, 1}, Op{Opcode::kCas, kWord, 1, 4},
                       load(hart_control::num_harts()), load(mtimer::mtime_lo()), load(0x4000'0000)}) {
    soc.run(0, op);
    EXPECT_EQ(soc.took(), 3 + GetParam()) << std::hex << op.addr;
  }
}

TEST_P(LatencyKnob, TrapIsReportedEntryLatencyPlusOneClocksAfterItIsTaken) {
  SocBench soc({.mem_latency = 0, .irq_entry_latency = static_cast<std::uint16_t>(GetParam())});
  soc.boot();
  soc.must(0, csr_write(csr::kMie, csr::kMieSoftware));
  soc.must(0, store(mswi::msip(0), 1));
  soc.clocks(20);
  const Response taken = soc.run(0, csr_set(csr::kMstatus, csr::kMstatusMie));
  EXPECT_EQ(taken.status, Status::kTrapped);
  EXPECT_EQ(soc.took(), 1 + GetParam() + 1);
}

TEST_P(LatencyKnob, IpiShowsInMipLatencyPlusOneClocksAfterTheStore) {
  SocBench soc({.mem_latency = 0, .ipi_latency = static_cast<std::uint16_t>(GetParam())});
  soc.boot_all();
  soc.must(1, csr_write(csr::kMie, csr::kMieSoftware));
  soc.present(1, wfi());
  soc.must(0, store(mswi::msip(1), 1));
  unsigned clocks = 0;
  while (!soc.asks(1) && clocks < 1000) {
    soc.clock();
    ++clocks;
  }
  EXPECT_EQ(clocks, GetParam() + 1) << "visible after the latency, noticed one clock later";
}

INSTANTIATE_TEST_SUITE_P(Knobs, LatencyKnob, testing::Values(0U, 1U, 2U, 3U, 17U, 300U));

TEST(Timer, PrescaleStretchesTime) {
  SocBench soc({.timer_prescale = 4});
  soc.boot();
  const std::uint32_t start = soc.csr(0, csr::kTime);
  soc.must(0, compute(499));
  EXPECT_EQ(soc.csr(0, csr::kTime) - start, 100U);
}

TEST(BusError, IsReportedAndChangesNothing) {
  SocBench soc;
  soc.boot();
  soc.must(0, store(kWord, 42));
  const Op bad[] = {load(kWord + 1),
                    store(kWord + 2, 1),
                    load(0),
                    load(ram::kBase - 4),
                    store(ram::kBase + ram::kSizeDefault, 1),
                    store(swdt::kBase + swdt::kSize, 1),
                    load(mtimer::mtime_hi() + 4),
                    load(plic::kBase - 4),
                    store(test_source::key(), 1),
                    load(mswi::msip(kHarts)),
                    {Opcode::kAmoAdd, mswi::msip(0), 1},
                    {Opcode::kCas, hart_control::run(0), 3, 1},
                    load(hart_control::kBase + hart_control::kSize)};
  for (const Op& op : bad) {
    const Response response = soc.run(0, op);
    EXPECT_EQ(response.status, Status::kDone) << std::hex << op.addr;
    EXPECT_TRUE(response.error) << std::hex << op.addr;
  }
  EXPECT_EQ(soc.must(0, load(kWord)), 42U);
  EXPECT_EQ(soc.must(0, load(mswi::msip(0))), 0U);
  EXPECT_EQ(soc.must(0, load(hart_control::run(0))), 1U);
}

TEST(Csr, ReadWriteSetClearReturnTheOldValue) {
  SocBench soc;
  soc.boot();
  EXPECT_EQ(soc.must(0, csr_write(csr::kMscratch, 0xf0)), 0U);
  EXPECT_EQ(soc.took(), 1U);
  EXPECT_EQ(soc.must(0, csr_set(csr::kMscratch, 0x0f)), 0xf0U);
  EXPECT_EQ(soc.must(0, csr_clear(csr::kMscratch, 0x81)), 0xffU);
  EXPECT_EQ(soc.must(0, csr_read(csr::kMscratch)), 0x7eU);
  EXPECT_EQ(soc.took(), 1U);
}

TEST(Csr, OnlyImplementedBitsAreWritable) {
  SocBench soc;
  soc.boot();
  soc.must(0, csr_write(csr::kMstatus, ~0U));
  EXPECT_EQ(soc.csr(0, csr::kMstatus), csr::kMstatusMie | csr::kMstatusMpie | csr::kMstatusMpp);
  soc.must(0, csr_write(csr::kMstatus, 0));
  EXPECT_EQ(soc.csr(0, csr::kMstatus), csr::kMstatusMpp) << "MPP reads machine mode";
  soc.must(0, csr_write(csr::kMie, ~0U));
  EXPECT_EQ(soc.csr(0, csr::kMie), csr::kMieSoftware | csr::kMieTimer | csr::kMieExternal);
  soc.must(0, csr_write(csr::kMip, ~0U));
  EXPECT_EQ(soc.csr(0, csr::kMip), 0U) << "written at the device only";
  soc.must(0, csr_write(csr::kMcause, ~0U));
  EXPECT_EQ(soc.csr(0, csr::kMcause), 0x8000'000fU);
}

TEST(Csr, UnknownOrReadOnlyNumbersAreErrors) {
  SocBench soc;
  soc.boot();
  EXPECT_TRUE(soc.run(0, csr_read(0x305)).error);
  EXPECT_TRUE(soc.run(0, csr_write(csr::kMhartid, 9)).error);
  EXPECT_TRUE(soc.run(0, csr_set(csr::kTime, 1)).error);
  EXPECT_TRUE(soc.run(0, csr_read(0x1000 + csr::kMscratch)).error);
  EXPECT_TRUE(soc.run(0, mnret()).error) << "no NMI is being handled";
  EXPECT_TRUE(soc.run(0, {static_cast<Opcode>(hart::kOpcodes)}).error);
  EXPECT_EQ(soc.csr(0, csr::kMhartid), 0U);
}

TEST(Csr, EveryHartKnowsItself) {
  SocBench soc;
  soc.boot_all();
  for (unsigned hart = 0; hart < kHarts; ++hart) EXPECT_EQ(soc.csr(hart, csr::kMhartid), hart);
}

TEST(Csr, McycleCountsClocksAndCanBeSetAcrossItsHalves) {
  SocBench soc;
  soc.boot_all();
  const std::uint32_t start = soc.csr(0, csr::kMcycle);
  soc.must(0, compute(99));
  EXPECT_EQ(soc.csr(0, csr::kMcycle) - start, 100U);
  soc.must(0, csr_write(csr::kMcycleh, 5));
  soc.must(0, csr_write(csr::kMcycle, 0xffff'fffe));
  EXPECT_EQ(soc.csr(0, csr::kMcycle), 0xffff'ffffU);
  soc.must(0, compute(1));
  EXPECT_EQ(soc.csr(0, csr::kMcycle), 1U);
  EXPECT_EQ(soc.csr(0, csr::kMcycleh), 6U);
  EXPECT_LT(soc.csr(1, csr::kMcycle), 1000U) << "the other harts' counts are their own";
}

TEST(Trace, RegistersAreLatchedByTheirToggleOnlyAndCostNothing) {
  SocBench soc;
  soc.boot_all();
  soc.present(1, compute(10));
  soc.pins().tr_site_i = 0x1234ULL << 16;  // 16 bits per hart
  soc.pins().tr_pid_i[1] = 77;
  soc.pins().tr_class_i = 3U << 8;
  soc.pins().tr_calls_i[1] = 32;
  soc.pins().tr_resched_i = 2;
  soc.pins().tr_rqlock_i = 4U << 8;
  soc.pins().tr_queues_i[1] = 0xff'030105U;
  soc.clock();
  soc.pins().tr_tgl_i = 2;
  EXPECT_EQ(soc.wait(1), 9U) << "trace inputs took no cycle";
  EXPECT_EQ(soc.csr(1, csr::kTsite), 0x1234U);
  EXPECT_EQ(soc.csr(1, csr::kTpid), 77U);
  EXPECT_EQ(soc.csr(1, csr::kTclass), 3U);
  EXPECT_EQ(soc.csr(1, csr::kTcalls), 32U);
  EXPECT_EQ(soc.csr(1, csr::kTresched), 1U);
  EXPECT_EQ(soc.csr(1, csr::kTrqlock), 4U);
  EXPECT_EQ(soc.csr(1, csr::kTqueues), 0x030105U) << "three counts of eight bits";
  soc.pins().tr_pid_i[1] = 78;
  soc.clocks(3);
  EXPECT_EQ(soc.csr(1, csr::kTpid), 77U);
  EXPECT_EQ(soc.csr(0, csr::kTpid), 0U);
}

TEST(Console, BytesLeaveAndComeBackInLoopback) {
  SocBench soc;
  soc.boot();
  soc.present(0, store(console::tx(), 'A'));
  unsigned seen = 0;
  for (unsigned i = 0; i < 10; ++i) {
    soc.clock();
    EXPECT_EQ(soc.pins().sys_attn_o, soc.pins().con_valid_o);
    if (soc.pins().con_valid_o != 0) {
      ++seen;
      EXPECT_EQ(soc.pins().con_data_o, 'A');
    }
  }
  EXPECT_EQ(seen, 1U);
  EXPECT_EQ(soc.must(0, load(console::status())), console::kStatusTxReady);
  soc.must(0, store(console::ctrl(), console::kCtrlLoopback));
  soc.must(0, store(console::tx(), 'B'));
  soc.must(0, store(console::tx(), 'C'));
  EXPECT_EQ(soc.must(0, load(console::status())), console::kStatusTxReady | console::kStatusRxValid | console::kStatusRxOverrun);
  EXPECT_EQ(soc.must(0, load(console::rx())), std::uint32_t{'B'});
  EXPECT_EQ(soc.must(0, load(console::status())), console::kStatusTxReady);
}

TEST(TestSource, ShowsKeyAndLevels) {
  SocBench soc;
  soc.boot();
  soc.pins().sysrq_key_i = 's';
  soc.set_source(0, true);
  soc.set_source(5, true);
  EXPECT_EQ(soc.must(0, load(test_source::key())), std::uint32_t{'s'});
  EXPECT_EQ(soc.must(0, load(test_source::src_level())), 0b100001U);
}

}  // namespace
}  // namespace bench
