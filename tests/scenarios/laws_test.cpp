// SPDX-License-Identifier: Apache-2.0
// Goal: a sound log breaks no law, and a log that breaks one is found out.
#include "tests/scenarios/laws.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/tb/support.h"

namespace tb {
namespace {

using test::Played;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> breaches(const std::vector<Played>& script) {
  test::Laws laws;
  test::for_each_event(script, [&](const event_log::EventView& event) { laws.on_event(event); });
  return laws.broken();
}

std::function<void()> made(unsigned pid) {
  return [pid] { trace::task_new(pid, "t", trace::Class::kFair, 3); };
}
std::function<void()> gone(unsigned pid) {
  return [pid] { trace::task_exit(pid, "t", 0); };
}
std::function<void()> change(unsigned prev, unsigned next) {
  return [=] { trace::sched_switch(prev, "a", trace::TaskState::kR, next, "b", trace::Class::kFair, trace::Class::kFair); };
}
const auto enter = [] { trace::balance_enter(0); };
std::function<void()> call(unsigned iteration) {
  return [iteration] { trace::dispatch_call(iteration); };
}
std::function<void()> leave(unsigned calls) {
  return [calls] { trace::balance_exit(true, calls, false, 0); };
}
std::function<void()> bypass(bool on) {
  return [on] { trace::bypass(1, on); };
}
const auto loaded = [] { trace::scx_enable("p"); };
const auto unloaded = [] { trace::scx_disable("p", 64, 0, "", ""); };

TEST(LawsTest, ASoundLogBreaksNone) {
  EXPECT_THAT(breaches({{1, 0, made(5)},        {2, 0, change(0, 5)},  {3, 1, change(0, 0)},
                        {4, 0, enter},          {5, 0, call(1)},       {6, 0, call(2)},
                        {7, 0, leave(2)},       {8, 0, change(5, 0)},  {9, 1, change(0, 5)},
                        {10, 1, gone(5)},       {11, 1, change(5, 0)}, {12, 1, made(5)},
                        {13, 0, loaded},        {14, 0, bypass(true)}, {15, 0, unloaded},
                        {16, 0, bypass(false)}, {17, 0, loaded},       {18, 0, [] { trace::reset(1, true); }},
                        {19, 0, made(5)},       {20, 0, loaded}}),
              IsEmpty());
}

TEST(LawsTest, ATaskRunsOnceAndWhereItWasPut) {
  EXPECT_THAT(breaches({{1, 0, made(5)}, {2, 0, change(0, 5)}, {3, 1, change(0, 5)}}),
              ElementsAre(HasSubstr("cycle 3, hart 1: the next task is running on another hart")));
  EXPECT_THAT(breaches({{1, 0, made(5)}, {2, 0, change(0, 5)}, {3, 0, change(0, 0)}}),
              ElementsAre(HasSubstr("another task was running there")));
}

TEST(LawsTest, WhatDoesNotExistDoesNothing) {
  EXPECT_THAT(breaches({{2, 0, change(0, 5)}}), ElementsAre(HasSubstr("the next task does not exist")));
  EXPECT_THAT(breaches({{2, 0, [] { trace::sched_wakeup(5, "t", 0); }}}), ElementsAre(HasSubstr("does not exist")));
  EXPECT_THAT(breaches({{1, 0, made(5)}, {2, 0, gone(5)}, {3, 0, gone(5)}}), ElementsAre(HasSubstr("does not exist")));
  EXPECT_THAT(breaches({{1, 0, made(5)}, {2, 0, made(5)}}), ElementsAre(HasSubstr("the PID is in use")));
}

TEST(LawsTest, BalancesCountTheirCalls) {
  EXPECT_THAT(breaches({{1, 0, enter}, {2, 0, call(1)}, {3, 0, leave(2)}}), ElementsAre(HasSubstr("another number")));
  EXPECT_THAT(breaches({{1, 0, enter}, {2, 0, call(2)}}), ElementsAre(HasSubstr("one by one")));
  EXPECT_THAT(breaches({{1, 0, enter}, {2, 0, enter}}), ElementsAre(HasSubstr("inside a balance")));
  EXPECT_THAT(breaches({{1, 0, leave(0)}}), ElementsAre(HasSubstr("has not begun")));
}

TEST(LawsTest, TurnsAreTaken) {
  EXPECT_THAT(breaches({{1, 0, loaded}, {2, 0, loaded}}), ElementsAre(HasSubstr("take turns")));
  EXPECT_THAT(breaches({{1, 0, unloaded}}), ElementsAre(HasSubstr("take turns")));
  EXPECT_THAT(breaches({{1, 0, bypass(true)}, {2, 1, bypass(true)}}), ElementsAre(HasSubstr("is so already")));
  EXPECT_THAT(breaches({{1, 0, bypass(false)}}), ElementsAre(HasSubstr("is so already")));
  EXPECT_THAT(breaches({{1, 0, [] { trace::irq_exit(trace::Cause::kTimer); }}}), ElementsAre(HasSubstr("has not begun")));
}

TEST(LawsTest, TasksRunWhereTheyMay) {
  const auto only_on_1 = [] { trace::set_cpus_allowed(5, 2); };
  EXPECT_THAT(breaches({{1, 0, made(5)}, {2, 0, change(0, 5)}, {3, 1, only_on_1}, {4, 0, change(5, 0)}, {5, 1, change(0, 5)}}),
              IsEmpty());
  EXPECT_THAT(breaches({{1, 0, made(5)}, {3, 0, only_on_1}, {4, 0, change(0, 5)}}), ElementsAre(HasSubstr("may not run there")));
  EXPECT_THAT(breaches({{3, 0, only_on_1}}), ElementsAre(HasSubstr("does not exist")));
}

TEST(LawsTest, InterruptsComeOnAfterTheyWentOff) {
  const auto off = [] { trace::irq_off(trace::Site::kIdle); };
  const auto on = [] { trace::irq_on(trace::Site::kIdle); };
  const auto trap = [] { trace::irq_entry(trace::Cause::kTimer); };
  const auto back = [] { trace::irq_exit(trace::Cause::kTimer); };
  const auto nmi = [] { trace::irq_entry(trace::Cause::kNmi); };
  EXPECT_THAT(breaches({{1, 0, on}, {2, 0, trap}, {3, 0, nmi}, {4, 0, back}, {5, 0, on}, {6, 0, off}, {7, 1, off}}), IsEmpty());
  EXPECT_THAT(breaches({{1, 0, on}, {2, 0, trap}, {3, 0, back}, {5, 0, off}}), ElementsAre(HasSubstr("go off that are off")));
  EXPECT_THAT(breaches({{1, 0, off}, {2, 0, trap}}), ElementsAre(HasSubstr("go off that are off")));
  EXPECT_THAT(breaches({{1, 0, on}, {2, 0, on}}), ElementsAre(HasSubstr("come on that are on")));
  EXPECT_THAT(breaches({{1, 1, on}, {2, 1, [] { trace::cpu_offline(1); }}, {3, 1, on}}), IsEmpty()) << "it boots";
}

}  // namespace
}  // namespace tb
