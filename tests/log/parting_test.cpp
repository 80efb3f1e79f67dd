// SPDX-License-Identifier: Apache-2.0
// Goal: of two logs the first event that differs is found, and the first decision that differs, whatever the time did in between.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "log/parting.h"
#include "log/reader.h"
#include "tests/log/write_log.h"
#include "tests/tb/support.h"

namespace event_log {
namespace {

namespace test = tb::test;
using test::Played;
using testing::IsEmpty;

constexpr auto kR = trace::TaskState::kR;
constexpr auto kS = trace::TaskState::kS;

std::function<void()> switched(const char* prev, trace::TaskState state, const char* next, unsigned pid = 7) {
  return [=] { trace::sched_switch(1, prev, state, pid, next, trace::Class::kFair, trace::Class::kExt); };
}
std::function<void()> woken(unsigned pid, const char* comm, unsigned cpu) {
  return [=] { trace::sched_wakeup(pid, comm, cpu); };
}
const auto tick = [] { trace::tick(1, 0); };
const auto wfi = [] { trace::wfi_enter(0); };
const auto verbose = [] { trace::lock_acquired(3, 0); };

// As if each cycle of the script took longer.
std::vector<Played> slower(std::vector<Played> script, sim::Cycle percent) {
  for (Played& played : script) played.cycle += played.cycle * percent / 100;
  return script;
}

class PartingTest : public testing::Test {
 protected:
  std::string write(const std::string& name, const std::vector<Played>& script) { return test::write_log(dir_ / name, script); }
  Partings part(const std::vector<Played>& first, const std::vector<Played>& second, std::size_t context = 3) {
    const std::string a = write("a.bin", first);
    return find_partings(a, write("b.bin", second), context);
  }
  static std::vector<sim::Cycle> cycles(const std::vector<LoggedEvent>& events) {
    std::vector<sim::Cycle> all;
    for (const LoggedEvent& event : events) all.push_back(event.cycle);
    return all;
  }

