// SPDX-License-Identifier: Apache-2.0
// An interrupt of each cause arrives at every clock of a program that holds every kind of op, in every interrupt state:
// it is taken exactly once, the program's effects happen exactly once, and not a clock is lost or invented.
#include <gtest/gtest.h>

#include <random>
#include <string>

#include "tests/rtl/trapping_hart.h"

namespace bench {
namespace {

using namespace platform;

constexpr std::uint32_t kStored = ram::kBase + 0x100;
constexpr std::uint32_t kCounter = ram::kBase + 0x104;
constexpr std::uint32_t kSwapped = ram::kBase + 0x108;
constexpr std::uint32_t kNmi = 0;  // stands for an NMI where a cause is named
constexpr Knobs kKnobs{.mem_latency = 1, .ipi_latency = 2, .irq_entry_latency = 3};

std::uint32_t mie_bits(std::uint32_t cause) { return cause == kNmi ? 0 : 1U << cause; }

const std::vector<Op> kProgram = {
    compute(5),
    store(kStored, 11),
    compute(1),
    {Opcode::kAmoAdd, kCounter, 1},
    csr_set(csr::kMscratch, 3),
    compute(2),
    load(kStored),
    compute(1),
    {Opcode::kCas, kSwapped, 5, 4},
    csr_clear(csr::kMscratch, 1),
    csr_read(csr::kMip),
    compute(7),
    {Opcode::kAmoSwap, kStored, 12},
    compute(3),
};

class Arrival {
 public:
  explicit Arrival(std::uint32_t cause) : cause_(cause) {
    soc_.boot_all();
    soc_.must(1, store(plic::priority(kPlicSourceTest), 1));
    soc_.must(1, store(plic::enable(0, 0), 1U << kPlicSourceTest));
    soc_.must(1, store(kCounter, 100));
    soc_.must(1, store(kSwapped, 4));
    soc_.must(0, csr_write(csr::kMscratch, 0));
  }

  // The interrupt arrives `delay` clocks from now, more or less: each delay is one clock later than the one before.
  void arm(unsigned delay) {
    if (cause_ == kIrqTimer) {
      soc_.must(1, store(mtimer::mtimecmp_lo(0), soc_.csr(1, csr::kTime) + 12 + delay));
      soc_.must(1, store(mtimer::mtimecmp_hi(0), 0));
    } else if (cause_ == kNmi) {
      soc_.must(1, store(swdt::channel_bark_thold(0), delay));
      soc_.must(1, store(swdt::channel_ctrl(0),
                         swdt::kChannelCtrlEnable | swdt::kChannelCtrlBarkRouteNmi << swdt::kChannelCtrlBarkRouteShift));
      soc_.must(1, store(swdt::gctrl(), swdt::kGctrlEnable));
    } else {
      fire_at_ = soc_.now() + delay;
    }
    victim_.before_each_clock([this] {
      if (soc_.now() == fire_at_) fire();
    });
  }

  void check_effects() {
    EXPECT_EQ(soc_.must(1, load(kStored)), 12U);
    EXPECT_EQ(soc_.must(1, load(kCounter)), 101U);
    EXPECT_EQ(soc_.must(1, load(kSwapped)), 5U);
    EXPECT_EQ(victim_.execute(csr_read(csr::kMscratch)), 2U);
  }

  SocBench& soc() { return soc_; }
  TrappingHart& victim() { return victim_; }

 private:
  void fire() {
    if (cause_ == kIrqExternal) soc_.set_source(0, true);
    if (cause_ == kIrqSoftware) soc_.present(1, store(mswi::msip(0), 1));
  }

