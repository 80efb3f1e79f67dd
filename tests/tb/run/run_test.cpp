// SPDX-License-Identifier: Apache-2.0
// Goal: whatever happens to the simulating process, a run leaves a report that tells the truth.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <fstream>
#include <thread>

#include "log/reader.h"
#include "tb/config/emit.h"
#include "tb/config/resolved.h"
#include "tb/report/summary.h"
#include "tb/run/run_directory.h"
#include "tests/tb/run/fixture.h"

namespace tb::run {
namespace {

using testing::HasSubstr;

TEST_F(RunTest, EachVariantOfTheStallPassesItsExpectations) {
  for (const char* variant : {"kick", "resched_curr", "no_breakout"}) {
    const RunReport& report = run({}, variant);
    EXPECT_EQ(report.outcome, Outcome::kPassed) << variant << " " << report.message;
    for (const auto& verdict : report.evaluation.verdicts) EXPECT_TRUE(verdict.passed) << variant << ": " << verdict.found;
  }
}

TEST_F(RunTest, RunDirectoryHoldsWhatIsDocumented) {
  run();
  EXPECT_THAT(files(), testing::ElementsAre(kLockFile, "config.yaml", "console.log", "events.bin", "result.json", "simulator.log",
                                            "waves.fst", "waves.gtkw"));
  std::ifstream console(dir_ / "out/console.log");
  EXPECT_EQ(std::string((std::istreambuf_iterator<char>(console)), {}), "fake machine\n");
}

TEST_F(RunTest, ResultNamesOutcomeMetricsHashesAndConfig) {
  run();
  const auto json = result();
  EXPECT_EQ(json["outcome"], "passed");
  EXPECT_EQ(json["ending"], "running");
  EXPECT_TRUE(json["exit"].is_null());
  EXPECT_EQ(json["metrics"]["dispatch_per_balance"]["max"], 32);
  EXPECT_GT(json["metrics"]["self_kicks"], 10);
  EXPECT_EQ(json["metrics"]["self_kicks_unanswered"], 0);
  EXPECT_EQ(json["cycles"], 500'000);
  EXPECT_EQ(json["config"]["kernel"]["breakout"]["limit"], 32);
  EXPECT_EQ(json["hash"]["events"].get<std::string>().size(), 32U);
  EXPECT_EQ(json["versions"]["binary"].get<std::string>().size(), 32U);
  EXPECT_EQ(json["expect"].size(), 5U);
  EXPECT_EQ(json["expect"][0]["passed"], true);
  EXPECT_EQ(json["replay"], "scx-cosim replay ...");
  EXPECT_EQ(json["command"], "scx-cosim run ...");
  EXPECT_EQ(json["waves"]["file"], "waves.fst");
}

TEST_F(RunTest, AnEjectionLeavesItsRecordAndItsDump) {
  misbehaviour_ = "eject";
  const RunReport& report = run({"expect=[{ending: ejected}, {exit: {kind: 1026, msg: 'a[9] failed'}}]"});
  EXPECT_EQ(report.outcome, Outcome::kPassed);
  const auto json = result();
  EXPECT_EQ(json["ending"], "ejected");
  EXPECT_EQ(json["exit"].dump(), R"({"kind":1026,"code":0,"reason":"runnable task stall","msg":"a[9] failed"})");
  EXPECT_EQ(json["metrics"]["recovery_cycles"].dump(), R"({"to_bypass":500,"to_fair":1000})");
  std::ifstream dump(dir_ / "out/dump.txt");
  EXPECT_EQ(std::string((std::istreambuf_iterator<char>(dump)), {}), "a[9] triggered exit kind 1026:\n\n");
  misbehaviour_.clear();
  run();
  EXPECT_FALSE(fs::exists(dir_ / "out/dump.txt")) << "the next run was not ejected";
}

// A run may pass and yet have stood still: it says so.
TEST_F(RunTest, AKickWaitLongerThanATickIsAWarning) {
  misbehaviour_ = "wait";
  const RunReport& report = run({}, "no_breakout");
  EXPECT_EQ(report.outcome, Outcome::kPassed) << report.message;
  const auto json = result();
  ASSERT_EQ(json["metrics"]["warnings"]["kick_wait"], 1);
  const json::Value warnings = json["warnings"];
  const auto warning = std::find_if(warnings.begin(), warnings.end(),
                                    [](const json::Value& one) { return one["kind"].get<std::string>() == "kick_wait"; });
  const std::string text = (*warning)["text"].get<std::string>();
  EXPECT_THAT(text, testing::StartsWith("hart 0 stood "));
  EXPECT_THAT(text,
              HasSubstr(" us in an interrupt, from cycle 21100, and waited for a CPU that it had kicked with SCX_KICK_WAIT"));
  EXPECT_THAT(text, testing::EndsWith("; it never came out"));
  EXPECT_THAT(report::details(jobs_[0].stored_result()), HasSubstr("  warning  kick_wait: " + text + "\n"));
  run({}, "kick");
  EXPECT_EQ(result()["warnings"].size(), 0U) << "over before the tick";
  EXPECT_GT(result()["metrics"]["kick_wait_cycles"]["max"], 0);
}

TEST_F(RunTest, WavesAroundAnEventSpanItsWindowAndLeaveTheHashAlone) {
  const auto with_waves = run().evaluation.digest;
  const sim::Cycle around = *jobs_[0].report().evaluation.around.at(0);
  const auto json = result();
  EXPECT_EQ(json["waves"]["from"], around - 5'000) << "50 us at 100 MHz";
  EXPECT_EQ(json["waves"]["to"], around + 30'000);
  std::ifstream fst(dir_ / "out/waves.fst");
  std::string first, last;
  std::getline(fst, first);
  std::getline(fst, last);
  EXPECT_EQ(first, std::to_string(around - 5'000) + " waves 0 1");
  EXPECT_EQ(last, std::to_string(around + 30'000) + " waves 0 0");
  EXPECT_FALSE(fs::exists(dir_ / "out/waves-pass")) << "the second pass agreed with the first";
  EXPECT_EQ(run({"waves=none"}).evaluation.digest, with_waves);
  EXPECT_EQ(run({"waves=all"}).evaluation.digest, with_waves);
}

TEST_F(RunTest, WavesBeforeAFailureAreThoseBeforeItAndLeaveTheHashAlone) {
  const auto without = run({"waves=none"}).evaluation.digest;
  const RunReport& report = run({"waves={before_failure: 2000}", "expect=[{never: breakout}, {ending: running}]"});
  EXPECT_EQ(report.outcome, Outcome::kExpectationFailed);
  EXPECT_EQ(report.evaluation.digest, without);
  const sim::Cycle at = *report.evaluation.verdicts.at(0).cycle;
  EXPECT_EQ(result()["waves"]["windows"].dump(),
            "[{\"from\":" + std::to_string(at - 2000) + ",\"to\":" + std::to_string(at + 1000) + "}]");
  EXPECT_TRUE(fs::exists(dir_ / "out/waves.gtkw"));
  EXPECT_FALSE(fs::exists(dir_ / "out/waves-pass"));
  run({"waves={before_failure: 2000}", "expect=[{eventually: breakout}]"});
  EXPECT_TRUE(result()["waves"].is_null()) << "nothing failed";
}

TEST_F(RunTest, GapsBetweenStretchesAreAddedToTheWaves) {
  std::vector<sim::FstGap> added;
  backend_.add_gaps = [&](const fs::path& file, const std::vector<sim::FstGap>& gaps) {
    added = gaps;
    return fs::exists(file);
  };
  run({"waves=[{from: 100, to: 300}, {from: 500, to: 600}]"});
  ASSERT_EQ(added.size(), 1U);
  EXPECT_EQ(added[0].from, 300U * 10'000) << "picoseconds";
  EXPECT_EQ(added[0].to, 500U * 10'000);
}

TEST_F(RunTest, SeveralStretchesOfWavesAreOneFile) {
  run({"waves=[{around: breakout, before_us: 1, after_us: 2}, {from: 100, to: 300}, {from: 250, to: 400}]"});
  const sim::Cycle around = *jobs_[0].report().evaluation.around.at(0);
  EXPECT_FALSE(jobs_[0].report().evaluation.around.at(1)) << "a stretch by cycles looks for no event";
  const auto windows = result()["waves"]["windows"];
  ASSERT_EQ(windows.size(), 2U) << "the two that overlap are one";
  EXPECT_EQ(windows[0]["from"], 100);
  EXPECT_EQ(windows[0]["to"], 400);
  EXPECT_EQ(windows[1]["from"], around - 100);
  EXPECT_EQ(windows[1]["to"], around + 200);
  EXPECT_EQ(result()["waves"]["from"], 100);
  EXPECT_EQ(result()["waves"]["to"], around + 200);
  std::ifstream fst(dir_ / "out/waves.fst");
  const std::string text((std::istreambuf_iterator<char>(fst)), {});
  for (const auto& [cycle, level] :
       std::vector<std::pair<sim::Cycle, int>>{{100, 1}, {400, 0}, {around - 100, 1}, {around + 200, 0}})
    EXPECT_THAT(text, HasSubstr(std::to_string(cycle) + " waves 0 " + std::to_string(level) + "\n"));
}

TEST_F(RunTest, TheTableCallsABalanceEndlessFromItsThirtyThirdCall) {
  run({"run.until_us=249", "expect=[{ending: running}]"}, "no_breakout");
  EXPECT_EQ(result()["metrics"]["dispatch_per_balance"]["endless"], 32);
  EXPECT_THAT(report::comparison({jobs_[0].stored_result()}).text(), testing::Not(HasSubstr("never ends")));
  run({"run.until_us=250", "expect=[{ending: running}]"}, "no_breakout");
  EXPECT_THAT(report::comparison({jobs_[0].stored_result()}).text(), HasSubstr("never ends (33)"));
}

TEST_F(RunTest, WavesBeyondTheEndEndWithTheRun) {
  run({"waves={from: 1000, to: 10000000}"});
  EXPECT_EQ(result()["waves"]["to"], 500'000);
  EXPECT_EQ(result()["waves"]["windows"][0]["to"], 500'000);
}

TEST(MergedTest, StretchesThatTouchOrLieInEachOtherAreOne) {
  const auto text = [](const WaveWindows& windows) {
    std::string out;
    for (const WaveWindow& window : merged(windows)) out += std::to_string(window.from) + "-" + std::to_string(window.to) + " ";
    return out;
  };
  EXPECT_EQ(text({{10, 20}, {0, 10}}), "0-20 ");
  EXPECT_EQ(text({{0, 30}, {10, 20}}), "0-30 ");
  EXPECT_EQ(text({{0, 10}, {11, 20}}), "0-10 11-20 ");
  EXPECT_EQ(text({}), "");
}

TEST_F(RunTest, StretchesAroundEventsThatNeverCameAreLeftOut) {
  run({"waves=[{around: scx_error}, {from: 100, to: 300}]"});
  EXPECT_EQ(result()["waves"]["windows"].dump(), R"([{"from":100,"to":300}])");
  run({"waves=[{around: scx_error}]"});
  EXPECT_TRUE(result()["waves"].is_null());
}

TEST_F(RunTest, ARunThatWavesDisturbIsAnInternalError) {
  misbehaviour_ = "perturb";
  const RunReport& report = run();
  EXPECT_EQ(report.outcome, Outcome::kInternalError);
  EXPECT_THAT(report.message, HasSubstr("logged other events"));
  EXPECT_TRUE(fs::exists(dir_ / "out/waves-pass/events.bin")) << "kept for comparison";
}

TEST_F(RunTest, SameSeedSameHash) {
  const auto first = run({"run.seed=7"}).evaluation.digest;
  EXPECT_EQ(run({"run.seed=7"}).evaluation.digest, first);
  EXPECT_NE(run({"run.seed=7", "kernel.breakout.limit=16"}).evaluation.digest, first);
}

TEST_F(RunTest, FailedExpectationIsTheOutcome) {
  const RunReport& report = run({"expect=[{never: breakout}, {ending: running}]"});
  EXPECT_EQ(report.outcome, Outcome::kExpectationFailed);
  const auto json = result();
  EXPECT_EQ(json["outcome"], "expectation_failed");
  EXPECT_EQ(json["expect"][0]["passed"], false);
  EXPECT_EQ(json["expect"][0]["event"], "breakout limit=32 retry=kick");
  EXPECT_TRUE(json["expect"][0]["cycle"].is_number());
  EXPECT_EQ(json["expect"][1]["passed"], true);
}

TEST_F(RunTest, StopWhenEndsTheRunThatLongAfterTheEvent) {
  const RunReport& report = run({"run.stop_when={event: breakout, after_us: 100}", "expect=[{ending: running}]"});
  EXPECT_EQ(report.outcome, Outcome::kPassed);
  EXPECT_EQ(report.evaluation.cycles, *report.evaluation.around.at(0) + 10'000);
}

TEST_F(RunTest, StopWhenThatNeverComesIsATimeout) {
  const RunReport& report = run({"run.stop_when={event: task_exit}", "expect=[{ending: running}]"});
  EXPECT_EQ(report.outcome, Outcome::kTimedOut);
  EXPECT_THAT(report.message, HasSubstr("task_exit did not happen in 5000 us"));
  run({"run.stop_when={event: task_exit}", "expect=[{never: breakout}]"});
  EXPECT_THAT(report::details(jobs_[0].stored_result()), HasSubstr("expected { never: breakout }"))
      << "it came to its end all the same";
}

TEST_F(RunTest, StimuliReachTheMachineAtTheirCycles) {
  run({"waves=all",
       "stimuli=[{at: {cycle: 123}, irq: 3, for_us: 2}, {at: {event: breakout, after_us: 1}, press: sysrq-s, for_us: "
       "1}]"});
  std::ifstream fst(dir_ / "out/waves.fst");
  const std::string text((std::istreambuf_iterator<char>(fst)), {});
  EXPECT_TRUE(jobs_[0].report().evaluation.around.empty()) << "waves: all looks for no event";
  EXPECT_THAT(text, HasSubstr("123 irq 3 1\n323 irq 3 0\n"));
  const std::size_t key = text.find(" key 115 1\n");
  ASSERT_NE(key, std::string::npos);
  EXPECT_EQ(text.find(" key 115 1\n", key + 1), std::string::npos) << "at the first of many breakouts, once";
  EXPECT_THAT(text, HasSubstr(" irq 0 1\n"));
  EXPECT_THAT(text, testing::Not(HasSubstr(" key 0 "))) << "an interrupt presses nothing";
}

TEST_F(RunTest, ACrashInThePolicyLeavesLogResultAndWavesToTheLastGoodCycle) {
  misbehaviour_ = "crash";
  const RunReport& report = run();
  EXPECT_EQ(report.outcome, Outcome::kPolicyCrashed);
  EXPECT_THAT(report.message, HasSubstr("Illegal instruction (signal 4) after cycle"));
  EXPECT_GT(report.evaluation.cycles, 250'000U);
  EXPECT_GT(report.evaluation.events, 1'000U) << "nothing of the buffer is lost";
  EXPECT_TRUE(report.evaluation.log_complete);
  EXPECT_EQ(result()["outcome"], "policy_crashed");
  EXPECT_EQ(result()["waves"]["file"], "waves.fst") << "written by the bounded replay";
  EXPECT_FALSE(fs::exists(dir_ / "out/waves-pass"));
}

TEST_F(RunTest, AnAbortOrAnExceptionIsAnInternalError) {
  misbehaviour_ = "abort";
  EXPECT_EQ(run().outcome, Outcome::kInternalError);
  misbehaviour_ = "throw";
  const RunReport& report = run();
  EXPECT_EQ(report.outcome, Outcome::kInternalError);
  EXPECT_EQ(report.message, "the fake machine was told to throw");
  EXPECT_GT(report.evaluation.events, 0U);
}

TEST_F(RunTest, AKernelPanicIsABrokenInvariant) {
  misbehaviour_ = "panic";
  const RunReport& report = run();
  EXPECT_EQ(report.outcome, Outcome::kInvariantBroken);
  EXPECT_THAT(report.message, HasSubstr("told to panic"));
}

TEST_F(RunTest, NoSimulatedProgressIsHung) {
  misbehaviour_ = "hang";
  const RunReport& report = run({}, "kick", {.hung_after_cpu_s = 0.2});
  EXPECT_EQ(report.outcome, Outcome::kHung);
  EXPECT_EQ(result()["outcome"], "hung");
}

TEST_F(RunTest, ASignalToTheParentInterruptsTheRun) {
  misbehaviour_ = "hang";
  std::thread sender([] {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    ::kill(::getpid(), SIGTERM);
  });
  const RunReport& report = run();
  sender.join();
  EXPECT_EQ(signal_, SIGTERM);
  EXPECT_EQ(report.outcome, Outcome::kInterrupted);
  EXPECT_EQ(result()["outcome"], "interrupted");
}

TEST_F(RunTest, WatchdogResetsBeyondTheLimitEndTheRun) {
  const RunReport& report = run({"run.reboots_max=0"}, "no_breakout");
  EXPECT_EQ(report.evaluation.ending, Ending::kHwWatchdogReset);
  EXPECT_LT(report.evaluation.cycles, 500'000U);
}

// They are in the log wherever the scenario names one, and only then; the hash is the same.
TEST_F(RunTest, VerboseEventsDoNotChangeTheHash) {
  const auto logged = [this] {
    unsigned count = 0;
    event_log::LogReader reader((dir_ / "out/events.bin").string());
    for (event_log::EventView event; reader.next(event);) count += event_log::type_of(event.id).verbose ? 1 : 0;
    return count;
  };
  const auto digest = run().evaluation.digest;
  EXPECT_EQ(logged(), 0U);
  for (const char* naming :
       {"expect=[{count: lock_acquired, at_least: 1}]", "expect=[{event: lock_acquired, lock: 3, always: true}]",
        "expect=[{eventually: lock_acquired}]", "expect=[{never: breakout, after: lock_acquired}]",
        "expect=[{sequence: [irq_off, lock_acquired, breakout]}]",
        "expect=[{sequence: [irq_off, breakout], without: lock_acquired}]",
        "waves={around: lock_acquired, before_us: 1, after_us: 1}"}) {
    EXPECT_EQ(run({naming}).evaluation.digest, digest) << naming;
    EXPECT_GT(logged(), 10U) << naming;
  }
}

TEST_F(RunTest, FilesOfAnEarlierRunDoNotSurvive) {
  run();
  ASSERT_TRUE(fs::exists(dir_ / "out/waves.fst"));
  run({"waves=none"});
  EXPECT_FALSE(fs::exists(dir_ / "out/waves.fst"));
  EXPECT_TRUE(result()["waves"].is_null());
}

TEST_F(RunTest, WhatWasCutShortSaysSo) {
  run();
  EXPECT_EQ(result()["complete"], true);
  EXPECT_THAT(report::comparison({jobs_[0].stored_result()}).text(), testing::Not(HasSubstr("*")));
  misbehaviour_ = "crash";
  const RunReport& report = run();
  EXPECT_EQ(result()["complete"], false);
  const std::string kicks = std::to_string(result()["metrics"]["self_kicks"].get<int>());
  EXPECT_THAT(
      report::comparison({jobs_[0].stored_result()}).text(),
      testing::AllOf(HasSubstr(" " + kicks + "* "), HasSubstr("  * kick was cut short: its figures are those of " +
                                                              std::to_string(report.evaluation.cycles / 100) + " of 5000 us\n")));
  misbehaviour_ = "panic";
  run();
  EXPECT_EQ(result()["complete"], false);
}

TEST_F(RunTest, EndsOfItsOwnAreNotCut) {
  run({"run.stop_when={event: breakout, after_us: 100}", "expect=[{ending: running}]"});
  EXPECT_EQ(result()["complete"], true);
  run({"run.reboots_max=0"}, "no_breakout");
  EXPECT_EQ(result()["complete"], true);
  run({"run.stop_when={event: task_exit}"});
  EXPECT_EQ(result()["complete"], true) << "timed out";
}

TEST_F(RunTest, AFailureBeforeTheDirectoryIsOursWritesNothing) {
  run();
  const auto before = result().dump();
  const RunLock reading = RunLock::to_read(dir_ / "out");
  const RunReport& report = run({"run.seed=2"});
  EXPECT_EQ(report.outcome, Outcome::kInternalError);
  EXPECT_FALSE(report.lost.empty());
  EXPECT_THAT(report::comparison({jobs_[0].stored_result()}).text(),
              testing::ContainsRegex("\n  kick( +[?])+ +internal_error\n"));
  EXPECT_EQ(result().dump(), before);
  EXPECT_THAT(report::details(jobs_[0].stored_result()), testing::Not(HasSubstr("results")));
}

TEST_F(RunTest, WhatCouldNotBeWrittenIsNotNamed) {
  backend_.waves_complete = [](const fs::path&) { return false; };
  run();
  EXPECT_TRUE(result()["waves"].is_null());
  EXPECT_THAT(report::details(jobs_[0].stored_result()), testing::Not(HasSubstr("\n  waves")));
  backend_.waves_complete = nullptr;
  backend_.write_save_file = [this](const SaveFileRequest&) { fs::remove_all(dir_ / "out"); };  // what comes last is lost
  const RunReport& report = run();
  EXPECT_FALSE(report.lost.empty());
  const std::string details = report::details(jobs_[0].stored_result());
  EXPECT_THAT(details, testing::Not(HasSubstr("wave")));
  EXPECT_THAT(details, testing::Not(HasSubstr("replay  ")));
}

TEST_F(RunTest, JobsFinishInTheirOrderHoweverManyRun) {
  std::vector<Job> jobs;
  for (int i = 0; i < 5; ++i)
    jobs.emplace_back(backend_, RunRequest{test::scenario(kStall, {"run.until_ms=" + std::to_string(9 - i)}, "kick"),
                                           dir_ / std::to_string(i), "", ""});
  std::vector<std::string> order;
  supervise(jobs, {.parallel = 3}, [&](const Job& job) { order.push_back(job.request().dir.filename().string()); });
  EXPECT_EQ(order, (std::vector<std::string>{"0", "1", "2", "3", "4"}));
}

}  // namespace
}  // namespace tb::run
