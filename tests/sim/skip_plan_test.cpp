// SPDX-License-Identifier: Apache-2.0
// How many cycles a clock may stand for, by the rules of the RTL's inputs: a transfer is requested a clock behind its lead, granted
// over an idle bus, and accessed behind the latency; a load that is skipped to its end takes a clock more (soc_bus, soc).
#include "sim/skip_plan.h"

#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

namespace sim {
namespace {

using platform::ram::kBase;
using platform::ram::kSizeDefault;

constexpr std::uint16_t kLatency = 2;
constexpr std::uint32_t kBusIdle = platform::kHorizonNever;
constexpr std::uint32_t kBusRequested = 0;       // and not granted yet
constexpr std::uint32_t kAccess = kLatency + 1;  // from a request to the clock of the access
constexpr Cycle kFar = 100'000;

std::string text(const SkipPlan::Edge& clock) {
  std::ostringstream text;
  text << (clock.ask ? "ask" : "clock");
  if (clock.skip != 0) text << ' ' << clock.skip;
  if (clock.leap != 0) text << " leap " << clock.leap;
  if (clock.finish) text << " finish";
  return text.str();
}

class SkipPlanTest : public testing::Test {
 protected:
  // The RTL is quiet up to that cycle; harts have the status given, others are done.
  void quiet(Cycle now, Cycle until, std::vector<std::uint8_t> status = {}) {
    status.resize(64, static_cast<std::uint8_t>(Status::kDone));
    plan_.answered(now, static_cast<std::uint32_t>(until - now), status.data());
  }
  std::string next(Cycle now, Cycle limit = kFar, std::uint32_t bus = kBusIdle) { return text(plan_.next(now, limit, bus)); }
  std::string shown(Cycle now, Cycle limit = kFar, std::uint32_t bus = kBusIdle) {
    return text(plan_.next_shown(now, limit, bus));
  }

