// SPDX-License-Identifier: Apache-2.0
#include "tb/campaign/condition.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/tb/support.h"

namespace tb::campaign {
namespace {

const std::vector<Condition::Axis> kAxes = {{"harts"}, {"bus"}, {"policy", false}};
const std::vector<std::string> kWords = {"qmap", "no-kick", "4"};

Condition condition(const std::string& text) {
  config::Tree tree = config::make_scalar(text);
  return {tree, "when", kAxes, kWords};
}

bool holds(const std::string& text, double harts = 4, double bus = 20, std::string_view policy = "qmap") {
  const std::vector<AxisValue> point = {{harts, "4"}, {bus, "20"}, {std::nan(""), policy}};
  return condition(text).holds(point);
}

TEST(ConditionTest, ComparesNumbers) {
  EXPECT_TRUE(holds("harts <= 4"));
  EXPECT_FALSE(holds("harts < 4"));
  EXPECT_TRUE(holds("harts >= 4 and harts == 4"));
  EXPECT_TRUE(holds("harts != 5"));
  EXPECT_FALSE(holds("bus > 20"));
}

TEST(ConditionTest, PrecedenceIsThatOfArithmeticThenComparisonThenNotAndOr) {
  EXPECT_TRUE(holds("harts + 2 * 3 == 10"));
  EXPECT_TRUE(holds("(harts + 2) * 3 == 18"));
  EXPECT_TRUE(holds("bus - 4 - 6 == 10"));
  EXPECT_TRUE(holds("bus / harts / 5 == 1"));
  EXPECT_TRUE(holds("-harts == 0 - 4"));
  EXPECT_TRUE(holds("harts == 1 and bus == 1 or bus == 20"));
  EXPECT_FALSE(holds("harts == 1 and (bus == 1 or bus == 20)"));
  EXPECT_TRUE(holds("not harts == 1"));
  EXPECT_FALSE(holds("not (harts == 1 or bus == 20)"));
}

TEST(ConditionTest, ComparesWordsWithLevels) {
  EXPECT_TRUE(holds("policy == qmap"));
  EXPECT_FALSE(holds("policy != qmap"));
  EXPECT_TRUE(holds("policy == no-kick", 4, 20, "no-kick"));
  EXPECT_TRUE(holds("harts-4 == 0"));  // a minus where no level is called so
  EXPECT_FALSE(holds("policy == 4"));
}

TEST(ConditionTest, ANumberAloneHoldsUnlessItIsZero) {
  EXPECT_TRUE(holds("harts"));
  EXPECT_FALSE(holds("harts - 4"));
  EXPECT_FALSE(holds("policy"));
}

std::string error(const std::string& text) {
  return tb::test::config_error([&] { static_cast<void>(condition(text)); });
}

TEST(ConditionTest, ErrorsNameWhatIsWrong) {
  EXPECT_NE(error("hart <= 4").find("'hart' is no axis, number or level; did you mean 'harts'?"), std::string::npos)
      << error("hart <= 4");
  EXPECT_NE(error("harts <=").find("ends too early"), std::string::npos);
  EXPECT_NE(error("(harts <= 4").find("a ')' is missing"), std::string::npos);
  EXPECT_NE(error("harts 4").find("'4' does not belong there"), std::string::npos);
  EXPECT_NE(error("harts < 4 < 5").find("'<' does not belong there"), std::string::npos);
  EXPECT_NE(error(std::string(1000, '(') + "1").find("nested too deep"), std::string::npos);
  EXPECT_NE(error("policy < 4").find("'policy' is no number, and has no order"), std::string::npos);
  EXPECT_NE(error("4 >= qmap").find("'qmap' is no number"), std::string::npos);
  EXPECT_NE(error("").find("expected a condition"), std::string::npos);
}

}  // namespace
}  // namespace tb::campaign