  std::uint32_t cause_;
  SocBench soc_{kKnobs};
  TrappingHart victim_{soc_, 0, kKnobs.irq_entry_latency};
  std::uint64_t fire_at_ = ~std::uint64_t{0};
};

// Clocks the program takes when nothing comes.
std::uint64_t undisturbed() {
  Arrival quiet(kIrqTimer);
  const std::uint64_t start = quiet.soc().now();
  quiet.victim().execute_all(kProgram);
  return quiet.soc().now() - start;
}

class EveryCause : public testing::TestWithParam<std::uint32_t> {
 protected:
  // The IPI's store shares the bus with the program; only the other causes leave its timing alone.
  static bool timing_is_exact() { return GetParam() != kIrqSoftware; }
  static constexpr unsigned kDelays = 90;  // longer than the program, whatever the arming costs
};

TEST_P(EveryCause, EnabledItIsTakenOnceWhereverItArrives) {
  const std::uint64_t baseline = undisturbed();
  unsigned in_program = 0;
  for (unsigned delay = 1; delay < kDelays; ++delay) {
    SCOPED_TRACE("delay " + std::to_string(delay));
    Arrival test(GetParam());
    test.soc().must(0, csr_write(csr::kMie, mie_bits(GetParam())));
    test.soc().must(0, csr_write(csr::kMstatus, csr::kMstatusMie));
    test.arm(delay);
    const std::uint64_t start = test.soc().now();
    test.victim().execute_all(kProgram);
    if (timing_is_exact()) {
      EXPECT_EQ(test.soc().now() - start, baseline + test.victim().trap_clocks());
    }
    in_program += test.victim().handled_in_all();
    for (unsigned i = 0; i < 3; ++i) test.victim().execute(compute(50));
    EXPECT_EQ(test.victim().handled(GetParam()), 1U);
    EXPECT_EQ(test.victim().handled_in_all(), 1U);
    test.check_effects();
  }
  EXPECT_GE(in_program, 25U) << "the sweep missed the program";
}

TEST_P(EveryCause, MaskedByMieBitItWaitsAndComesWithTheOpThatEnablesIt) {
  const std::uint64_t baseline = undisturbed();
  for (unsigned delay = 1; delay < kDelays; delay += 3) {
    SCOPED_TRACE("delay " + std::to_string(delay));
    Arrival test(GetParam());
    test.soc().must(0, csr_write(csr::kMstatus, csr::kMstatusMie));
    test.arm(delay);
    const std::uint64_t start = test.soc().now();
    test.victim().execute_all(kProgram);
    if (GetParam() != kNmi) {
      EXPECT_EQ(test.victim().handled_in_all(), 0U);
      if (timing_is_exact()) {
        EXPECT_EQ(test.soc().now() - start, baseline);
      }
    }
    test.victim().execute(compute(kDelays));
    const Op opens = csr_set(csr::kMie, mie_bits(GetParam()));
    EXPECT_EQ(test.victim().execute(opens), 0U) << "the old value";
    EXPECT_EQ(test.victim().handled(GetParam()), 1U) << "before the next op";
    if (GetParam() != kNmi) {
      EXPECT_EQ(test.victim().traps().front().status, Status::kTrapped);
    }
    test.check_effects();
  }
}

TEST_P(EveryCause, WithInterruptsOffItComesAtTheEndOfTheWindow) {
  const std::uint64_t baseline = undisturbed();
  for (unsigned delay = 1; delay < kDelays; ++delay) {
    SCOPED_TRACE("delay " + std::to_string(delay));
    Arrival test(GetParam());
    test.soc().must(0, csr_write(csr::kMie, mie_bits(GetParam())));
    test.arm(delay);
    const std::uint64_t start = test.soc().now();
    test.victim().execute_all(kProgram);
    if (GetParam() != kNmi) {
      EXPECT_EQ(test.victim().handled_in_all(), 0U) << "taken with MIE = 0";
      if (timing_is_exact()) {
        EXPECT_EQ(test.soc().now() - start, baseline);
      }
    }
    const unsigned before = test.victim().handled_in_all();
    const bool pending = (test.victim().execute(csr_read(csr::kMip)) & mie_bits(GetParam())) != 0;
    test.victim().execute(csr_set(csr::kMstatus, csr::kMstatusMie));
    if (pending) {
      EXPECT_EQ(test.victim().handled_in_all(), before + 1) << "ran past the enable point";
    }
    test.victim().execute(compute(kDelays));
    EXPECT_EQ(test.victim().handled(GetParam()), 1U);
    test.check_effects();
  }
}

class EveryMaskableCause : public EveryCause {};  // an NMI needs no door

TEST_P(EveryMaskableCause, MretOpensTheDoorLikeACsrWrite) {
  for (unsigned delay = 1; delay < 40; ++delay) {
    SCOPED_TRACE("delay " + std::to_string(delay));
    Arrival test(GetParam());
    test.soc().must(0, csr_write(csr::kMie, mie_bits(GetParam())));
    test.soc().must(0, csr_write(csr::kMstatus, csr::kMstatusMpie));
    test.arm(delay);
    test.victim().execute(compute(20));
    EXPECT_EQ(test.victim().handled_in_all(), 0U);
    test.victim().execute(mret());
    EXPECT_EQ(test.victim().execute(csr_read(csr::kMstatus)) & csr::kMstatusMie, csr::kMstatusMie);
    test.victim().execute(compute(60));
    EXPECT_EQ(test.victim().handled(GetParam()), 1U);
  }
}

TEST_P(EveryCause, WakesWfiWheneverItArrivesAroundIt) {
  for (const bool enabled : {false, true})
    for (unsigned delay = 1; delay < 60; ++delay) {
      SCOPED_TRACE("MIE " + std::to_string(enabled) + ", delay " + std::to_string(delay));
      Arrival test(GetParam());
      test.soc().must(0, csr_write(csr::kMie, mie_bits(GetParam())));
      if (enabled) test.soc().must(0, csr_write(csr::kMstatus, csr::kMstatusMie));
      test.arm(delay);
      test.victim().execute(compute(22));
      // A trap between the last check and the WFI would be the lost wake-up of software, not of hardware: look first.
      if (test.victim().handled_in_all() == 0) test.victim().execute(wfi());
      if (!enabled && GetParam() != kNmi) {
        EXPECT_EQ(test.victim().handled_in_all(), 0U) << "woken, not trapped";
        EXPECT_NE(test.victim().execute(csr_read(csr::kMip)) & mie_bits(GetParam()), 0U);
        test.victim().execute(csr_set(csr::kMstatus, csr::kMstatusMie));
      }
      EXPECT_EQ(test.victim().handled(GetParam()), 1U);
    }
}

std::string name_of(const testing::TestParamInfo<std::uint32_t>& cause) {
  constexpr const char* kNames[] = {"Nmi", "Software", "Timer", "External"};
  return kNames[(cause.param + 1) / 4];
}
INSTANTIATE_TEST_SUITE_P(Causes, EveryCause, testing::Values(kNmi, kIrqSoftware, kIrqTimer, kIrqExternal), name_of);
INSTANTIATE_TEST_SUITE_P(Causes, EveryMaskableCause, testing::Values(kIrqSoftware, kIrqTimer, kIrqExternal), name_of);

TEST(Wfi, IgnoresWhatMieDoesNotEnable) {
  SocBench soc;
  soc.boot_all();
  soc.must(0, csr_write(csr::kMie, csr::kMieTimer));
  soc.must(1, store(mswi::msip(0), 1));
  soc.present(0, wfi());
  soc.clocks(100);
  EXPECT_FALSE(soc.asks(0));
  soc.must(1, store(mtimer::mtimecmp_hi(0), 0));
  soc.must(1, store(mtimer::mtimecmp_lo(0), 0));
  EXPECT_EQ(soc.wait(0, 10), 2U) << "one clock for the comparison, one for the hart";
  EXPECT_EQ(soc.response(0).status, Status::kDone);
}

TEST(Wfi, FallsThroughInOneClockWhenPending) {
  SocBench soc;
  soc.boot();
  soc.must(0, csr_write(csr::kMie, csr::kMieSoftware));
  soc.must(0, store(mswi::msip(0), 1));
  soc.must(0, compute(20));
  soc.must(0, wfi());
  EXPECT_EQ(soc.took(), 1U);
}

TEST(Priority, ExternalThenSoftwareThenTimer) {
  SocBench soc;
  soc.boot_all();
  TrappingHart victim(soc, 0, 6);
  soc.must(1, store(plic::priority(kPlicSourceTest), 1));
  soc.must(1, store(plic::enable(0, 0), 1U << kPlicSourceTest));
  soc.set_source(0, true);
  soc.must(1, store(mswi::msip(0), 1));
  soc.must(1, store(mtimer::mtimecmp_hi(0), 0));
  soc.must(1, store(mtimer::mtimecmp_lo(0), 0));
  soc.clocks(30);
  soc.must(0, csr_write(csr::kMie, csr::kMieExternal | csr::kMieSoftware | csr::kMieTimer));
  victim.execute(csr_set(csr::kMstatus, csr::kMstatusMie));
  ASSERT_EQ(victim.traps().size(), 3U);
  EXPECT_EQ(victim.traps()[0].cause, kIrqExternal);
  EXPECT_EQ(victim.traps()[1].cause, kIrqSoftware) << "taken at the MRET of the one before";
  EXPECT_EQ(victim.traps()[2].cause, kIrqTimer);
}

TEST(Trap, EntryAndMretMoveTheInterruptEnableStack) {
  SocBench soc;
  soc.boot();
  soc.must(0, csr_write(csr::kMie, csr::kMieSoftware));
  soc.must(0, store(mswi::msip(0), 1));
  soc.must(0, compute(20));
  EXPECT_EQ(soc.run(0, csr_write(csr::kMstatus, csr::kMstatusMie)).status, Status::kTrapped);
  EXPECT_EQ(soc.csr(0, csr::kMstatus), csr::kMstatusMpp | csr::kMstatusMpie);
  EXPECT_EQ(soc.csr(0, csr::kMcause), 0x8000'0000U | kIrqSoftware);
  soc.must(0, store(mswi::msip(0), 0));
  soc.must(0, compute(5));
  soc.must(0, mret());
  EXPECT_EQ(soc.csr(0, csr::kMstatus), csr::kMstatusMpp | csr::kMstatusMie | csr::kMstatusMpie);
  soc.must(0, csr_clear(csr::kMstatus, csr::kMstatusMpie));
  soc.must(0, mret());
  EXPECT_EQ(soc.csr(0, csr::kMstatus), csr::kMstatusMpp | csr::kMstatusMpie) << "MIE := MPIE, MPIE := 1";
}

TEST(Nmi, HasItsOwnStateAndShutsTheDoorBehindIt) {
  SocBench soc;
  soc.boot_all();
  soc.must(0, csr_write(csr::kMcause, 5));
  soc.must(0, csr_write(csr::kMie, csr::kMieSoftware));
  for (const unsigned channel : {0U, 1U}) {  // two barks for hart 0, one behind the other
    soc.must(1, store(swdt::channel_target(channel), 0));
    soc.must(1, store(swdt::channel_bark_thold(channel), 30 + 40 * channel));
    soc.must(1, store(swdt::channel_ctrl(channel),
                      swdt::kChannelCtrlEnable | swdt::kChannelCtrlBarkRouteNmi << swdt::kChannelCtrlBarkRouteShift));
  }
  soc.must(1, store(swdt::gctrl(), swdt::kGctrlEnable));
  soc.must(1, store(mswi::msip(0), 1));
  const Response taken = soc.run(0, compute(1000));
  EXPECT_EQ(taken.status, Status::kTrapped);
  EXPECT_TRUE(taken.nmi);
  EXPECT_EQ(soc.csr(0, csr::kMcause), 5U) << "mcause is the interrupted code's";
  EXPECT_EQ(soc.csr(0, csr::kMncause), 0x8000'0000U);
  EXPECT_EQ(soc.csr(0, csr::kMnstatus), 0U);
  EXPECT_EQ(soc.csr(0, csr::kMstatus), csr::kMstatusMpp);
  soc.must(0, csr_set(csr::kMstatus, csr::kMstatusMie));
  soc.must(0, compute(100));  // the second bark and the IPI wait
  const Response second = soc.run(0, mnret());
  EXPECT_EQ(second.status, Status::kTrapped);
  EXPECT_TRUE(second.nmi) << "before the interrupt that waits as well";
  const Response third = soc.run(0, mnret());
  EXPECT_EQ(third.status, Status::kTrapped);
  EXPECT_FALSE(third.nmi);
  EXPECT_EQ(third.cause, kIrqSoftware);
}

// COMPUTE(a) COMPUTE(b) is COMPUTE(a + b): same traps at the same cycles with the same work left, same end.
TEST(ComputeProperty, SplittingChangesNothingUnderAnyInterrupts) {
  struct Outcome {
    std::vector<std::uint64_t> trap_cycles;
    std::uint64_t end;
    bool operator==(const Outcome&) const = default;
  };
  const auto outcome = [](std::uint64_t seed, bool split) {
    std::mt19937_64 random(seed);
    SocBench soc(kKnobs);
    soc.boot_all();
    TrappingHart victim(soc, 0, kKnobs.irq_entry_latency);
    soc.must(1, store(plic::priority(kPlicSourceTest), 1));
    soc.must(1, store(plic::enable(0, 0), 1U << kPlicSourceTest));
    soc.must(0, csr_write(csr::kMie, csr::kMieExternal | csr::kMieSoftware));
    soc.must(0, csr_write(csr::kMstatus, csr::kMstatusMie));
    const std::uint64_t start = soc.now();
    std::vector<std::uint64_t> times;
    for (std::uint64_t at = start; times.size() < 6;) times.push_back(at += 1 + random() % 60);
    victim.before_each_clock([&, next = std::size_t{0}]() mutable {
      if (next < times.size() && soc.now() >= times[next]) {
        if (next++ % 2 == 0) soc.set_source(0, true);
        else if (soc.asks(1)) soc.present(1, store(mswi::msip(0), 1));
      }
    });
    std::uint32_t left = 300;
    std::mt19937_64 cut(seed + 1000);
    while (left > 0) {
      const std::uint32_t piece = split ? 1 + static_cast<std::uint32_t>(cut() % std::min(left, 25U)) : left;
      victim.execute(compute(piece));
      left -= piece;
    }
    Outcome result{{}, soc.now()};
    for (const auto& trap : victim.traps()) result.trap_cycles.push_back(trap.cycle);
    EXPECT_GE(victim.traps().size(), 3U);
    return result;
  };
  for (std::uint64_t seed = 1; seed <= 40; ++seed) EXPECT_EQ(outcome(seed, true), outcome(seed, false)) << "seed " << seed;
}

}  // namespace
}  // namespace bench
