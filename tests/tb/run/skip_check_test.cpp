// SPDX-License-Identifier: Apache-2.0
// Goal: with RTL that is not the shipped one, no run whose events depend on skipping is called a pass.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <deque>
#include <fstream>
#include <thread>

#include "log/writer.h"
#include "tb/report/summary.h"
#include "tests/tb/run/fixture.h"

namespace tb::run {
namespace {

using test::Played;
using testing::HasSubstr;
using testing::IsEmpty;
using End = sim::End;

// --- the comparison ---------------------------------------------------------------------------------------------------

class SkipDifferenceTest : public testing::Test {
 protected:
  // A log of one policy_print per text.
  PassEnd pass(const std::string& name, const std::vector<std::pair<sim::Cycle, std::string>>& prints, sim::Cycle cycles,
               End end = End::kCyclesMax) {
    auto& texts = texts_.emplace_back();
    for (const auto& print : prints) texts.push_back(print.second);
    std::vector<Played> script;
    for (std::size_t i = 0; i < prints.size(); ++i)
      script.push_back({prints[i].first, 0, [&texts, i] { trace::policy_print(texts[i].c_str()); }});
    const fs::path file = dir_ / name;
    auto buffer = std::make_unique<event_log::LogBuffer>();
    event_log::LogWriter writer(file.string(), *buffer, false);
    for (const test::EncodedEvent& event : test::encode(script)) writer.add(event.view());
    writer.close();
    return {file, end, cycles};
  }

