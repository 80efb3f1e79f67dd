// SPDX-License-Identifier: Apache-2.0
// How a run ends: for the first reason there was, without a word to the terminal, and with its waves written to their end.
#include <gtest/gtest.h>

#include <cstdio>

#include "sim/fst_file.h"
#include "tests/sim/own_file.h"
#include "tests/sim/scripted_harts.h"

namespace sim_test {
namespace {

using sim::Cycle;
using sim::End;

class EndTest : public testing::TestWithParam<bool> {
 protected:
  EndTest() { std::remove(path_.c_str()); }
  ~EndTest() override { std::remove(path_.c_str()); }
  [[nodiscard]] sim::SocParameters with(std::string fst_path = {}) const {
    return {.harts = 4,
            .clock_mhz = 100,
            .knobs = {2, 4, 6, 0},
            .seed = 1,
            .skip = GetParam(),
            .fst_path = std::move(fst_path),
            .cycles_max = 5000};
  }
  const std::string path_ = own_file("end_test.fst");
};
INSTANTIATE_TEST_SUITE_P(Skip, EndTest, testing::Bool(), [](const auto& skip) { return skip.param ? "On" : "Off"; });

// Software of other harts that is due at the same cycle still runs, and may have reasons of its own.
TEST_P(EndTest, TheFirstReasonIsTheRuns) {
  ScriptedHarts harts(with());
  std::vector<std::string> reasons;
  const auto abort_at_2000 = [&](sim::HartId hart) {
    harts.compute(hart, static_cast<std::uint32_t>(2000 - harts.soc.now()));
    reasons.push_back("hart " + std::to_string(hart));
    harts.soc.abort_run(reasons.size() == 1 ? End::kPanic : End::kRtlInvariant, reasons.back());
  };
  harts.on_start(0, [&] {
    harts.store(0, platform::hart_control::run(0), 6);
    abort_at_2000(0);
  });
  harts.on_start(1, [&] { abort_at_2000(1); });
  harts.on_start(2, [&] { abort_at_2000(2); });
  harts.run();
  ASSERT_EQ(reasons.size(), 3U) << "all of them were due";
  EXPECT_EQ(harts.soc.end(), End::kPanic);
  EXPECT_EQ(harts.soc.stop_message(), reasons[0]);
  EXPECT_EQ(harts.soc.now(), 2000U);
}

// An event a cycle from the op's first on: the one of offset n carries n.
struct EventACycle {
  explicit EventACycle(sim::HartId hart, std::uint32_t count) {
    for (std::uint32_t n = 0; n <= count; ++n) {
      payloads.push_back(static_cast<std::uint8_t>(n));
      marks.push_back({.offset = n,
                       .reg = sim::kEventMark,
                       .event = static_cast<std::uint8_t>(trace::Event::kTick),
                       .hart = static_cast<std::uint16_t>(hart),
                       .value = n,
                       .length = 1});
    }
  }
  [[nodiscard]] sim::Op op() const {
    return {
        .opcode = sim::Opcode::kCompute, .data = static_cast<std::uint32_t>(marks.size() - 1), .marks = {marks, payloads.data()}};
  }
  std::vector<sim::Mark> marks;
  std::vector<std::uint8_t> payloads;
};

// The clock at which an invariant breaks has no outcome: shown is what was before it.
TEST_P(EndTest, BehindABrokenInvariantNothingIsShown) {
  ScriptedHarts harts(with());
  const EventACycle going(1, 200), begun(2, 100);
  Cycle broken = 0;
  harts.on_start(0, [&] {
    harts.store(0, platform::hart_control::run(0), 6);
    harts.compute(0, static_cast<std::uint32_t>(1000 - harts.soc.now()));
    broken = harts.soc.now();
    harts.compute(0, 0);
  });
  harts.on_start(1, [&] {
    harts.compute(1, static_cast<std::uint32_t>(950 - harts.soc.now()));
    harts.execute(1, going.op());
  });
  harts.on_start(2, [&] {
    harts.compute(2, static_cast<std::uint32_t>(1000 - harts.soc.now()));
    harts.execute(2, begun.op());
  });
  harts.run();
  ASSERT_EQ(harts.soc.end(), End::kRtlInvariant);
  EXPECT_EQ(broken, 1000U);
  std::vector<std::pair<sim::HartId, Cycle>> last{{1, 0}, {2, 0}};
  for (const auto& event : harts.events)
    for (auto& [hart, cycle] : last)
      if (event.hart == hart && event.id == trace::Event::kTick) cycle = event.cycle;
  EXPECT_EQ(last, (std::vector<std::pair<sim::HartId, Cycle>>{{1, 1000}, {2, 1000}}));
}

TEST_P(EndTest, OpsAreThoseThatWereServed) {
  ScriptedHarts harts(with());
  harts.on_start(0, [&] {
    for (int i = 0; i < 3; ++i) harts.compute(0, 10);
    harts.soc.abort_run(End::kPanic, {});
  });
  harts.run();
  EXPECT_EQ(harts.soc.ops(), 3U);
}

TEST_P(EndTest, NothingIsPrinted) {
  ScriptedHarts harts(with());
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  harts.run();
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "");
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST_P(EndTest, WavesOpenToTheEndDoNotPutItOffAndAreComplete) {
  ScriptedHarts harts(with(path_));
  harts.soc.at(3000, [&] { harts.soc.waves_on(); });
  harts.run();
  EXPECT_EQ(harts.soc.now(), 5000U);
  EXPECT_EQ(harts.soc.end(), End::kCyclesMax);
  EXPECT_FALSE(sim::fst_complete(path_)) << "still being written";
  harts.soc.close_waves();
  EXPECT_TRUE(sim::fst_complete(path_));
  harts.soc.close_waves();
  EXPECT_TRUE(sim::fst_complete(path_)) << "twice does no harm";
}

TEST_P(EndTest, WavesThatNobodyNamedAFileForAreNone) {
  ScriptedHarts harts(with());
  harts.soc.at(3000, [&] { harts.soc.waves_on(); });
  harts.soc.at(3500, [&] { harts.soc.waves_off(); });
  harts.run();
  harts.soc.close_waves();
  EXPECT_EQ(harts.soc.now(), 5000U);
  EXPECT_FALSE(std::filesystem::exists(path_));
}

}  // namespace
}  // namespace sim_test
