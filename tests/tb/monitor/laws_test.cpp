// SPDX-License-Identifier: Apache-2.0
// Goal: a sound log breaks no law; for each law, a log that breaks it alone is found out, and where.
#include "tb/monitor/laws.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/tb/monitor/streams.h"

namespace tb::monitor {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<BrokenLaw> broken(const std::vector<Played>& script) {
  LawMonitor laws(2);
  test::for_each_event(script, [&](const event_log::EventView& event) { laws.on_event(event); });
  return laws.broken();
}

// Exactly that law, there.
auto breaks(const char* law, sim::Cycle cycle, sim::HartId hart) {
  return ElementsAre(AllOf(Field(&BrokenLaw::name, law), Field(&BrokenLaw::cycle, cycle), Field(&BrokenLaw::hart, hart)));
}

std::function<void()> made(unsigned pid) {
  return [pid] { trace::task_new(pid, "t", trace::Class::kFair, 3); };
}
std::function<void()> gone(unsigned pid) {
  return [pid] { trace::task_exit(pid, "t", 0); };
}
std::function<void()> change(unsigned prev, unsigned next) { return switch_to(prev, kR, next); }
std::function<void()> leave(unsigned calls) { return balance_exit(calls, false); }
std::function<void()> wakeup_on(unsigned cpu) {
  return [cpu] { trace::sched_wakeup(5, "t", cpu); };
}
std::function<void()> may_run_on(std::uint64_t cpus) {
  return [cpus] { trace::set_cpus_allowed(5, cpus); };
}
const auto enter = balance_enter;
const auto loaded = [] { trace::scx_enable("p"); };
const auto unloaded = disabled;
const auto boot = [] { trace::reset(1, true); };
const auto offline = [] { trace::cpu_offline(1); };
const auto enter_nmi = [] { trace::irq_entry(trace::Cause::kNmi); };
const auto exit_nmi = [] { trace::irq_exit(trace::Cause::kNmi); };

TEST(LawsTest, ASoundLogBreaksNone) {
  EXPECT_THAT(broken({{1, 0, made(5)},
                      {2, 0, change(0, 5)},
                      {3, 1, change(0, 0)},
                      {4, 0, enter},
                      {5, 0, call(1)},
                      {6, 0, call(2)},
                      {7, 0, leave(2)},
                      {8, 0, change(5, 0)},
                      {9, 1, change(0, 5)},
                      {10, 1, gone(5)},
                      {11, 1, change(5, 0)},
                      {12, 1, made(5)},
                      {13, 0, loaded},
                      {14, 0, bypass(1, true)},
                      {15, 0, unloaded},
                      {16, 0, bypass(1, false)},
                      {17, 0, loaded}}),
              IsEmpty());
}

TEST(LawsTest, ATaskRunsOnOneHart) {
  EXPECT_THAT(broken({{1, 0, made(5)}, {2, 0, change(0, 5)}, {3, 0, change(5, 0)}, {4, 1, change(0, 5)}}), IsEmpty());
  EXPECT_THAT(broken({{1, 0, made(5)}, {2, 0, change(0, 5)}, {3, 1, change(0, 5)}}), breaks("one_hart", 3, 1));
  EXPECT_THAT(broken({{2, 0, change(0, 0)}, {3, 1, change(0, 0)}}), IsEmpty()) << "each hart has an idle task";
}

TEST(LawsTest, AHartLeavesTheTaskItRan) {
  EXPECT_THAT(broken({{1, 0, made(5)}, {2, 0, change(0, 5)}, {3, 0, change(0, 0)}}), breaks("switch_from", 3, 0));
  EXPECT_THAT(broken({{1, 0, made(5)}, {2, 0, change(5, 0)}, {3, 0, change(0, 5)}}), IsEmpty()) << "any task ran first";
}

TEST(LawsTest, TasksThatDoNotExistDoNothing) {
  EXPECT_THAT(broken({{2, 1, change(0, 5)}}), breaks("task_exists", 2, 1));
  EXPECT_THAT(broken({{2, 0, wakeup(5)}}), breaks("task_exists", 2, 0));
  EXPECT_THAT(broken({{3, 0, may_run_on(2)}}), breaks("task_exists", 3, 0));
  EXPECT_THAT(broken({{1, 0, made(5)}, {2, 0, gone(5)}, {3, 0, gone(5)}}), breaks("task_exists", 3, 0));
  EXPECT_THAT(broken({{1, 0, made(5)}, {2, 0, wakeup(5)}, {3, 0, may_run_on(3)}, {4, 0, change(0, 5)}, {5, 0, gone(5)}}),
              IsEmpty());
}

TEST(LawsTest, APidIsOneTasks) {
  EXPECT_THAT(broken({{1, 0, made(5)}, {2, 1, made(5)}}), breaks("pid_free", 2, 1));
  EXPECT_THAT(broken({{1, 0, made(5)}, {2, 0, made(6)}, {3, 0, gone(5)}, {4, 1, made(5)}}), IsEmpty());
}

TEST(LawsTest, TasksRunWhereTheyMay) {
  EXPECT_THAT(broken({{1, 0, made(5)}, {2, 0, change(0, 5)}, {3, 1, may_run_on(2)}, {4, 0, change(5, 0)}, {5, 1, change(0, 5)}}),
              IsEmpty());
  EXPECT_THAT(broken({{1, 0, made(5)}, {3, 0, may_run_on(2)}, {4, 0, change(0, 5)}}), breaks("allowed_cpus", 4, 0));
}

TEST(LawsTest, EventsNameCpusThatThereAre) {
  const auto kick_of = [](unsigned cpu) { return [cpu] { trace::kick(cpu, 0, false); }; };
  const auto ipi_to = [](unsigned cpu) { return [cpu] { trace::ipi_raise(cpu, trace::IpiReason::kKick, false); }; };
  EXPECT_THAT(broken({{1, 0, made(5)}, {2, 0, wakeup_on(1)}, {3, 0, kick_of(1)}, {4, 0, ipi_to(1)}, {5, 0, bypass(1, true)}}),
              IsEmpty());
  EXPECT_THAT(broken({{1, 0, made(5)}, {2, 0, wakeup_on(2)}}), breaks("cpu_exists", 2, 0));
  EXPECT_THAT(broken({{3, 1, kick_of(2)}}), breaks("cpu_exists", 3, 1));
  EXPECT_THAT(broken({{4, 0, ipi_to(2)}}), breaks("cpu_exists", 4, 0));
  EXPECT_THAT(broken({{5, 0, bypass(2, true)}}), breaks("cpu_exists", 5, 0));
  EXPECT_THAT(broken({{5, 0, bypass(~0U, true)}}), breaks("cpu_exists", 5, 0));
}

TEST(LawsTest, BalancesDoNotOverlap) {
  EXPECT_THAT(broken({{1, 0, enter}, {2, 1, enter}, {3, 0, leave(0)}, {4, 0, enter}}), IsEmpty()) << "each hart has its own";
  EXPECT_THAT(broken({{1, 0, enter}, {2, 0, enter}}), breaks("balance_order", 2, 0));
  EXPECT_THAT(broken({{1, 0, enter}, {2, 0, leave(0)}, {3, 0, leave(0)}}), breaks("balance_order", 3, 0));
  EXPECT_THAT(broken({{1, 0, enter}, {2, 1, call(1)}}), breaks("balance_order", 2, 1));
}

TEST(LawsTest, BalancesCountTheirCalls) {
  EXPECT_THAT(broken({{1, 0, enter}, {2, 0, call(1)}, {3, 0, leave(1)}, {4, 0, enter}, {5, 0, call(1)}}), IsEmpty());
  EXPECT_THAT(broken({{1, 0, enter}, {2, 0, call(1)}, {3, 0, leave(2)}}), breaks("dispatch_count", 3, 0));
  EXPECT_THAT(broken({{1, 0, enter}, {2, 0, call(2)}}), breaks("dispatch_count", 2, 0));
}

TEST(LawsTest, TrapsNest) {
  EXPECT_THAT(broken({{2, 0, enter_timer}, {3, 0, enter_nmi}, {4, 0, exit_nmi}, {5, 0, exit_timer}}), IsEmpty());
  EXPECT_THAT(broken({{1, 0, exit_timer}}), breaks("irq_nesting", 1, 0));
  EXPECT_THAT(broken({{1, 0, enter_timer}, {2, 0, exit_timer}, {3, 0, exit_timer}}), breaks("irq_nesting", 3, 0));
}

TEST(LawsTest, InterruptsComeOnAfterTheyWentOff) {
  EXPECT_THAT(
      broken({{1, 0, on}, {2, 0, enter_timer}, {3, 0, enter_nmi}, {4, 0, exit_nmi}, {5, 0, on}, {6, 0, off}, {7, 1, off}}),
      IsEmpty());
  EXPECT_THAT(broken({{1, 0, on}, {2, 0, enter_timer}, {3, 0, exit_timer}, {5, 0, off}}), breaks("irq_flag", 5, 0));
  EXPECT_THAT(broken({{1, 0, off}, {2, 0, enter_timer}}), breaks("irq_flag", 2, 0));
  EXPECT_THAT(broken({{1, 0, on}, {2, 0, on}}), breaks("irq_flag", 2, 0));
  EXPECT_THAT(broken({{1, 1, on}, {2, 1, offline}, {3, 1, on}}), IsEmpty()) << "it boots";
}

TEST(LawsTest, BypassGoesOnAndOff) {
  EXPECT_THAT(broken({{1, 0, bypass(1, true)}, {2, 1, bypass(1, true)}}), breaks("bypass_turns", 2, 1));
  EXPECT_THAT(broken({{1, 0, bypass(0, true)}, {2, 0, bypass(1, false)}}), breaks("bypass_turns", 2, 0));
}

TEST(LawsTest, LoadsAndUnloadsTakeTurns) {
  EXPECT_THAT(broken({{1, 0, loaded}, {2, 1, loaded}}), breaks("load_turns", 2, 1));
  EXPECT_THAT(broken({{1, 0, unloaded}}), breaks("load_turns", 1, 0));
}

TEST(LawsTest, ABootBeginsAnew) {
  const std::vector<Played> before = {{1, 0, made(5)}, {2, 0, loaded}, {3, 0, bypass(1, true)}, {4, 0, change(0, 5)},
                                      {5, 1, enter},   {6, 1, off},    {7, 1, enter_nmi}};
  const std::vector<Played> after = {{10, 0, made(5)},      {11, 0, loaded}, {12, 0, bypass(1, true)},
                                     {13, 1, change(0, 5)}, {14, 1, enter},  {15, 1, off}};
  std::vector<Played> both = before;
  both.push_back({9, 0, boot});
  both.insert(both.end(), after.begin(), after.end());
  EXPECT_THAT(broken(both), IsEmpty());
  both.push_back({16, 1, exit_nmi});
  EXPECT_THAT(broken(both), breaks("irq_nesting", 16, 1)) << "of the boot before";
}

TEST(LawsTest, EachIsReportedOnceWithWhatMustHold) {
  const auto all = broken({{1, 0, exit_timer}, {2, 0, unloaded}, {3, 0, exit_timer}, {4, 0, boot}, {5, 0, exit_timer}});
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].name, "irq_nesting");
  EXPECT_EQ(all[0].cycle, 1U);
  EXPECT_EQ(all[0].event, "irq_exit cause=timer");
  EXPECT_EQ(all[1].name, "load_turns");
  EXPECT_THAT(all[1].text, HasSubstr("A policy is loaded only if none is"));
}

}  // namespace
}  // namespace tb::monitor