  test::TempDir dir_;
  std::deque<std::vector<std::string>> texts_;
};

TEST_F(SkipDifferenceTest, EqualLogsAndEndsHaveNone) {
  const PassEnd a = pass("a", {{10, "x"}, {20, "y"}}, 100), b = pass("b", {{10, "x"}, {20, "y"}}, 100);
  EXPECT_THAT(skip_difference(a, b, 100), IsEmpty());
}

TEST_F(SkipDifferenceTest, AnotherEventCycleOrCountIsOne) {
  const PassEnd a = pass("a", {{10, "x"}, {20, "y"}}, 100);
  EXPECT_THAT(skip_difference(a, pass("b", {{10, "x"}, {20, "z"}}, 100), 100), HasSubstr("at cycle 20, after 1 equal events"));
  EXPECT_THAT(skip_difference(a, pass("c", {{10, "x"}, {21, "y"}}, 100), 100), HasSubstr("at cycle 20"));
  EXPECT_THAT(skip_difference(a, pass("d", {{10, "x"}}, 100), 100), HasSubstr("without: nothing more"));
  EXPECT_THAT(skip_difference(a, pass("e", {{10, "x"}, {20, "y"}, {99, "z"}}, 100), 100), HasSubstr("with skips nothing more"));
}

// The pass without skips is cut at the limit: what lies there or behind it is not compared, all before it is.
TEST_F(SkipDifferenceTest, ComparesUpToTheLimitAndNoFurther) {
  const PassEnd a = pass("a", {{10, "x"}, {50, "y"}, {70, "z"}}, 100), cut = pass("b", {{10, "x"}}, 50);
  EXPECT_THAT(skip_difference(a, cut, 50), IsEmpty());
  EXPECT_THAT(skip_difference(a, cut, 51), HasSubstr("at cycle 50"));
}

TEST_F(SkipDifferenceTest, AnEndThatSkippingBroughtAboutIsOne) {
  const PassEnd broken = pass("a", {{10, "x"}}, 60, End::kRtlInvariant);
  EXPECT_THAT(skip_difference(broken, pass("b", {{10, "x"}}, 61), 100),
              HasSubstr("ends at cycle 60 by a broken invariant of the RTL; without it does not"));
  EXPECT_THAT(skip_difference(broken, pass("c", {{10, "x"}}, 60, End::kRtlInvariant), 100), IsEmpty());
  EXPECT_THAT(skip_difference(broken, pass("d", {{10, "x"}, {30, "y"}}, 61), 100), HasSubstr("a broken invariant of the RTL"))
      << "more to the point than the event that the skip has passed";
}

// A skip of several cycles may have passed the one at which the invariant is broken.
TEST_F(SkipDifferenceTest, OfTwoBrokenRunsTheCyclesThatBothHaveCount) {
  const PassEnd late = pass("a", {{10, "x"}, {58, "y"}}, 60, End::kRtlInvariant);
  EXPECT_THAT(skip_difference(late, pass("b", {{10, "x"}}, 55, End::kRtlInvariant), 100), IsEmpty());
  EXPECT_THAT(skip_difference(late, pass("c", {{11, "x"}}, 55, End::kRtlInvariant), 100), HasSubstr("at cycle 10"));
}

TEST_F(SkipDifferenceTest, AnEndOfItsOwnIsComparedToTheLastEvent) {
  const PassEnd a = pass("a", {{10, "x"}, {60, "y"}}, 60, End::kStopped);
  EXPECT_THAT(skip_difference(a, pass("b", {{10, "x"}, {60, "y"}}, 60, End::kStopped), 100), IsEmpty());
  EXPECT_THAT(skip_difference(a, pass("c", {{10, "x"}, {60, "z"}}, 60, End::kStopped), 100), HasSubstr("at cycle 60"));
}

TEST(SkipCheckLimitTest, HartsShareTheWork) {
  EXPECT_EQ(skip_check_limit(1, 500'000), 500'000U);
  EXPECT_EQ(skip_check_limit(1, 50'000'000), 20'000'000U);
  EXPECT_EQ(skip_check_limit(4, 50'000'000), 5'000'000U);
  EXPECT_EQ(skip_check_limit(64, 50'000'000), 312'500U);
  EXPECT_EQ(skip_check_cycles(500'000, 500'000), 500'000U);
  EXPECT_EQ(skip_check_cycles(500'000, 300), 301U) << "a cycle more than the run had, to see it go on";
}

// --- runs -------------------------------------------------------------------------------------------------------------

class SkipCheckTest : public testing::Test {
 protected:
  SkipCheckTest() { backend_.rtl_hash = "somebody's own"; }

  const RunReport& run(const std::string& misbehaviour = {}, const std::vector<std::string>& sets = {}, bool skip = true) {
    auto scenario = test::scenario(kStall, sets, "kick");
    if (!misbehaviour.empty()) {
      scenario.tasks.push_back(scenario.tasks[0]);
      scenario.tasks.back().name = misbehaviour;
      scenario.tasks.back().count = 1;
    }
    jobs_.clear();
    RunRequest request{scenario, dir_ / "out"};
    request.skip = skip;
    jobs_.emplace_back(backend_, std::move(request));
    supervise(jobs_, {.hung_after_cpu_s = hung_after_s_}, [](const Job&) {});
    return jobs_[0].report();
  }
  json::Value skips() const { return json::read_file(dir_ / "out/result.json")["skips"]; }
  [[nodiscard]] std::string details() const { return report::details(jobs_[0].stored_result()); }

  test::TempDir dir_;
  Backend backend_ = test::fake_backend(SCX_TEST_CONFIGS);
  std::vector<Job> jobs_;
  double hung_after_s_ = 60;
};

TEST_F(SkipCheckTest, OfTheShippedRtlNothingIsChecked) {
  backend_.rtl_hash = backend_.shipped_rtl_hash;
  EXPECT_EQ(run("oversleep").outcome, Outcome::kPassed) << "nobody looks";
  EXPECT_EQ(skips().dump(), R"({"on":true,"shipped_rtl":true,"verified":null})");
  EXPECT_THAT(details(), testing::Not(HasSubstr("rtl ")));
}

TEST_F(SkipCheckTest, ExactSkipsAreVerifiedAndSaySo) {
  const RunReport& report = run();
  EXPECT_EQ(report.outcome, Outcome::kPassed) << report.message;
  EXPECT_EQ(skips().dump(), R"({"on":true,"shipped_rtl":false,"verified":{"to_cycle":500000,"ok":true,"earlier":false}})");
  EXPECT_THAT(details(), HasSubstr("rtl      not the shipped one; without skips a second run had the same events up to cycle "
                                   "500000 of 500000\n"));
  EXPECT_FALSE(fs::exists(dir_ / "out" / kSkipCheckFolder));
  EXPECT_TRUE(fs::exists(dir_ / "out/waves.fst")) << "the waves come after the check";
}

TEST_F(SkipCheckTest, ADifferenceIsNoPass) {
  const RunReport& report = run("oversleep");
  EXPECT_EQ(report.outcome, Outcome::kSkipInexact);
  EXPECT_EQ(report.exit_code(), 16);
  EXPECT_THAT(report.message,
              testing::MatchesRegex("skipping quiet cycles changes the run: at cycle 260000, after .* equal events: "
                                    "with skips .*; without: hart 0 policy_print.*woken.*; skip-check holds .*"));
  EXPECT_EQ(skips()["verified"]["ok"], false);
  EXPECT_THAT(details(), HasSubstr("one of its horizons is too far"));
  EXPECT_TRUE(fs::exists(dir_ / "out" / kSkipCheckFolder / "events.bin"));
  EXPECT_EQ(run().outcome, Outcome::kPassed);
  EXPECT_FALSE(fs::exists(dir_ / "out" / kSkipCheckFolder)) << "of an earlier run";
}

TEST_F(SkipCheckTest, AnExpectationThatFailsByASkipIsNoAnswerEither) {
  EXPECT_EQ(run("oversleep", {"expect=[{never: policy_print}]"}).outcome, Outcome::kSkipInexact);
  EXPECT_EQ(run("", {"expect=[{never: balance_exit}]"}).outcome, Outcome::kExpectationFailed);
  EXPECT_EQ(skips()["verified"]["ok"], true);
}

TEST_F(SkipCheckTest, TheCheckIsBoundedAndSaysHowFarItWent) {
  const std::vector<std::string> longer{"hardware.harts=8", "run.until_ms=30", "waves=none"};
  EXPECT_EQ(run("oversleep_late", longer).outcome, Outcome::kPassed);
  EXPECT_EQ(skips()["verified"]["to_cycle"], 2'500'000);
  EXPECT_THAT(details(), HasSubstr("up to cycle 2500000 of 3000000\n"));
  EXPECT_EQ(run("oversleep_late", {"hardware.harts=4", "run.until_ms=30", "waves=none"}).outcome, Outcome::kSkipInexact)
      << "fewer harts are compared further";
}

TEST_F(SkipCheckTest, AnInvariantBrokenByASkipIsTheSkips) {
  EXPECT_EQ(run("trip").outcome, Outcome::kSkipInexact);
  EXPECT_THAT(jobs_[0].report().message, HasSubstr("a broken invariant of the RTL; without it does not"));
  EXPECT_EQ(run("stumble").outcome, Outcome::kInvariantBroken) << "without skips too";
}

TEST_F(SkipCheckTest, NothingSkippedNothingToCheck) {
  EXPECT_EQ(run("oversleep", {}, false).outcome, Outcome::kPassed);
  EXPECT_TRUE(skips()["verified"].is_null());
  EXPECT_THAT(details(), HasSubstr("no cycles were skipped"));
}

// What was found for a run holds for the same run: same program, RTL, configuration, and every event the same.
TEST_F(SkipCheckTest, IsNotRepeatedForTheSameRunInTheSameDirectory) {
  run();
  EXPECT_EQ(run().outcome, Outcome::kPassed);
  EXPECT_EQ(skips()["verified"].dump(), R"({"to_cycle":500000,"ok":true,"earlier":true})");
  EXPECT_THAT(details(), HasSubstr("without skips an earlier run had the same events up to cycle 500000"));
  run("", {"run.seed=2"});
  EXPECT_EQ(skips()["verified"]["earlier"], false) << "another configuration";
  backend_.rtl_hash = "somebody's other";
  run("", {"run.seed=2"});
  EXPECT_EQ(skips()["verified"]["earlier"], false) << "other RTL";
  run("oversleep");
  run("oversleep");
  EXPECT_EQ(skips()["verified"]["ok"], false) << "a difference is never taken over";
}

TEST_F(SkipCheckTest, AResultThatCannotBeReadIsNoCheck) {
  run();
  std::ofstream(dir_ / "out/result.json") << "{\"skips\": {\"verified\": {\"ok\": true";
  run();
  EXPECT_EQ(skips()["verified"]["earlier"], false);
}

TEST_F(SkipCheckTest, ACheckThatIsEndedIsNoPass) {
  hung_after_s_ = 0.2;
  EXPECT_EQ(run("dawdle").outcome, Outcome::kHung);
  EXPECT_THAT(jobs_[0].report().message, HasSubstr("the check of the skips was ended at cycle 26"));
  EXPECT_TRUE(skips()["verified"].is_null());
  EXPECT_THAT(details(), HasSubstr("whether its skips are exact was not checked"));
  hung_after_s_ = 60;
  std::thread user([parent = ::getpid()] {
    std::this_thread::sleep_for(std::chrono::seconds(1));
    ::kill(parent, SIGINT);
  });
  EXPECT_EQ(run("dawdle").outcome, Outcome::kInterrupted);
  user.join();
  EXPECT_EQ(jobs_[0].report().exit_code(), 128 + SIGINT);
}

}  // namespace
}  // namespace tb::run
