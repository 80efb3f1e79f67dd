// SPDX-License-Identifier: Apache-2.0
// What the model prints and where it stops becomes one line that says what was broken.
#include "sim/verilator_stop.h"

#include <gtest/gtest.h>
#include <verilated.h>

#include <string>

#include "sim/model_print.h"

namespace sim {
namespace {

std::string text_of(const std::string& printed) { return RtlInvariant(printed, "hart.v", 27).what(); }

TEST(VerilatorStopTest, AnInvariantHasItsTextItsInstanceAndItsPlace) {
  EXPECT_EQ(text_of("1200 INVARIANT TOP.soc.hart: one at a time: never two\n"),
            "RTL invariant broken: one at a time: never two, in TOP.soc.hart (hart.v:27)");
  EXPECT_EQ(text_of("0 INVARIANT a: b"), "RTL invariant broken: b, in a (hart.v:27)");
}

TEST(VerilatorStopTest, AStopWithoutTheMacroHasItsPlace) {
  for (const char* printed : {"", "a line of somebody's\n", "a: line of somebody's\n", "0 INVARIANT without an instance\n"})
    EXPECT_EQ(text_of(printed), "RTL stopped at hart.v:27") << printed;
}

TEST(VerilatorStopTest, ThrowsWhatWasPrintedLastAndSaysItOnce) {
  testing::internal::CaptureStdout();
  EXPECT_EQ(scx_model_printf("%d INVARIANT top: %s\n", 7, "out of step"), 29);
  const auto stop = []() -> std::string {
    try {
      vl_stop("top.v", 3, "");
    } catch (const RtlInvariant& broken) {
      return broken.what();
    }
    return "went on";
  };
  EXPECT_EQ(stop(), "RTL invariant broken: out of step, in top (top.v:3)");
  EXPECT_EQ(stop(), "RTL stopped at top.v:3") << "nothing was printed for this one";
  std::fflush(stdout);
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "7 INVARIANT top: out of step\n");
}

TEST(VerilatorStopTest, OrCountsThem) {
  set_on_stop(OnStop::kCount);
  EXPECT_EQ(take_stops(), 0U);
  vl_stop("top.v", 3, "");
  vl_stop("top.v", 4, "");
  EXPECT_EQ(take_stops(), 2U);
  EXPECT_EQ(take_stops(), 0U);
  set_on_stop(OnStop::kThrow);
  EXPECT_THROW(vl_stop("top.v", 5, ""), RtlInvariant);
}

}  // namespace
}  // namespace sim