  SkipPlan plan_{64, kLatency};
};

TEST_F(SkipPlanTest, AsksFirstAndAgainWhereTheAnswerEnds) {
  EXPECT_EQ(next(10), "ask");
  quiet(10, 110);
  EXPECT_EQ(next(10), "clock 100");
  EXPECT_EQ(next(10, 50), "clock 40");
  EXPECT_EQ(next(108), "clock 2");
  EXPECT_EQ(next(109), "clock") << "one cycle is an ordinary clock";
  EXPECT_EQ(next(110), "ask");
  quiet(110, 210);
  plan_.forget();
  EXPECT_EQ(next(120), "ask");
}

TEST_F(SkipPlanTest, StopsBeforeTheEventOfTheBus) {
  quiet(10, 110);
  EXPECT_EQ(next(10, kFar, 7), "clock 7");
  EXPECT_EQ(next(10, kFar, 1), "clock");
  EXPECT_EQ(next(10, 15, 7), "clock 5");
}

TEST_F(SkipPlanTest, AComputeIsPassedToItsEndAndNothingUnforeseenFollows) {
  quiet(10, kFar);
  plan_.begin(3, Opcode::kCompute, 0, 30, 10);
  plan_.begin(4, Opcode::kCompute, 0, 50, 10);
  EXPECT_EQ(next(10), "clock 30");
  EXPECT_EQ(next(40), "clock 20") << "the other's";
  EXPECT_EQ(next(60), "clock " + std::to_string(kFar - 60));
}

TEST_F(SkipPlanTest, BehindOtherOpsTheRtlIsAskedAgain) {
  for (const Opcode opcode : {Opcode::kCsrRead, Opcode::kWfi}) {
    quiet(10, kFar);
    plan_.begin(0, opcode, 0, 5, 10);
    EXPECT_EQ(next(10), "clock 5");
    EXPECT_EQ(next(15), "ask");
  }
  quiet(15, kFar);
  plan_.begin(0, Opcode::kCompute, 0, 0, 15);
  EXPECT_EQ(next(15), "ask") << "it breaks an invariant of the hart, which is to be found at its cycle";
}

TEST_F(SkipPlanTest, WhoHasTrappedOrIsHeldBurnsNoMore) {
  plan_.begin(0, Opcode::kCsrRead, 0, 50, 0);
  plan_.begin(1, Opcode::kCsrRead, 0, 60, 0);
  plan_.begin(2, Opcode::kCsrRead, 0, 70, 0);
  const auto trapped = static_cast<std::uint8_t>(Status::kTrapped), reset = static_cast<std::uint8_t>(Status::kReset);
  const auto done_by_error = static_cast<std::uint8_t>(static_cast<std::uint8_t>(Status::kDone) | platform::hart::kRspBusError);
  quiet(10, kFar, {trapped, reset, done_by_error});
  EXPECT_EQ(next(50), "clock 20");
  EXPECT_EQ(next(60), "clock 10") << "nothing of the others' is unforeseen";
  EXPECT_EQ(next(70), "ask");
}

// --- transfers --------------------------------------------------------------------------------------------------------

TEST_F(SkipPlanTest, ALoadLeapsToItsEndAndAStoreToItsAccess) {
  quiet(10, kFar);
  plan_.begin(40, Opcode::kLoad, kBase, 7, 10);
  EXPECT_EQ(next(10), "clock " + std::to_string(7 + 1 + kAccess + 1) + " leap " + std::to_string(std::uint64_t{1} << 40));
  for (const Opcode opcode : {Opcode::kStore, Opcode::kAmoAdd, Opcode::kCas}) {
    plan_ = SkipPlan(64, kLatency);
    quiet(10, kFar);
    plan_.begin(1, opcode, kBase, 7, 10);
    EXPECT_EQ(next(12), "clock " + std::to_string(5 + 1 + kAccess) + " leap 2") << "of its lead two are burnt";
  }
}

TEST_F(SkipPlanTest, OnlyAlignedWordsOfRamAreLeaptTo) {
  const auto first_of = [this](std::uint32_t addr) {
    plan_ = SkipPlan(64, kLatency);
    quiet(10, kFar);
    plan_.begin(0, Opcode::kLoad, addr, 7, 10);
    return next(10);
  };
  EXPECT_EQ(first_of(kBase + kSizeDefault - 4), "clock 12 leap 1");
  for (const std::uint32_t addr : {kBase + kSizeDefault, kBase - 4, kBase + 1, kBase + 2, kBase + 3, platform::plic::kBase})
    EXPECT_EQ(first_of(addr), "clock 8") << "to its request: " << std::hex << addr;
}

TEST_F(SkipPlanTest, NothingElseMayFallIntoALeap) {
  const std::string leap = "clock 12 leap 1", request = "clock 8";
  const auto first_with = [this](Cycle until, Cycle limit, Cycle other_end, std::uint32_t bus) {
    plan_ = SkipPlan(64, kLatency);
    quiet(10, until);
    plan_.begin(0, Opcode::kLoad, kBase, 7, 10);
    if (other_end != kNever) plan_.begin(5, Opcode::kCompute, 0, static_cast<std::uint32_t>(other_end - 10), 10);
    return next(10, limit, bus);
  };
  EXPECT_EQ(first_with(22, kFar, kNever, kBusIdle), leap);
  EXPECT_EQ(first_with(21, kFar, kNever, kBusIdle), request);
  EXPECT_EQ(first_with(kFar, 22, kNever, kBusIdle), leap);
  EXPECT_EQ(first_with(kFar, 21, kNever, kBusIdle), request);
  EXPECT_EQ(first_with(kFar, kFar, 22, kBusIdle), leap);
  EXPECT_EQ(first_with(kFar, kFar, 21, kBusIdle), request);
  EXPECT_EQ(first_with(kFar, kFar, kNever, 100), request) << "the bus is taken";
}

TEST_F(SkipPlanTest, OfSeveralTransfersTheFirstLeapsUnlessTheArbiterHasToChoose) {
  const auto with_leads = [this](std::vector<std::uint32_t> leads) {
    plan_ = SkipPlan(64, kLatency);
    quiet(10, kFar);
    for (HartId hart = 0; hart < leads.size(); ++hart) plan_.begin(hart, Opcode::kLoad, kBase, leads[hart], 10);
    return next(10);
  };
  EXPECT_EQ(with_leads({7, 8}), "clock 12 leap 1");
  EXPECT_EQ(with_leads({8, 7}), "clock 12 leap 2");
  EXPECT_EQ(with_leads({7, 7}), "clock 8");
  EXPECT_EQ(with_leads({9, 7, 8}), "clock 12 leap 2");
  EXPECT_EQ(with_leads({9, 7, 7}), "clock 8");
  EXPECT_EQ(with_leads({7, 9, 7}), "clock 8");
  EXPECT_EQ(with_leads({7, 9, 8}), "clock 12 leap 1");
}

// The next of them leaps once the first has been served.
TEST_F(SkipPlanTest, ATransferBehindTheOneServedIsFoundAgain) {
  quiet(10, kFar);
  plan_.begin(0, Opcode::kLoad, kBase, 7, 10);
  plan_.begin(1, Opcode::kStore, kBase, 37, 10);
  plan_.begin(2, Opcode::kStore, kBase, 40, 10);
  EXPECT_EQ(next(10), "clock 12 leap 1");
  EXPECT_EQ(next(22), "clock " + std::to_string(48 - 22 + kAccess) + " leap 2");
}

TEST_F(SkipPlanTest, ARequestIsTakenToItsAccessAndALoadAloneToItsEnd) {
  quiet(10, kFar);
  plan_.begin(0, Opcode::kLoad, kBase, 0, 10);
  EXPECT_EQ(next(11, kFar, kBusRequested), "clock " + std::to_string(kAccess + 1) + " finish");
  EXPECT_EQ(next(11, 15, kBusRequested), "clock 4 finish");
  EXPECT_EQ(next(11, 14, kBusRequested), "clock 3") << "to the access";
  EXPECT_EQ(next(11, 13, kBusRequested), "clock 2");
  quiet(11, 15);
  EXPECT_EQ(next(11, kFar, kBusRequested), "clock 4 finish");
  quiet(11, 14);
  EXPECT_EQ(next(11, kFar, kBusRequested), "clock 3");
  quiet(11, kFar);
  plan_.begin(1, Opcode::kCompute, 0, 4, 11);
  EXPECT_EQ(next(11, kFar, kBusRequested), "clock 4 finish");
  plan_.begin(1, Opcode::kCompute, 0, 3, 11);
  EXPECT_EQ(next(11, kFar, kBusRequested), "clock 3");
}

TEST_F(SkipPlanTest, WithAnyOtherTransferWaitingNoLoadIsTakenToItsEnd) {
  for (const std::uint32_t addr : {kBase, kBase + 2, platform::plic::kBase}) {
    plan_ = SkipPlan(64, kLatency);
    quiet(10, kFar);
    const Opcode opcode = addr == kBase ? Opcode::kStore : Opcode::kLoad;
    plan_.begin(0, Opcode::kLoad, kBase, 0, 10);
    plan_.begin(33, opcode, addr, 0, 10);
    EXPECT_EQ(next(11, kFar, kBusRequested), "clock 3");
    plan_.begin(33, Opcode::kCompute, 0, 1000, 15);
    EXPECT_EQ(next(15, kFar, kBusRequested), "clock 4 finish") << "that one is served";
  }
}

// --- with waves open --------------------------------------------------------------------------------------------------

TEST_F(SkipPlanTest, WhereAllIsShownOnlyCountdownsArePassed) {
  EXPECT_EQ(shown(10), "ask");
  quiet(10, kFar);
  EXPECT_EQ(shown(10), "clock " + std::to_string(kFar - 10));
  EXPECT_EQ(shown(10, 30), "clock 20");
  plan_.begin(0, Opcode::kCompute, 0, 40, 10);
  EXPECT_EQ(shown(10), "clock") << "it begins";
  EXPECT_EQ(shown(11), "clock 37") << "two before its end it leaves COMPUTE";
  EXPECT_EQ(shown(46), "clock 2");
  EXPECT_EQ(shown(47), "clock");
  EXPECT_EQ(shown(48), "clock");
  EXPECT_EQ(shown(49), "clock");
  EXPECT_EQ(shown(11, kFar, 9), "clock 8") << "the bus moves on at the clock behind";
  EXPECT_EQ(shown(11, kFar, 3), "clock 2");
  EXPECT_EQ(shown(11, kFar, 2), "clock");
  EXPECT_EQ(shown(11, kFar, kBusRequested), "clock");
  EXPECT_EQ(shown(11, 20, kBusIdle), "clock 9");
  quiet(11, 21);
  EXPECT_EQ(shown(11), "clock 10");
  EXPECT_EQ(shown(21), "ask");
}

TEST_F(SkipPlanTest, WhereAllIsShownNothingLeaps) {
  quiet(10, kFar);
  plan_.begin(0, Opcode::kLoad, kBase, 20, 10);
  EXPECT_EQ(shown(10), "clock");
  EXPECT_EQ(shown(11), "clock 18");
  EXPECT_EQ(shown(31, kFar, kBusRequested), "clock");
}

}  // namespace
}  // namespace sim
