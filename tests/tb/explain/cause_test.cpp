// SPDX-License-Identifier: Apache-2.0
// Goal: of a log written by hand, explain gives each cycle of a wait to the cause that the log shows, and draws the right conclusion.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tb/explain/verdict.h"
#include "tests/tb/explain/script.h"

namespace tb::explain {
namespace {

using testing::HasSubstr;

TEST_F(ExplainTest, ATaskOfAHigherClassRuns) {
  const Explanation found = of({{10, 0, born(kVictim, "victim")},
                                {10, 0, born(kOther, "other", trace::Class::kRt)},
                                {1000, 0, switched(0, kR, kOther, trace::Class::kRt)},
                                {2000, 0, queued(kVictim, trace::Queue::kLocal)},
                                {2000, 0, woken(kVictim, "victim")},
                                {500'000, 0, switched(kOther, kS, 0, trace::Class::kIdle, trace::Class::kRt)},
                                {500'100, 0, switched(0, kR, kVictim)}});
  ASSERT_TRUE(found.wait);
  EXPECT_EQ(found.wait->from, 2000u);
  EXPECT_EQ(found.wait->to, 500'100u);
  EXPECT_EQ(cycles(found, CauseKind::higher_class), 498'000u);
  EXPECT_EQ(cycles(found, CauseKind::scheduling), 100u);
  EXPECT_EQ(found.verdict.what, Class::rt_hog);
  EXPECT_EQ(found.verdict.tasks, std::set<std::uint64_t>{kOther});
  EXPECT_THAT(found.verdict.sentence, HasSubstr("victim[5] waited 4.981 ms; for 100.0 % of that: hart 0 runs other[6]"));
}

TEST_F(ExplainTest, FairTasksGoBeforeThoseOfThePolicy) {
  const Explanation found = of({{10, 0, born(kVictim, "victim")},
                                {10, 0, born(kOther, "other", trace::Class::kFair)},
                                {1000, 0, switched(0, kR, kOther, trace::Class::kFair)},
                                {2000, 0, queued(kVictim, trace::Queue::kLocal)},
                                {2000, 0, woken(kVictim, "victim")},
                                {252'000, 0, switched(kOther, kR, kThird, trace::Class::kFair, trace::Class::kFair)},
                                {502'000, 0, switched(kThird, kS, kVictim, trace::Class::kExt, trace::Class::kFair)}});
  EXPECT_EQ(found.verdict.what, Class::fair_hog);
  EXPECT_EQ(found.verdict.tasks, (std::set<std::uint64_t>{kOther, kThird}));
  EXPECT_THAT(found.verdict.sentence, HasSubstr("goes first by its class, in turn with 1 more."));
}

TEST_F(ExplainTest, ATaskThatWaitsItsTurnIsInOrder) {
  std::vector<Played> script = {{10, 0, born(kVictim, "victim")},
                                {1000, 0, switched(0, kR, kOther)},
                                {2000, 0, queued(kVictim, trace::Queue::kLocal)},
                                {2000, 0, woken(kVictim, "victim")}};
  script.push_back({190'000, 0, switched(kOther, kS, kVictim)});
  Explanation found = of(script);
  EXPECT_EQ(cycles(found, CauseKind::queued), 188'000u);
  EXPECT_EQ(found.verdict.what, Class::nothing_wrong) << "it is less than two ticks";
  script.back().cycle = 500'000;
  EXPECT_EQ(of(script).verdict.what, Class::cpu_hog) << "one task had the CPU all the time";
  script.back() = {251'000, 0, switched(kOther, kS, kThird)};
  script.push_back({500'000, 0, switched(kThird, kS, kVictim)});
  found = of(script);
  EXPECT_EQ(found.verdict.what, Class::nothing_wrong) << "two tasks took turns, neither for half of the wait";
  script[script.size() - 2].cycle = 190'000;
  script.back().cycle = 350'000;
  EXPECT_EQ(of(script).verdict.what, Class::nothing_wrong) << "one for half of the wait, but for less than two ticks";
}

TEST_F(ExplainTest, TheDispatchLoop) {
  const Explanation found = of({{10, 0, born(kVictim, "victim", trace::Class::kExt, 1)},
                                {1000, 0, switched(0, kR, 0)},
                                {2000, 0, queued(kVictim, trace::Queue::kPolicy)},
                                {2000, 0, woken(kVictim, "victim")},
                                {3000, 0, balance()},
                                {3000, 0, call(32)},
                                {4000, 0, [] { trace::dispatch_refused(kThird, trace::Refusal::kNone); }},
                                {5000, 0, call(33)},
                                {400'000, 0, balance_ends(true)},
                                {400'000, 0, queued(kVictim, trace::Queue::kLocal)},
                                {400'050, 0, switched(0, kR, kVictim)}});
  EXPECT_EQ(cycles(found, CauseKind::dispatch_loop), 395'000u) << "from the call that is one too many";
  EXPECT_EQ(cycles(found, CauseKind::scheduling), 3'050u);
  EXPECT_EQ(found.verdict.what, Class::dispatch_loop);
  EXPECT_EQ(found.verdict.cause.since, 3000u) << "the balance began there";
  EXPECT_THAT(found.verdict.sentence, HasSubstr("and what it dispatches, PID 7, is refused"));
}

TEST_F(ExplainTest, AHartThatSleepsAfterABreakoutIsStillInTheLoop) {
  std::vector<Played> script = {{10, 0, born(kVictim, "victim", trace::Class::kExt, 1)},
                                {1000, 0, switched(0, kR, 0)},
                                {2000, 0, queued(kVictim, trace::Queue::kPolicy)},
                                {2000, 0, woken(kVictim, "victim")},
                                {3000, 0, balance()},
                                {3500, 0, call(32)},
                                {4000, 0, [] { trace::breakout(32, trace::Retry::kNone); }},
                                {4000, 0, [] { trace::balance_exit(false, 32, true, 0); }},
                                {4100, 0, asleep()},
                                {600'000, 1, [] { trace::policy_print("x"); }}};
  const Explanation found = of(script);
  EXPECT_EQ(found.verdict.what, Class::dispatch_loop);
  EXPECT_THAT(found.verdict.sentence, HasSubstr("hart 0 sleeps since the breakout ended the loop"));
  script[7].emit = balance_ends(false);
  script.erase(script.begin() + 6);
  EXPECT_EQ(of(script).verdict.what, Class::task_lost) << "it found nothing, in 32 calls, and gave up by itself";
}

TEST_F(ExplainTest, ThePolicyKeepsIt) {
  std::vector<Played> script = {{10, 0, born(kVictim, "victim", trace::Class::kExt, 1)},
                                {1000, 0, switched(0, kR, kThird)},
                                {2000, 0, queued(kVictim, trace::Queue::kPolicy)},
                                {2000, 0, woken(kVictim, "victim")}};
  for (const sim::Cycle at : {100'000u, 200'000u}) {  // another one comes later and is served, twice
    script.push_back({at, 0, queued(kOther, trace::Queue::kPolicy)});
    script.push_back({at + 10, 0, queued(kOther, trace::Queue::kLocal)});
  }
  script.push_back({600'000, 0, [] { trace::wfi_exit(); }});
  Explanation found = of(script);
  EXPECT_EQ(cycles(found, CauseKind::held_by_policy), 598'000u);
  EXPECT_EQ(found.verdict.what, Class::task_lost);

  script.erase(script.end() - 3, script.end() - 1);
  found = of(script);
  EXPECT_EQ(cycles(found, CauseKind::queued), 598'000u) << "one task once is no proof of anything";

  script.insert(script.end() - 1, {300'000, 0, switched(kThird, kS, 0)});
  script.insert(script.end() - 1, {300'000, 0, asleep()});
  found = of(script);
  EXPECT_EQ(cycles(found, CauseKind::held_by_policy), 300'000u) << "a hart sleeps that may run it";
}

TEST_F(ExplainTest, NoHartTakesItFromItsQueue) {
  const Explanation found = of({{10, 0, born(kVictim, "victim", trace::Class::kExt, 1)},
                                {1000, 0, switched(0, kR, 0)},
                                {2000, 0, queued(kVictim, trace::Queue::kDsq, 7)},
                                {2000, 0, woken(kVictim, "victim")},
                                {3000, 0, balance()},
                                {3100, 0, balance_ends(false)},
                                {4000, 0, asleep()},
                                {504'000, 0, [] { trace::wfi_exit(); }}});
  EXPECT_EQ(cycles(found, CauseKind::not_consumed), 500'000u);
  EXPECT_EQ(found.verdict.what, Class::task_lost);
  EXPECT_EQ(found.verdict.cause.id, 7u);
}

// One DSQ for all CPUs: those that the task may not run on serve others, in the order that the queue has for them.
TEST_F(ExplainTest, AHartThatMayNotRunATaskDoesNotPassItOver) {
  const auto served_by = [this](unsigned cpu) {
    std::vector<Played> script = {{10, 0, born(kVictim, "victim", trace::Class::kExt, 1)},
                                  {1000, 0, switched(0, kR, kThird)},
                                  {2000, 0, queued(kVictim, trace::Queue::kDsq, 7)},
                                  {2000, 0, woken(kVictim, "victim")}};
    for (sim::Cycle at = 10'000; at < 400'000; at += 10'000) {
      script.push_back({at, 1, queued(kOther, trace::Queue::kDsq, 7)});
      script.push_back({at + 10, 1, queued(kOther, trace::Queue::kLocal, cpu)});
    }
    script.push_back({600'000, 0, [] { trace::wfi_exit(); }});
    return of(script).verdict.what;
  };
  EXPECT_EQ(served_by(0), Class::task_lost);
  EXPECT_EQ(served_by(1), Class::cpu_hog) << "CPU 0 has run one task all the time";
}

TEST_F(ExplainTest, NoCpuIsKicked) {
  const std::vector<Played> script = {{10, 0, born(kVictim, "victim")},
                                      {1000, 0, switched(0, kR, kOther)},
                                      {1500, 1, switched(0, kR, 0)},
                                      {1600, 1, asleep()},
                                      {2000, 0, queued(kVictim, trace::Queue::kDsq, 7)},
                                      {2000, 0, woken(kVictim, "victim")},
                                      {302'000, 0, [] { trace::ipi_raise(1, trace::IpiReason::kKick, true); }},
                                      {302'500, 1, [] { trace::irq_entry(trace::Cause::kSoftware); }},
                                      {302'600, 1, [] { trace::irq_exit(trace::Cause::kSoftware); }},
                                      {302'600, 1, queued(kVictim, trace::Queue::kLocal, 1)},
                                      {302'700, 1, switched(0, kR, kVictim)}};
  const Explanation found = of(script);
  EXPECT_EQ(cycles(found, CauseKind::not_kicked), 300'000u);
  EXPECT_EQ(cycles(found, CauseKind::in_flight), 500u);
  EXPECT_EQ(cycles(found, CauseKind::interrupt), 100u);
  EXPECT_EQ(sum(found), found.wait->cycles());
  EXPECT_EQ(found.verdict.what, Class::no_kick);
  EXPECT_EQ(found.verdict.cause.hart, 1u);
  EXPECT_TRUE(found.verdict.tasks.empty()) << "no task has a part in it";
}

TEST_F(ExplainTest, AnInterruptIsLate) {
  const Explanation found = of({{10, 0, born(kVictim, "victim")},
                                {1500, 1, switched(0, kR, 0)},
                                {1600, 1, asleep()},
                                {2000, 0, queued(kVictim, trace::Queue::kLocal, 1)},
                                {2000, 0, [] { trace::ipi_raise(1, trace::IpiReason::kReschedule, true); }},
                                {2000, 0, woken(kVictim, "victim", 1)},
                                {7000, 1, [] { trace::irq_entry(trace::Cause::kSoftware); }},
                                {7100, 1, [] { trace::irq_exit(trace::Cause::kSoftware); }},
                                {7200, 1, switched(0, kR, kVictim)}});
  EXPECT_EQ(cycles(found, CauseKind::in_flight), 5'000u);
  EXPECT_EQ(found.verdict.what, Class::late_ipi);
}

TEST_F(ExplainTest, ALockWhoseOwnerLoops) {
  const Explanation found = of({{10, 0, born(kVictim, "victim", trace::Class::kExt, 1)},
                                {1000, 0, switched(0, kR, 0)},
                                {1000, 1, switched(0, kR, 0)},
                                {1500, 1, balance()},
                                {1500, 1, call(33)},
                                {2000, 0, queued(kVictim, trace::Queue::kLocal)},
                                {2000, 0, woken(kVictim, "victim")},
                                {3000, 0, [] { trace::contention_begin(64, trace::LockKind::kRq, 1, 1); }},
                                {403'000, 1, balance_ends(true)},
                                {403'500, 0, [] { trace::contention_end(64); }},
                                {403'600, 0, switched(0, kR, kVictim)}});
  EXPECT_EQ(cycles(found, CauseKind::spin_lock), 400'500u);
  EXPECT_EQ(found.cycles_of(CauseKind::dispatch_loop), 400'000u) << "the root";
  EXPECT_EQ(found.cycles_of(CauseKind::spin_lock), 500u) << "the owner did something else";
  EXPECT_EQ(found.verdict.what, Class::dispatch_loop);
  EXPECT_THAT(found.verdict.sentence, HasSubstr("hart 0 waits for the rq lock of CPU 1, while hart 1 loops in ops.dispatch()"));
}

TEST_F(ExplainTest, ALockWhoseOwnerHasInterruptsOff) {
  const auto found = [this](sim::Cycle length) {
    return of({{10, 0, born(kVictim, "victim", trace::Class::kExt, 1)},
               {1000, 0, switched(0, kR, 0)},
               {1500, 1, [] { trace::irq_off(trace::Site::kOpsEnqueue); }},
               {2000, 0, queued(kVictim, trace::Queue::kLocal)},
               {2000, 0, woken(kVictim, "victim")},
               {3000, 0, [] { trace::contention_begin(64, trace::LockKind::kRq, 0, 1); }},
               {3000 + length, 0, [] { trace::contention_end(64); }},
               {4000 + length, 0, switched(0, kR, kVictim)}},
              {.task = "victim"});
  };
  EXPECT_EQ(found(3 * kTick).verdict.what, Class::interrupts_off);
  EXPECT_EQ(found(3 * kTick).cycles_of(CauseKind::irqs_off), 3 * kTick);
  EXPECT_EQ(found(kTick - 1).cycles_of(CauseKind::scheduling), kTick - 1 + 2000) << "not for a tick";
}

TEST_F(ExplainTest, HartsWaitForEachOther) {
  const auto waits_for = [](unsigned hart, unsigned cpu, sim::Cycle at) {
    return std::vector<Played>{{at, hart, [cpu] { trace::kick(cpu, 4, false); }},
                               {at + 10, hart, [] { trace::irq_entry(trace::Cause::kSoftware); }},
                               {at + 20, hart, [] { trace::irq_work_run(trace::IrqWork::kKickCpus); }}};
  };
  std::vector<Played> script = {
      {10, 0, born(kVictim, "victim")}, {1000, 0, switched(0, kR, kVictim)}, {1000, 1, switched(0, kR, kOther)}};
  for (const Played& event : waits_for(0, 1, 2000)) script.push_back(event);
  for (const Played& event : waits_for(1, 0, 3000)) script.push_back(event);
  script.push_back({900'000, 1, [] { trace::policy_print("x"); }});
  const Explanation found = of(script);
  ASSERT_TRUE(found.wait->hart);
  EXPECT_EQ(*found.wait->hart, 0u);
  EXPECT_EQ(found.wait->from, 2010u);
  EXPECT_EQ(sum(found), found.wait->cycles());
  EXPECT_EQ(found.verdict.what, Class::circular_kick_wait);
  EXPECT_THAT(found.verdict.sentence, HasSubstr("hart 0 took no interrupt for 8.980 ms, until the run ended;"));

  script.resize(6);
  script.push_back({900'000, 1, [] { trace::policy_print("x"); }});
  EXPECT_EQ(of(script).verdict.what, Class::stuck_kick_wait) << "the other one just runs its task";
}

TEST_F(ExplainTest, ACircleMayBeLongerThanWhatIsShownOfIt) {
  constexpr unsigned kHarts = 6;
  std::vector<Played> script = {{10, 0, born(kVictim, "victim")}};
  for (unsigned hart = 0; hart < kHarts; ++hart)
    script.push_back({2000, hart, [=] { trace::kick((hart + 1) % kHarts, 4, false); }});
  for (unsigned hart = 0; hart < kHarts; ++hart)
    script.push_back({3000, hart, [] { trace::irq_entry(trace::Cause::kSoftware); }});
  for (unsigned hart = 0; hart < kHarts; ++hart)
    script.push_back({4000, hart, [] { trace::irq_work_run(trace::IrqWork::kKickCpus); }});
  script.push_back({900'000, 1, [] { trace::policy_print("x"); }});
  test::write_run(dir(), script, kHarts);
  EXPECT_EQ(explain(dir(), {}).verdict.what, Class::circular_kick_wait);
}

TEST_F(ExplainTest, TheOwnerOfAMutexWaitsItself) {
  const auto lock = [](unsigned pid, const char* comm, trace::LockOp op) {
    return [=] { trace::user_lock(pid, comm, "m", op); };
  };
  const Explanation found = of({{10, 0, born(kVictim, "victim")},
                                {1000, 0, switched(0, kR, kOther)},
                                {1100, 0, lock(kOther, "other", trace::LockOp::kAcquired)},
                                {2000, 0, queued(kOther, trace::Queue::kLocal)},
                                {2000, 0, switched(kOther, kR, kVictim)},
                                {3000, 0, lock(kVictim, "victim", trace::LockOp::kContended)},
                                {3100, 0, switched(kVictim, kS, kThird)},
                                {503'100, 0, switched(kThird, kS, kOther)},
                                {504'000, 0, lock(kVictim, "victim", trace::LockOp::kAcquired)},
                                {504'000, 0, queued(kVictim, trace::Queue::kLocal)},
                                {504'000, 0, woken(kVictim, "victim")},
                                {505'000, 0, switched(kOther, kS, kVictim)}},
                               {.task = "victim"});
  EXPECT_EQ(found.wait->from, 3000u);
  EXPECT_EQ(found.wait->to, 505'000u);
  EXPECT_EQ(cycles(found, CauseKind::user_lock), 501'000u);
  EXPECT_EQ(found.cycles_of(CauseKind::queued), 100u + 500'000u + 1000u)
      << "behind the victim, the third one; then the victim behind it";
  EXPECT_EQ(found.verdict.what, Class::priority_inversion);
  EXPECT_TRUE(found.verdict.tasks.contains(kThird));
}

TEST_F(ExplainTest, InterruptsOffForATickAreACause) {
  const auto wait = [this](sim::Cycle length) {
    return of({{10, 0, born(kVictim, "victim")},
               {1000, 0, switched(0, kR, kOther)},
               {1500, 0, [] { trace::irq_off(trace::Site::kOpsEnqueue); }},
               {2000, 0, queued(kVictim, trace::Queue::kLocal)},
               {2000, 0, woken(kVictim, "victim")},
               {2000 + length, 0, switched(kOther, kS, kVictim)}},
              {.task = "victim"});
  };
  EXPECT_EQ(cycles(wait(kTick - 1), CauseKind::scheduling), kTick - 1);
  const Explanation found = wait(3 * kTick);
  EXPECT_EQ(cycles(found, CauseKind::irqs_off), 3 * kTick);
  EXPECT_EQ(found.verdict.what, Class::interrupts_off);
  EXPECT_THAT(found.verdict.sentence, HasSubstr("interrupts off since ops_enqueue"));
}

// Two harts that hold what the other one wants: each is named once.
TEST_F(ExplainTest, ACircleOfSpinlocks) {
  const auto off = [] { trace::irq_off(trace::Site::kSchedule); };
  const Explanation found = of({{10, 0, born(kVictim, "victim", trace::Class::kExt, 1)},
                                {1000, 0, switched(0, kR, 0)},
                                {1000, 1, switched(0, kR, 0)},
                                {1500, 0, off},
                                {1500, 1, off},
                                {1600, 0, [] { trace::contention_begin(64, trace::LockKind::kRq, 1, 1); }},
                                {1600, 1, [] { trace::contention_begin(68, trace::LockKind::kRq, 0, 0); }},
                                {2000, 1, queued(kVictim, trace::Queue::kLocal)},
                                {2000, 1, woken(kVictim, "victim")},
                                {900'000, 1, [] { trace::policy_print("x"); }}},
                               {.task = "victim"});
  ASSERT_EQ(found.ledger.size(), 1u);
  ASSERT_EQ(found.ledger[0].chain.size(), 2u);
  EXPECT_EQ(found.ledger[0].chain[0].hart, 0u);
  EXPECT_EQ(found.ledger[0].chain[1].hart, 1u);
  EXPECT_EQ(found.verdict.what, Class::lock_convoy);
}

// The owners of a lock have interrupts off for less than a tick each, one after the other.
TEST_F(ExplainTest, AConvoyAtASpinlock) {
  std::vector<Played> script = {{10, 0, born(kVictim, "victim", trace::Class::kExt, 1)},
                                {1000, 0, switched(0, kR, 0)},
                                {1000, 1, switched(0, kR, 0)},
                                {2000, 0, queued(kVictim, trace::Queue::kLocal)},
                                {2000, 0, woken(kVictim, "victim")},
                                {2000, 0, [] { trace::contention_begin(64, trace::LockKind::kRq, 0, 1); }}};
  for (sim::Cycle at = 3000; at < 500'000; at += 60'000) {
    script.push_back({at, 1, [] { trace::irq_off(trace::Site::kSchedule); }});
    script.push_back({at + 59'000, 1, [] { trace::irq_on(trace::Site::kSchedule); }});
  }
  const Explanation found = of(script, {.task = "victim"});
  EXPECT_EQ(found.verdict.what, Class::lock_convoy);
}

// Of the harts that may take a task the least busy decides, and only among equals the one where it was last.
TEST_F(ExplainTest, TheLeastBusyHartDecides) {
  const Explanation found = of({{10, 0, born(kVictim, "victim")},
                                {1000, 0, switched(0, kR, kOther)},
                                {1000, 1, switched(0, kR, kThird)},
                                {1500, 1, [] { trace::irq_entry(trace::Cause::kTimer); }},
                                {2000, 0, queued(kVictim, trace::Queue::kDsq, 7)},
                                {2000, 0, woken(kVictim, "victim", 0)},
                                {12'000, 1, [] { trace::irq_exit(trace::Cause::kTimer); }},
                                {20'000, 0, switched(kOther, kS, kVictim)}},
                               {.task = "victim"});
  EXPECT_EQ(cycles(found, CauseKind::interrupt), 10'000u) << "hart 1 would be free first";
  EXPECT_EQ(cycles(found, CauseKind::queued), 8'000u);
  EXPECT_EQ(found.ledger[0].chain.first().hart, 1u);
  EXPECT_EQ(found.ledger[1].chain.first().hart, 0u) << "both run a task: where it was last";
}

TEST_F(ExplainTest, TheCpuIsOffline) {
  const Explanation found = of({{10, 0, born(kVictim, "victim", trace::Class::kExt, 2)},
                                {1000, 0, switched(0, kR, kOther)},
                                {1000, 1, switched(0, kR, kThird)},
                                {1500, 1, [] { trace::cpu_offline(1); }},
                                {2000, 0, queued(kVictim, trace::Queue::kDsq, 7)},
                                {2000, 0, woken(kVictim, "victim", 1)},
                                {402'000, 1, [] { trace::irq_on(trace::Site::kIdle); }},
                                {402'100, 1, switched(0, kR, kVictim)}});
  EXPECT_EQ(cycles(found, CauseKind::hotplug), 400'000u);
  EXPECT_EQ(found.verdict.what, Class::hotplug);
}

// It ran elsewhere than where it had been queued, and no event says where it waits now.
TEST_F(ExplainTest, AQueueThatATaskHasLeftDoesNotCount) {
  const Explanation found = of({{10, 0, born(kVictim, "victim")},
                                {1000, 0, switched(0, kR, kThird)},
                                {1000, 0, queued(kVictim, trace::Queue::kLocal, 0)},
                                {1000, 0, woken(kVictim, "victim", 0)},
                                {1100, 1, switched(0, kR, kVictim)},
                                {2000, 1, switched(kVictim, kR, kOther)},
                                {500'000, 1, switched(kOther, kS, kVictim)}});
  EXPECT_EQ(found.task, "victim[5]");
  EXPECT_EQ(cycles(found, CauseKind::queued), 498'000u);
  EXPECT_EQ(found.verdict.cause.hart, 1u);
}

}  // namespace
}  // namespace tb::explain
