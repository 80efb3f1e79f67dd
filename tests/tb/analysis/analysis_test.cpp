// SPDX-License-Identifier: Apache-2.0
// Goal: latency, timehist and summary say of a log what its events say, in milliseconds; of other directories they say what is wrong.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "log/reader.h"
#include "tb/analysis/latency.h"
#include "tb/analysis/subject.h"
#include "tb/analysis/summary.h"
#include "tb/analysis/timehist.h"
#include "tests/tb/analysis/run_dir.h"

namespace tb::analysis {
namespace {

using test::Played;
using testing::HasSubstr;

std::function<void()> woken(unsigned pid, const char* comm) {
  return [=] { trace::sched_wakeup(pid, comm, 0); };
}
std::function<void()> switched(unsigned prev, const char* prev_comm, trace::TaskState state, unsigned next,
                               const char* next_comm) {
  return [=] { trace::sched_switch(prev, prev_comm, state, next, next_comm, trace::Class::kFair, trace::Class::kFair); };
}
constexpr auto kR = trace::TaskState::kR;
constexpr auto kS = trace::TaskState::kS;

// a waits 1 ms, runs 2 ms, loses the CPU for 3 ms to b, which waited 4 ms, and runs 1 ms again; asleep for 5 ms, it is woken at once.
const std::vector<Played> kScript = {{100'000, 0, woken(5, "a")},
                                     {200'000, 0, switched(0, "swapper/0", kR, 5, "a")},
                                     {200'000, 1, [] { trace::wfi_enter(0); }},
                                     {200'000, 1, woken(6, "b")},
                                     {400'000, 0, switched(5, "a", kR, 6, "b")},
                                     {700'000, 0, switched(6, "b", kS, 5, "a")},
                                     {800'000, 0, switched(5, "a", kS, 0, "swapper/0")},
                                     {1'300'000, 0, woken(5, "a")},
                                     {1'300'000, 0, switched(0, "swapper/0", kR, 5, "a")},
                                     {1'400'000, 0, switched(5, "a", kS, 0, "swapper/0")}};

class AnalysisTest : public testing::Test {
 protected:
  std::filesystem::path dir() { return dir_ / "run"; }
  std::string timehist_of(const TimehistOptions& options) {
    std::string text;
    (void)timehist(dir(), options, [&text](const std::string& line) { text += line; });
    return text;
  }

  test::TempDir dir_;
};

TEST_F(AnalysisTest, LatencyIsThatOfPerf) {
  test::write_run(dir(), kScript);
  const Latency found = latency(dir(), LatencyOrder::kMax);
  // Of a: 1 ms from its first wakeup, 3 ms without the CPU, 0 at the end.
  EXPECT_THAT(found.text,
              HasSubstr("  a                    |        4.000 |        3 |        1.333 |        3.000 |        3.000 |"
                        "           0.004000 |           0.007000 |\n"));
  EXPECT_THAT(found.text, HasSubstr("  b                    |        3.000 |        1 |        2.000 |"));
  EXPECT_THAT(found.text, HasSubstr("  TOTAL                |        7.000 |        4 |"));
  EXPECT_EQ(found.json["tasks"][0]["task"].get<std::string>(), "a");
  EXPECT_EQ(found.json["tasks"][0]["delay_cycles"]["max"].get<int>(), 300'000);
}

TEST_F(AnalysisTest, LatencyInEachOrder) {
  test::write_run(dir(), kScript);
  const auto first = [this](LatencyOrder order) { return latency(dir(), order).json["tasks"][0]["task"].get<std::string>(); };
  EXPECT_EQ(first(LatencyOrder::kMax), "a");
  EXPECT_EQ(first(LatencyOrder::kAverage), "b");
  EXPECT_EQ(first(LatencyOrder::kP99), "a");
  EXPECT_EQ(first(LatencyOrder::kRuntime), "a");
  EXPECT_EQ(first(LatencyOrder::kSwitches), "a");
  EXPECT_EQ(first(LatencyOrder::kName), "a");
}

TEST_F(AnalysisTest, TimehistHasALineForEachStay) {
  test::write_run(dir(), kScript);
  EXPECT_THAT(timehist_of({}),
              testing::EndsWith("       0.004000 [0000]  a[5]                                0.000      1.000      2.000\n"
                                "       0.007000 [0000]  b[6]                                0.000      2.000      3.000\n"
                                "       0.008000 [0000]  a[5]                                3.000      0.000      1.000\n"
                                "       0.014000 [0000]  a[5]                                5.000      0.000      1.000\n"));
}

TEST_F(AnalysisTest, TimehistOfOneTaskHartOrTime) {
  test::write_run(dir(), kScript);
  const auto lines = [this](const TimehistOptions& options) {
    const std::string text = timehist_of(options);
    return std::count(text.begin(), text.end(), '\n') - 3;  // of the head
  };
  EXPECT_EQ(lines({.task = "a"}), 3);
  EXPECT_EQ(lines({.hart = 1}), 0);
  EXPECT_EQ(lines({.from = 700'000, .to = 800'000}), 2);
  EXPECT_EQ(lines({.idle = true}), 5);
}

TEST_F(AnalysisTest, TimehistOfWhatIsNotThere) {
  test::write_run(dir(), kScript);
  EXPECT_EQ(test::config_error([this] { timehist_of({.task = "aa"}); }),
            "--task: no task that ran is called 'aa'; did you mean 'a'?");
  EXPECT_EQ(test::config_error([this] { timehist_of({.hart = 2}); }), "--hart 2: the machine has harts 0 to 1");
}

TEST_F(AnalysisTest, SummaryOfSeveralRuns) {
  test::write_run(dir(), kScript);
  test::write_run(dir_ / "other", {});
  const Summary found = summarize({dir(), dir_ / "other"});
  // 7 of 28 ms of two harts, 6 switches in 14 ms.
  EXPECT_THAT(found.text, testing::ContainsRegex("/run +25\\.0 % +429 +3000\\.0 +3000\\.0 +0\\.0 +0 +no result\n"));
  EXPECT_THAT(found.text, testing::ContainsRegex("\n +0 +50\\.0 +50\\.0 +0\\.0 "));
  EXPECT_THAT(found.text, testing::ContainsRegex(
                              "\n +a +1 +3 +4\\.000 +1000\\.0 +1333\\.3 +2000\\.0 +1000\\.0 +1000\\.0 +3000\\.0 +0 +50\\.0\n"));
  EXPECT_THAT(found.text, testing::Not(HasSubstr("nan")));
  ASSERT_EQ(found.shortfalls.size(), 2U);
  EXPECT_THAT(found.shortfalls[0], HasSubstr("no result.json"));
  EXPECT_THAT(found.shortfalls[1], HasSubstr("events.bin holds no event"));
}

TEST_F(AnalysisTest, OtherDirectoriesAreNamed) {
  test::write_run(dir(), {});
  EXPECT_THAT(test::config_error([this] { (void)latency(dir_.path(), LatencyOrder::kMax); }),
              HasSubstr("is not the directory of a run; runs below it: " + dir().string()));
  EXPECT_THAT(test::config_error([this] { (void)latency(dir_ / "none", LatencyOrder::kMax); }), HasSubstr("no such directory"));
  std::ofstream(dir() / "config.yaml") << "tasks: []\n";
  EXPECT_THAT(test::config_error([this] { (void)latency(dir(), LatencyOrder::kMax); }),
              HasSubstr("hardware.harts: expected 1 to 64"));
  std::ofstream(dir() / "config.yaml") << "hardware: { harts: 200, clock_mhz: 100 }\nkernel: { hz: 1000 }\n";
  EXPECT_THAT(test::config_error([this] { (void)latency(dir(), LatencyOrder::kMax); }),
              HasSubstr("hardware.harts: expected 1 to 64"));
  std::ofstream(dir() / "config.yaml") << "hardware: { harts: 2, clock_mhz: 100 }\nkernel: { hz: 4000000000 }\n";
  EXPECT_THAT(test::config_error([this] { (void)summarize({dir()}); }), HasSubstr("kernel.hz: expected 1 to 10000"));
  std::ofstream(dir() / "events.bin") << "not a log, not at all";
  std::ofstream(dir() / "config.yaml") << "hardware: { harts: 2, clock_mhz: 100 }\nkernel: { hz: 1000 }\n";
  EXPECT_THROW((void)latency(dir(), LatencyOrder::kMax), event_log::LogError);
}

}  // namespace
}  // namespace tb::analysis
