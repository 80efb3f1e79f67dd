// SPDX-License-Identifier: Apache-2.0
// All harts at once on the one bus: atomics are atomic, nobody starves, a reset in the middle leaves the bus alone.
#include <gtest/gtest.h>

#include <array>
#include <cstdint>

#include "tests/rtl/soc_bench.h"

namespace bench {
namespace {

using namespace platform;

constexpr std::uint32_t kShared = ram::kBase + 0x200;

// Every hart always has an op; `next` names it. Runs for `clocks` clocks.
template <typename Next>
void saturate(SocBench& soc, unsigned clocks, Next next) {
  for (unsigned i = 0; i < clocks; ++i) {
    for (unsigned hart = 0; hart < kHarts; ++hart) {
      if (soc.asks(hart)) soc.present(hart, next(hart));
    }
    soc.clock();
  }
}

void drain(SocBench& soc) {
  for (unsigned hart = 0; hart < kHarts; ++hart) {
    if (!soc.asks(hart)) soc.wait(hart);
  }
}

class Contention : public testing::TestWithParam<unsigned> {
 protected:
  SocBench soc_{{.mem_latency = static_cast<std::uint16_t>(GetParam())}};
  void SetUp() override { soc_.boot_all(); }
};

TEST_P(Contention, AtomicAddsOfAllHartsAddUpAndNoOldValueIsSeenTwice) {
  soc_.must(0, store(kShared, 0));
  std::array<unsigned, kHarts> issued{};
  std::vector<bool> seen(20000);
  unsigned total = 0;
  std::array<bool, kHarts> outstanding{};
  const auto collect = [&](unsigned hart) {
    if (!outstanding[hart]) return;
    const std::uint32_t old = soc_.response(hart).data;
    ASSERT_LT(old, seen.size());
    EXPECT_FALSE(seen[old]) << "value " << old << " handed out twice";
    seen[old] = true;
  };
  saturate(soc_, 20000, [&](unsigned hart) {
    collect(hart);
    outstanding[hart] = true;
    ++issued[hart];
    ++total;
    return Op{Opcode::kAmoAdd, kShared, 1};
  });
  drain(soc_);
  for (unsigned hart = 0; hart < kHarts; ++hart) collect(hart);
  EXPECT_EQ(soc_.must(0, load(kShared)), total);
  EXPECT_GT(total, 1000U / (GetParam() + 1));
}

TEST_P(Contention, CompareAndSwapLockLetsOneHartInAtATime) {
  const std::uint32_t lock = kShared + 4;
  const std::uint32_t counter = kShared + 8;
  soc_.must(0, store(lock, 0));
  soc_.must(0, store(counter, 0));
  enum class Step { kTry, kLoad, kStore, kUnlock };
  struct Hart {
    Step step = Step::kTry;
    bool asked = false;
    unsigned entries = 0;
  };
  std::array<Hart, kHarts> harts{};
  unsigned inside = 0;
  const auto next = [&](unsigned id) -> Op {
    Hart& hart = harts[id];
    const std::uint32_t data = soc_.response(id).data;
    if (hart.asked) {
      switch (hart.step) {
        case Step::kTry:
          if (data == 0) {
            EXPECT_EQ(inside++, 0U);
            hart.step = Step::kLoad;
          }
          break;
        case Step::kLoad: hart.step = Step::kStore; return store(counter, data + 1);
        case Step::kStore:
          --inside;
          ++hart.entries;
          hart.step = Step::kUnlock;
          return store(lock, 0);
        case Step::kUnlock: hart.step = Step::kTry; break;
      }
    }
    hart.asked = true;
    if (hart.step == Step::kLoad) return load(counter);
    return {Opcode::kCas, lock, id + 1, 0};
  };
  saturate(soc_, 20000, next);
  drain(soc_);
  unsigned entries = 0;
  for (const Hart& hart : harts) entries += hart.entries;
  // At most one hart was still between its store and the count above.
  const std::uint32_t counted = soc_.must(0, load(counter));
  EXPECT_GE(counted, entries);
  EXPECT_LE(counted, entries + 1);
  EXPECT_GT(entries, 500U / (GetParam() + 1));
}

TEST_P(Contention, NobodyWaitsForMoreThanAllOthersOnce) {
  const std::uint64_t transfer = 2 + GetParam();
  const std::uint64_t bound = kHarts * transfer + 1;  // its own transfer, the others', and the clock that presents it
  std::array<std::uint64_t, kHarts> since{};
  std::array<unsigned, kHarts> served{};
  std::uint64_t longest = 0;
  saturate(soc_, 10000, [&](unsigned hart) {
    if (served[hart]++ > 0) longest = std::max(longest, soc_.now() - since[hart]);
    since[hart] = soc_.now();
    return load(kShared + 4 * hart);
  });
  EXPECT_LE(longest, bound);
  for (unsigned hart = 1; hart < kHarts; ++hart) EXPECT_NEAR(served[hart], served[0], 1);
  EXPECT_GE(served[0], 10000 / bound - 1);
}

TEST_P(Contention, SlowHartIsNotOvertakenTwice) {
  const std::uint64_t bound = kHarts * (2 + GetParam()) + 1;
  std::array<std::uint64_t, kHarts> since{};
  bool computing = false;
  std::uint64_t longest = 0;
  saturate(soc_, 10000, [&](unsigned hart) -> Op {
    if (hart != 3) return store(kShared + 4 * hart, 1);
    computing = !computing;
    if (computing) {
      if (since[3] != 0) longest = std::max(longest, soc_.now() - since[3]);
      return compute(1 + static_cast<std::uint32_t>(soc_.now() % 7));
    }
    since[3] = soc_.now();
    return load(kShared);
  });
  EXPECT_LE(longest, bound);
}

TEST_P(Contention, ResetOfAWaitingHartLosesItsTransferOnly) {
  for (unsigned when = 0; when < 40; ++when) {
    SocBench soc({.mem_latency = static_cast<std::uint16_t>(GetParam())});
    soc.boot_all();
    soc.must(0, store(kShared, 0));
    soc.must(0, store(swdt::channel_bite_thold(2), 20 + when));
    soc.must(0, store(swdt::channel_ctrl(2), swdt::kChannelCtrlEnable));
    soc.must(0, store(swdt::gctrl(), swdt::kGctrlEnable));
    unsigned adds = 0;
    unsigned resets = 0;
    unsigned bites = 0;
    for (unsigned i = 0; i < 200; ++i) {
      for (unsigned hart = 0; hart < kHarts; ++hart) {
        if (!soc.asks(hart)) continue;
        if (hart == 2) {
          if (adds > 0 && soc.response(hart).status == Status::kReset) ++resets;
        }
        soc.present(hart, {Opcode::kAmoAdd, hart == 2 ? kShared : kShared + 4 + 4 * hart, 1});
        if (hart == 2) ++adds;
      }
      soc.clock();
      bites += soc.pins().evt_bite_o >> 2 & 1U;
    }
    drain(soc);
    EXPECT_EQ(bites, 1U);
    EXPECT_EQ(resets, 1U) << "the bitten hart comes up again by itself";
    const std::uint32_t counted = soc.must(0, load(kShared));
    EXPECT_LE(counted, adds);
    EXPECT_GE(counted + 1, adds) << "the transfer under way at the reset may be lost, no other";
  }
}

INSTANTIATE_TEST_SUITE_P(MemLatency, Contention, testing::Values(0U, 1U, 3U, 20U));

TEST(SystemBite, ResetsAllButMemoryAndTheEvidence) {
  SocBench soc;
  soc.boot_all();
  soc.must(0, store(kShared, 5));
  soc.must(1, csr_write(csr::kMscratch, 9));
  soc.must(0, store(swdt::channel_bite_thold(1), 30));
  soc.must(0, store(swdt::channel_ctrl(1), swdt::kChannelCtrlEnable | swdt::kChannelCtrlSystemScope));
  soc.must(0, store(swdt::gctrl(), swdt::kGctrlEnable));
  soc.present(0, compute(1000));
  soc.present(1, wfi());
  unsigned resets = 0;
  for (unsigned i = 0; i < 60 && resets == 0; ++i) {
    soc.clock();
    resets += soc.pins().evt_sysrst_q;
  }
  ASSERT_EQ(resets, 1U);
  EXPECT_EQ(soc.pins().attn_o, 0U) << "no stale answer beside the event";
  EXPECT_EQ(soc.pins().sys_attn_o, 1U);
  soc.clocks(10);
  EXPECT_EQ(soc.pins().attn_o, 1U) << "hart 0 alone, as after power-on";
  EXPECT_EQ(soc.response(0).status, Status::kReset);
  EXPECT_EQ(soc.must(0, load(kShared)), 5U);
  EXPECT_EQ(soc.must(0, load(swdt::gctrl())), 0U);
  EXPECT_EQ(soc.must(0, load(swdt::reset_cause())),
            swdt::kResetCausePowerOn | swdt::kResetCauseBite | 1U << swdt::kResetCauseChannelShift);
  soc.must(0, store(hart_control::run(0), 0xf));
  soc.clocks(2);
  EXPECT_EQ(soc.csr(1, csr::kMscratch), 0U);
}

TEST(Bark, SamplesTheSiteOfTheGuardedHart) {
  SocBench soc;
  soc.boot_all();
  soc.pins().tr_site_i = 0x4711ULL << 32;  // hart 2
  soc.pins().tr_tgl_i = 1U << 2;
  soc.must(0, store(swdt::channel_bark_thold(2), 10));
  soc.must(0, store(swdt::channel_ctrl(2), swdt::kChannelCtrlEnable));
  soc.must(0, store(swdt::gctrl(), swdt::kGctrlEnable));
  soc.must(0, compute(20));
  EXPECT_EQ(soc.must(0, load(swdt::channel_bark_pc_lo(2))), 0x4711U);
}

}  // namespace
}  // namespace bench