  test::TempDir dir_;
};

// hog and sleeper on hart 0, each woken on CPU 0.
const std::vector<Played> kScript = {{100, 0, woken(7, "hog", 0)},
                                     {110, 0, switched("idle", kR, "hog")},
                                     {150, 1, wfi},
                                     {200, 0, tick},
                                     {250, 1, woken(8, "rt", 0)},
                                     {300, 0, switched("hog", kR, "rt")},
                                     {400, 0, switched("rt", kS, "hog")},
                                     {500, 0, switched("hog", kS, "idle")}};

TEST_F(PartingTest, TheSameLogsDoNotPart) {
  const Partings same = part(kScript, kScript);
  EXPECT_FALSE(same.event);
  EXPECT_FALSE(same.decision);
  EXPECT_EQ(same.equal, kScript.size());
  EXPECT_FALSE(part({}, {}).event);
}

TEST_F(PartingTest, VerboseEventsAreLeftOut) {
  auto closer = kScript;
  closer.insert(closer.begin() + 3, {160, 0, verbose});
  EXPECT_FALSE(part(closer, kScript).event);
  EXPECT_FALSE(part(kScript, closer).event);
}

TEST_F(PartingTest, AnotherTaskIsAnEventAndADecision) {
  auto other = kScript;
  other[5].emit = switched("hog", kR, "idle");
  const Partings found = part(kScript, other);
  ASSERT_TRUE(found.event && found.decision);
  EXPECT_EQ(found.equal, 5U);
  EXPECT_EQ(found.event->cycle, 300U);
  EXPECT_EQ(found.event->hart, 0U);
  EXPECT_EQ(cycles(found.event->a.before), (std::vector<sim::Cycle>{100, 110, 200})) << "of that hart only";
  EXPECT_EQ(cycles(found.event->a.after), (std::vector<sim::Cycle>{300, 400, 500}));
  EXPECT_EQ(found.decision->cycle, 300U);
  EXPECT_EQ(found.decision->stream.text(), "hart 0");
  EXPECT_EQ(found.decision->equal, 1U);
  EXPECT_EQ(cycles(found.decision->b.before), std::vector<sim::Cycle>{110});
  EXPECT_EQ(found.decision->b.after.front().text,
            "sched_switch prev_pid=1 prev_comm=hog prev_state=R next_pid=7 next_comm=idle prev_class=fair next_class=ext");
  ASSERT_TRUE(found.decision->a.ran);
  EXPECT_EQ(found.decision->a.ran->task, "hog");
  EXPECT_EQ(found.decision->a.ran->from, 110U);
  ASSERT_EQ(found.decision->a.runs.size(), 3U);
  EXPECT_EQ(found.decision->a.runs[0].task, "rt");
  EXPECT_EQ(found.decision->b.runs[0].task, "idle");
}

TEST_F(PartingTest, TimeAloneIsNoDecision) {
  const Partings found = part(kScript, slower(kScript, 20));
  ASSERT_TRUE(found.event);
  EXPECT_EQ(found.event->cycle, 100U);
  EXPECT_EQ(found.equal, 0U);
  EXPECT_FALSE(found.decision);
}

TEST_F(PartingTest, AChangedLatencyHidesNoDecision) {
  auto other = kScript;
  other[6].emit = switched("rt", kS, "idle");
  const auto late = slower(other, 20);
  for (const bool swapped : {false, true}) {
    const Partings found = swapped ? part(late, kScript) : part(kScript, late);
    ASSERT_TRUE(found.decision);
    EXPECT_EQ(found.decision->cycle, 400U) << "that of the earlier one";
    EXPECT_EQ((swapped ? found.decision->a : found.decision->b).after.front().cycle, 480U);
    EXPECT_EQ(cycles((swapped ? found.decision->a : found.decision->b).before), (std::vector<sim::Cycle>{132, 360}));
    EXPECT_EQ(found.decision->equal, 2U);
    EXPECT_EQ(found.event->cycle, 100U);
  }
}

// An interrupt that comes before or after what a hart does anyway changes the order of its events, and nothing that was decided.
TEST_F(PartingTest, OtherEventsAndTheOrderAmongHartsAreNoDecisions) {
  auto other = kScript;
  std::swap(other[3].emit, other[4].emit);  // the tick and the wakeup
  std::swap(other[3].hart, other[4].hart);
  other.erase(other.begin() + 2);
  const Partings found = part(kScript, other);
  ASSERT_TRUE(found.event);
  EXPECT_FALSE(found.decision);
}

TEST_F(PartingTest, PidsDoNotMatterNamesDo) {
  auto other = kScript;
  other[4].emit = woken(9, "rt", 0);
  other[5].emit = switched("hog", kR, "rt", 9);
  EXPECT_FALSE(part(kScript, other).decision);
  other[4].emit = woken(9, "rt", 1);
  const Partings found = part(kScript, other);
  ASSERT_TRUE(found.decision);
  EXPECT_EQ(found.decision->stream.text(), "task rt");
  EXPECT_EQ(found.decision->cycle, 250U);
  EXPECT_EQ(found.decision->hart, 1U) << "where it was woken";
}

TEST_F(PartingTest, OfSeveralTheEarliestIsTheFirst) {
  auto other = kScript;
  other[4].emit = woken(8, "rt", 1);
  other[6].emit = switched("rt", kS, "idle");
  EXPECT_EQ(part(kScript, other).decision->cycle, 250U);
  // What the other log answers much later only is found all the same.
  std::vector<Played> a = {{10, 0, switched("idle", kR, "hog")}, {20, 1, switched("idle", kR, "rt")}};
  std::vector<Played> b = {{15, 0, switched("idle", kR, "two")}};
  for (sim::Cycle cycle = 100; cycle < 2000; ++cycle) {
    a.push_back({cycle, 0, tick});
    b.push_back({cycle, 0, tick});
  }
  a.insert(a.begin(), {5, 2, switched("idle", kR, "x")});
  b.push_back({3000, 2, switched("idle", kR, "y")});
  const Partings found = part(a, b);
  ASSERT_TRUE(found.decision);
  EXPECT_EQ(found.decision->stream.text(), "hart 2");
  EXPECT_EQ(found.decision->cycle, 5U);
}

TEST_F(PartingTest, OneThatEndsEarlierDecidesNothingElse) {
  const std::vector<Played> part_of_it(kScript.begin(), kScript.begin() + 5);
  const Partings found = part(part_of_it, kScript);
  ASSERT_TRUE(found.event);
  EXPECT_EQ(found.event->cycle, 300U);
  EXPECT_THAT(found.event->a.after, IsEmpty());
  EXPECT_EQ(found.event->b.after.size(), 3U);
  EXPECT_FALSE(found.decision) << "it was not there any more";
  // Nor does one that is as far when both end.
  auto late = slower(kScript, 20);
  late.pop_back();
  late.push_back({510, 1, tick});
  EXPECT_FALSE(part(kScript, late).decision);
}

TEST_F(PartingTest, WhatOneNeverDoesIsADecision) {
  auto other = kScript;
  other.erase(other.begin() + 4);  // the wakeup
  other.push_back({900, 1, tick});
  const Partings found = part(kScript, other);
  ASSERT_TRUE(found.decision);
  EXPECT_EQ(found.decision->stream.text(), "task rt");
  EXPECT_THAT(found.decision->b.after, IsEmpty());
  EXPECT_FALSE(found.decision->b.ran) << "no log says what hart 1 runs";
  EXPECT_EQ(part(other, kScript).decision->cycle, 250U);
}

TEST_F(PartingTest, TheRetryOfABreakoutAndThePolicyAreDecisions) {
  const std::vector<Played> a = {{5, 0, [] { trace::scx_enable("qmap"); }},
                                 {9, 1, [] { trace::breakout(32, trace::Retry::kKick); }}};
  auto b = a;
  b[1].emit = [] { trace::breakout(32, trace::Retry::kReschedCurr); };
  EXPECT_EQ(part(a, b).decision->stream.text(), "breakouts of hart 1");
  b[0].emit = [] { trace::scx_enable("simple"); };
  EXPECT_EQ(part(a, b).decision->stream.text(), "the machine");
}

// A hart that asks again and again does so once more or once less before an interrupt; that is a matter of time.
TEST_F(PartingTest, HowManyBreakoutsComeBetweenTwoSwitchesIsNoDecision) {
  const auto breakout = [] { trace::breakout(32, trace::Retry::kKick); };
  const std::vector<Played> a = {
      {100, 0, breakout}, {200, 0, breakout}, {250, 0, switched("idle", kR, "rt")}, {300, 0, breakout}};
  const std::vector<Played> b = {
      {110, 0, breakout}, {240, 0, switched("idle", kR, "rt")}, {250, 0, breakout}, {310, 0, breakout}};
  EXPECT_FALSE(part(a, b).decision);
}

TEST_F(PartingTest, WithoutContextTheDifferenceIsStillThere) {
  auto other = kScript;
  other[5].emit = switched("hog", kR, "idle");
  const Partings found = part(kScript, other, 0);
  EXPECT_THAT(found.event->a.before, IsEmpty());
  EXPECT_EQ(found.event->a.after.size(), 1U);
  EXPECT_THAT(found.decision->a.before, IsEmpty());
  EXPECT_EQ(found.decision->b.after.size(), 1U);
}

TEST_F(PartingTest, OneThatIsNoLogIsRefused) {
  const std::string a = write("a.bin", kScript);
  EXPECT_THROW((void)find_partings(a, (dir_ / "none").string(), 3), LogError);
}

}  // namespace
}  // namespace event_log
