// SPDX-License-Identifier: Apache-2.0
// Goal: each way in which a process or its machine can end is told from the others, and nothing that was lost passes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

#include "tb/report/summary.h"
#include "tests/tb/run/fixture.h"

namespace tb::run {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using End = sim::End;

class JudgeTest : public RunTest {
 protected:
  // The run, with something behind it, in the process of the simulation.
  const RunReport& run_and_then(std::function<void(machine::RunResult&)> act, const std::vector<std::string>& sets = {}) {
    backend_.run_machine = [act](const machine::RunConfig& config, const kernel::KernelConfig& kernel, sim::Observer& observer,
                                 const auto& setup) {
      machine::RunResult result = test::fake_run_machine(config, kernel, observer, setup);
      act(result);
      return result;
    };
    std::vector<std::string> all{"waves=none"};
    all.insert(all.end(), sets.begin(), sets.end());
    return run(all);
  }
  // The run, with events at its end, on hart 0.
  const RunReport& run_and_log(const std::vector<std::function<void()>>& emits) {
    backend_.run_machine = [emits](const machine::RunConfig& config, const kernel::KernelConfig& kernel, sim::Observer& observer,
                                   const auto& setup) {
      const machine::RunResult result = test::fake_run_machine(config, kernel, observer, setup);
      for (const auto& emit : emits) observer.on_event(test::encode({{result.cycles, 0, emit}})[0].view());
      return result;
    };
    return run({"waves=none"});
  }
};

TEST_F(JudgeTest, AFaultIsThePolicysIfOneIsLoaded) {
  for (const int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL}) {
    const auto die = [signal](machine::RunResult&) { ::raise(signal); };
    EXPECT_EQ(run_and_then(die).outcome, Outcome::kPolicyCrashed) << signal;
    EXPECT_THAT(jobs_[0].report().message, HasSubstr(" (signal " + std::to_string(signal) + ") after cycle ")) << signal;
  }
  backend_.run_machine = [](const auto&, const auto&, const auto&, const auto&) -> machine::RunResult {
    ::raise(SIGSEGV);
    return {};
  };
  EXPECT_EQ(run({"waves=none"}).outcome, Outcome::kInternalError) << "before any was";
}

TEST_F(JudgeTest, OtherSignalsAreNobodysPolicy) {
  EXPECT_EQ(run_and_then([](auto&) { ::raise(SIGABRT); }).outcome, Outcome::kInternalError);
  EXPECT_THAT(jobs_[0].report().message, testing::Not(HasSubstr("memory")));
  EXPECT_EQ(run_and_then([](auto&) { ::raise(SIGKILL); }).outcome, Outcome::kInternalError);
  EXPECT_THAT(jobs_[0].report().message, testing::EndsWith(": by somebody, or by the host for want of memory"));
}

TEST_F(JudgeTest, AProcessThatLeavesEarlyHasFailed) {
  EXPECT_EQ(run_and_then([](auto&) { ::_exit(3); }).outcome, Outcome::kInternalError);
  EXPECT_EQ(jobs_[0].report().message, "the simulation process left with status 3");
  EXPECT_EQ(run_and_then([](auto&) { throw 3; }).message, "an exception of unknown type");
  EXPECT_EQ(run_and_then([](auto&) { throw std::bad_alloc(); }).message, "out of memory");
}

TEST_F(JudgeTest, ASignalToTheSimulationAloneInterruptsToo) {
  const RunReport& report = run_and_then([](machine::RunResult& result) { result.end = End::kInterrupted; });
  EXPECT_EQ(report.outcome, Outcome::kInterrupted);
  EXPECT_EQ(report.exit_code(), 128 + SIGTERM);
  EXPECT_THAT(report.message, HasSubstr("ended by signal 15 at cycle"));
}

TEST_F(JudgeTest, TheMachinesReasonIsTheRuns) {
  const std::vector<std::pair<End, Outcome>> ends{{End::kPanic, Outcome::kInvariantBroken},
                                                  {End::kRtlInvariant, Outcome::kInvariantBroken}};
  for (const auto& [end, outcome] : ends) {
    const RunReport& report = run_and_then([end = end](machine::RunResult& result) {
      result.end = end;
      result.message = "as the machine says";
    });
    EXPECT_EQ(report.outcome, outcome) << static_cast<int>(end);
    EXPECT_EQ(report.message, "as the machine says");
  }
}

