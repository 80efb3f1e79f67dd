// SPDX-License-Identifier: Apache-2.0
// Goal: the host machine and the RTL agree on how each shipped scenario turns out: outcome, ending, exit record, loads and
// unloads, who exits and with nobody lost. Cycles are each machine's own.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/scenarios/story.h"

namespace tb {
namespace {

using test::Story;

class AgreementTest : public testing::TestWithParam<test::Case> {
 protected:
  Story run_on_host() const {
    const auto [scenario, variant] = GetParam();
    return test::story_of(test::run_cosim(dir_, scenario, variant, "--set waves=none", SCX_COSIM_HOST));
  }
  // The run that cosim.Scenario.* has just made.
  static Story read_of_rtl() {
    const auto [scenario, variant] = GetParam();
    return test::story_of(test::read_run(std::filesystem::path(SCX_RTL_RUNS) / scenario / variant));
  }
  test::TempDir dir_;
};

TEST_P(AgreementTest, HostAndRtlTellTheSameStory) {
  const Story host = run_on_host();
  const Story rtl = read_of_rtl();
  EXPECT_EQ(host.outcome, rtl.outcome) << "host: " << testing::PrintToString(host.failed)
                                       << ", RTL: " << testing::PrintToString(rtl.failed);
  EXPECT_EQ(host.ending, rtl.ending);
  EXPECT_EQ(host.exit_kind, rtl.exit_kind);
  EXPECT_EQ(host.exit_code, rtl.exit_code);
  EXPECT_EQ(host.exit_reason, rtl.exit_reason);
  EXPECT_EQ(host.tasks_lost, rtl.tasks_lost);
  EXPECT_EQ(host.loads, rtl.loads);
  EXPECT_EQ(host.unloads, rtl.unloads);
  EXPECT_EQ(host.exited, rtl.exited);
}

INSTANTIATE_TEST_SUITE_P(Shipped, AgreementTest, testing::ValuesIn(test::shipped_cases()),
                         [](const auto& one) { return test::name_of(one.param); });

}  // namespace
}  // namespace tb
