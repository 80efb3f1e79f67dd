// SPDX-License-Identifier: Apache-2.0
// Goal: every shipped scenario passes on the host machine too, and its log obeys the laws: a quick look at all of them,
// with or without RTL.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/scenarios/story.h"

namespace tb {
namespace {

class HostScenarioTest : public testing::TestWithParam<test::Case> {
 protected:
  test::TempDir dir_;
};

TEST_P(HostScenarioTest, PassesAndObeysTheLaws) {
  const auto [scenario, variant] = GetParam();
  const auto run = test::run_cosim(dir_, scenario, variant, "--set waves=none", SCX_COSIM_HOST);
  const test::Story story = test::story_of(run);
  EXPECT_EQ(story.outcome, "passed") << run.result["message"] << testing::PrintToString(story.failed);
  EXPECT_THAT(story.breaches, testing::IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Shipped, HostScenarioTest, testing::ValuesIn(test::shipped_cases()),
                         [](const auto& one) { return test::name_of(one.param); });

}  // namespace
}  // namespace tb