TEST_F(JudgeTest, ABrokenInvariantInTheLogIsTheOutcome) {
  const RunReport& report = run_and_log({[] { trace::invariant("first", "it does not hold"); },  //
                                         [] { trace::invariant("second", "nor this"); }});
  EXPECT_EQ(report.outcome, Outcome::kInvariantBroken);
  EXPECT_THAT(report.message, AllOf(HasSubstr("first"), HasSubstr("it does not hold"), testing::Not(HasSubstr("second"))));
}

TEST_F(JudgeTest, ALogThatContradictsItselfIsTheOutcome) {
  const auto made = [] { trace::task_new(77, "twin", trace::Class::kFair, 1); };
  EXPECT_EQ(run_and_log({made}).outcome, Outcome::kPassed);
  const RunReport& report = run_and_log({made, made, [] { trace::sched_wakeup(78, "ghost", 0); }});
  EXPECT_EQ(report.outcome, Outcome::kLawBroken);
  EXPECT_EQ(report.exit_code(), 17);
  EXPECT_FALSE(report.cut_short) << "the machine came to its end";
  EXPECT_THAT(report.message,
              testing::MatchesRegex("pid_free at cycle [0-9]+ on hart 0: A new task .*task_new pid=77 .*; and 1 more"));
  const auto laws = result()["broken_laws"];
  ASSERT_EQ(laws.size(), 2U);
  EXPECT_EQ(laws[0]["name"], "pid_free");
  EXPECT_EQ(laws[0]["cycle"], report.evaluation.cycles);
  EXPECT_EQ(laws[1]["name"], "task_exists");
  EXPECT_THAT(report::details(jobs_[0].stored_result()), HasSubstr("stall/kick: law_broken: pid_free at cycle "));
}

TEST_F(JudgeTest, ABrokenInvariantExplainsMoreThanABrokenLaw) {
  const auto made = [] { trace::task_new(77, "twin", trace::Class::kFair, 1); };
  const RunReport& report = run_and_log({made, made, [] { trace::invariant("first", "it does not hold"); }});
  EXPECT_EQ(report.outcome, Outcome::kInvariantBroken);
  EXPECT_EQ(result()["broken_laws"].size(), 1U) << "and yet it is told";
}

// The log is whole, and yet says something else than what was logged.
TEST_F(JudgeTest, ALogThatWasTamperedWithIsNoSuccess) {
  misbehaviour_ = "oversleep";
  const auto tamper = [file = dir_ / "out/events.bin"](machine::RunResult&) {
    std::fstream log(file, std::ios::in | std::ios::out | std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(log)), {});
    const std::size_t at = bytes.find("woken");
    if (at == std::string::npos) ::_exit(7);
    log.seekp(static_cast<std::streamoff>(at));
    log.write("token", 5);
  };
  const std::vector<std::string> long_enough{"hardware.harts=8", "run.until_ms=30"};  // to be written out behind the event
  const RunReport& report = run_and_then(tamper, long_enough);
  EXPECT_TRUE(report.evaluation.log_complete);
  EXPECT_EQ(report.outcome, Outcome::kInternalError);
  EXPECT_EQ(report.message, "events.bin does not hold what was written to it");
  EXPECT_EQ(run_and_then([](auto&) {}, long_enough).outcome, Outcome::kPassed);
}

TEST_F(JudgeTest, FiguresOfTheHostAreTheMachines) {
  const RunReport& report = run_and_then([](machine::RunResult& result) {
    result.clocks = 11;
    result.ops = 12;
    result.host_seconds = 13;
    result.cpu_seconds = 14;
    result.profile[sim::Profile::kTracing] = 0.75;
  });
  EXPECT_EQ(report.clocks, 11U);
  EXPECT_EQ(report.ops, 12U);
  EXPECT_EQ(report.host_seconds, 13);
  EXPECT_EQ(report.cpu_seconds, 14);
  EXPECT_EQ(report.profile[sim::Profile::kTracing], 0.75);
}

TEST(ExitCodeTest, IsTheOutcomesUnlessFilesAreLost) {
  RunReport report;
  report.outcome = Outcome::kPassed;
  EXPECT_EQ(report.exit_code(), 0);
  report.outcome = Outcome::kTimedOut;
  EXPECT_EQ(report.exit_code(), 12);
  report.lost = "result.json could not be written";
  for (const Outcome outcome : {Outcome::kPassed, Outcome::kExpectationFailed, Outcome::kSkipInexact, Outcome::kInternalError}) {
    report.outcome = outcome;
    EXPECT_EQ(report.exit_code(), 20);
  }
  report.outcome = Outcome::kInterrupted;
  EXPECT_EQ(report.exit_code(), 128 + SIGINT);
  report.signal = SIGTERM;
  EXPECT_EQ(report.exit_code(), 128 + SIGTERM);
}

}  // namespace
}  // namespace tb::run
