// SPDX-License-Identifier: Apache-2.0
// Goal: explain answers about the wait that was asked for, and finds the one that is wrong if none was.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tb/config/problems.h"
#include "tb/explain/show.h"
#include "tb/explain/verdict.h"
#include "tests/tb/explain/script.h"

namespace tb::explain {
namespace {

using testing::HasSubstr;

// A task waits longer, in order; a hart that misses a tick is what is wrong.
TEST_F(ExplainTest, AHartWithInterruptsOffIsFoundBesideALongerWaitInOrder) {
  const auto found = [this](sim::Cycle length) {
    return of({{10, 0, born(kVictim, "victim")},
               {1000, 0, switched(0, kR, kOther)},
               {2000, 0, queued(kVictim, trace::Queue::kLocal)},
               {2000, 0, woken(kVictim, "victim")},
               {3000, 1, switched(0, kR, kThird)},
               {4000, 1, [] { trace::irq_off(trace::Site::kOpsEnqueue); }},
               {4000 + length, 1, [] { trace::irq_on(trace::Site::kOpsEnqueue); }},
               {190'000, 0, switched(kOther, kS, kVictim)}});
  };
  EXPECT_EQ(found(kTick - 1).verdict.what, Class::nothing_wrong);
  EXPECT_EQ(found(kTick - 1).task, "victim[5]");
  EXPECT_EQ(found(kTick + 1).verdict.what, Class::interrupts_off);
  EXPECT_EQ(found(kTick + 1).task, "hart 1");
}

TEST_F(ExplainTest, AShorterWaitThatIsWrongIsFoundBesideALongerOneInOrder) {
  std::vector<Played> script = {{10, 0, born(kVictim, "victim")},
                                {10, 0, born(8, "fourth")},
                                {1000, 0, switched(0, kR, kOther)},
                                {2000, 0, queued(kVictim, trace::Queue::kLocal)},
                                {2000, 0, woken(kVictim, "victim")},
                                {3000, 1, switched(0, kR, kThird, trace::Class::kRt)},
                                {4000, 1, queued(8, trace::Queue::kLocal, 1)},
                                {4000, 1, woken(8, "fourth", 1)},
                                {160'000, 0, switched(kOther, kS, 9)},
                                {300'000, 1, switched(kThird, kS, 8, trace::Class::kExt, trace::Class::kRt)},
                                {320'000, 0, switched(9, kS, kVictim)}};
  EXPECT_EQ(of(script).verdict.what, Class::rt_hog);
  EXPECT_EQ(of(script).wait->pid, 8u);
  EXPECT_EQ(of(script, {.task = "victim"}).verdict.what, Class::nothing_wrong);
  script[script.size() - 2].cycle = 190'000;
  EXPECT_EQ(of(script).wait->pid, kVictim) << "less than two ticks";
}

TEST_F(ExplainTest, ASleepThatNothingEndsIsTheAnswerForANamedTaskOnly) {
  const std::vector<Played> script = {{10, 0, born(kVictim, "victim")},
                                      {1000, 0, woken(kVictim, "victim")},
                                      {1100, 0, switched(0, kR, kVictim)},
                                      {2000, 0, switched(kVictim, kS, 0)},
                                      {900'000, 0, [] { trace::policy_print("x"); }}};
  EXPECT_EQ(of(script).wait->cycles(), 100u);
  std::vector<Played> twice = script;  // it sleeps that long every time
  twice.insert(
      twice.end() - 1,
      {{500'000, 0, woken(kVictim, "victim")}, {500'100, 0, switched(0, kR, kVictim)}, {510'000, 0, switched(kVictim, kS, 0)}});
  EXPECT_EQ(of(twice, {.task = "victim", .or_sleep = true}).wait->cycles(), 100u);
  const Explanation found = of(script, {.task = "victim", .or_sleep = true});
  EXPECT_EQ(found.wait->from, 2000u);
  EXPECT_EQ(cycles(found, CauseKind::asleep), 898'000u);
  EXPECT_EQ(found.verdict.what, Class::not_woken);
}

TEST_F(ExplainTest, WhoWokeItBeforeWaitsItself) {
  const Explanation found = of({{10, 0, born(kVictim, "victim")},
                                {10, 0, born(kOther, "other", trace::Class::kExt, 2)},
                                {500, 1, switched(0, kR, kOther)},
                                {1000, 1, woken(kVictim, "victim")},
                                {1100, 0, switched(0, kR, kVictim)},
                                {2000, 0, switched(kVictim, kS, 0)},
                                {102'000, 1, queued(kOther, trace::Queue::kLocal, 1)},
                                {102'000, 1, switched(kOther, kR, kThird, trace::Class::kRt)},
                                {900'000, 0, [] { trace::policy_print("x"); }}},
                               {.task = "victim", .or_sleep = true});
  EXPECT_EQ(found.wait->from, 2000u);
  EXPECT_EQ(cycles(found, CauseKind::asleep), 898'000u);
  EXPECT_EQ(found.cycles_of(CauseKind::higher_class), 798'000u);
  EXPECT_EQ(found.verdict.what, Class::rt_hog);
  EXPECT_THAT(found.verdict.sentence, HasSubstr("and other[6], which woke it before, waits, while hart 1 runs third[7]"));
}

TEST_F(ExplainTest, ASleepLikeThoseBeforeIsNoAnswer) {
  const auto found = [this](sim::Cycle end, bool waking = false) {
    return of({{10, 0, born(kVictim, "victim")},
               {1000, 0, woken(kVictim, "victim")},
               {1100, 0, switched(0, kR, kVictim)},
               {2000, 0, switched(kVictim, kS, 0)},
               {102'000, 0, woken(kVictim, "victim")},
               {102'500, 0, switched(0, kR, kVictim)},
               {103'000, 0, switched(kVictim, kS, 0)},
               {end - 10, 1, [waking] { trace::sched_waking(waking ? kVictim : kOther, "x", 0); }},
               {end, 0, [] { trace::policy_print("x"); }}},
              {.task = "victim", .or_sleep = true});
  };
  EXPECT_EQ(found(300'000).wait->cycles(), 500u) << "less than twice the sleep before";
  EXPECT_EQ(found(400'000).verdict.what, Class::not_woken);
  EXPECT_EQ(found(400'000, true).wait->cycles(), 500u) << "a hart has begun to wake it";
}

TEST_F(ExplainTest, AQuestionChoosesTheWait) {
  const std::vector<Played> script = {{10, 0, born(kVictim, "victim")},
                                      {1000, 0, woken(kVictim, "victim", 0)},
                                      {3000, 0, switched(0, kR, kVictim)},
                                      {4000, 1, woken(kOther, "other", 1)},
                                      {5000, 1, switched(0, kR, kOther)}};
  EXPECT_EQ(of(script).task, "victim[5]");
  EXPECT_EQ(of(script, {.task = "other"}).task, "other[6]");
  EXPECT_EQ(of(script, {.task = "6"}).task, "other[6]");
  EXPECT_EQ(of(script, {.hart = 1}).task, "other[6]");
  EXPECT_EQ(of(script, {.at = "4500"}).task, "other[6]");
  EXPECT_EQ(of(script, {.at = "45us"}).task, "other[6]");
  EXPECT_FALSE(of(script, {.at = "3500"}).wait);
  EXPECT_THROW(of(script, {.hart = 2}), config::ConfigError);
  EXPECT_THROW(of(script, {.at = "5001"}), config::ConfigError);
  EXPECT_THROW(of(script, {.at = "noon"}), config::ConfigError);
  try {
    of(script, {.task = "victm"});
    FAIL();
  } catch (const config::ConfigError& error) {
    EXPECT_THAT(error.what(), HasSubstr("no task of this run is called 'victm'"));
    EXPECT_THAT(error.what(), HasSubstr("victim"));
  }
}

// A reset ends a wait; a log that holds none is no error.
TEST_F(ExplainTest, Endings) {
  Explanation found =
      of({{10, 0, born(kVictim, "victim")}, {1000, 0, woken(kVictim, "victim")}, {9000, 0, [] { trace::reset(1, true); }}});
  EXPECT_EQ(found.wait->end, WaitEnd::reset);
  EXPECT_EQ(found.wait->cycles(), 8000u);
  found = of({{10, 0, born(kVictim, "victim")}});
  EXPECT_FALSE(found.wait);
  EXPECT_THAT(to_text(found, {}, false), HasSubstr("No task of this run waited"));
  EXPECT_FALSE(to_json(found, {}, false).contains("wait"));
}

// Read in one pass: what comes after a wait, a reset even, does not matter to it.
TEST_F(ExplainTest, ManyWaitsAtOnce) {
  const std::vector<Played> script = {{10, 0, born(kVictim, "victim")},           {1000, 0, woken(kVictim, "victim", 0)},
                                      {3000, 1, switched(0, kR, kVictim)},        {4000, 0, woken(kOther, "other", 0)},
                                      {5000, 0, [] { trace::reset(1, true); }},   {6000, 0, woken(kThird, "third", 0)},
                                      {7000, 0, [] { trace::policy_print("x"); }}};
  const Explanation one = of(script);
  const std::vector<Explanation> found = explain_waits(dir(), one.run,
                                                       {{kVictim, {}, 1000, 3000, WaitEnd::ran},
                                                        {kOther, {}, 4000, 5000, WaitEnd::end_of_log},
                                                        {kThird, {}, 6000, 7000, WaitEnd::end_of_log}});
  ASSERT_EQ(found.size(), 3u);
  for (const Explanation& each : found) EXPECT_EQ(sum(each), each.wait->cycles());
  EXPECT_EQ(found[0].task, "victim[5]");
  EXPECT_EQ(found[0].steps.back().text, "the task runs");
  EXPECT_EQ(found[0].steps.back().hart, 1u);
  EXPECT_EQ(found[1].wait->end, WaitEnd::reset);
  EXPECT_EQ(found[2].wait->end, WaitEnd::end_of_log);
}

// A wake that came while the task still ran is over when it goes to sleep.
TEST_F(ExplainTest, AWakeBeforeTheSleepDoesNotEndIt) {
  const Explanation found = of({{10, 0, born(kVictim, "victim")},
                                {1000, 0, woken(kVictim, "victim")},
                                {1100, 0, switched(0, kR, kVictim)},
                                {1500, 1, [] { trace::sched_waking(kVictim, "victim", 0); }},
                                {2000, 0, switched(kVictim, kS, 0)},
                                {900'000, 0, [] { trace::policy_print("x"); }}},
                               {.task = "victim", .or_sleep = true});
  EXPECT_EQ(found.verdict.what, Class::not_woken);
}

// The log has only once seen its name: when it lost the CPU.
TEST_F(ExplainTest, ATaskThatWasThereBeforeTheLogHasItsName) {
  const Explanation found = of({{1000, 0, switched(kVictim, kR, kOther)}, {9000, 0, [] { trace::policy_print("x"); }}});
  EXPECT_EQ(found.task, "victim[5]");
}

}  // namespace
}  // namespace tb::explain
