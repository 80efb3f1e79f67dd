// SPDX-License-Identifier: Apache-2.0
// Goal: each run leaves its page and the one of its scenario; a page that cannot be written costs a line and nothing else.
#include <gmock/gmock.h>

#include "tests/tb/cli/cli_fixture.h"

namespace tb::cli {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class ReportTest : public CliTest {
 protected:
  fs::path page(const std::string& of) { return dir_ / ("runs/stall/" + of + "report.html"); }
};

TEST_F(ReportTest, RunWritesThePageOfEachRunAndOneOfTheScenario) {
  const Finished run = cosim(kRun);
  EXPECT_EQ(run.code, 0);
  EXPECT_THAT(run.out, ContainsRegex("\nreport: runs/stall/report.html\n$"));
  const std::string scenario = content(page(""));
  EXPECT_THAT(scenario, HasSubstr("<a href=\"kick/report.html\">kick</a>"));
  EXPECT_THAT(scenario, HasSubstr("<a href=\"no_breakout/report.html\">no_breakout</a>"));
  EXPECT_THAT(content(page("kick/")), HasSubstr("\"index\":\"../report.html\""));
}

TEST_F(ReportTest, NoReportWritesNone) {
  const Finished run = cosim(kRun + "--variant kick --no-report");
  EXPECT_EQ(run.code, 0);
  EXPECT_THAT(run.out, Not(HasSubstr("report:")));
  EXPECT_FALSE(fs::exists(page("kick/")));
  EXPECT_FALSE(fs::exists(page("")));
}

TEST_F(ReportTest, ReportWritesThemLater) {
  ASSERT_EQ(cosim(kRun + "--variant kick --seed 1..2 --no-report --quiet").code, 0);
  const Finished one = cosim("report runs/stall/kick/seed-1");
  EXPECT_EQ(one.code, 0);
  EXPECT_EQ(one.out, "runs/stall/kick/seed-1/report.html\n");
  EXPECT_THAT(one.err, IsEmpty());
  EXPECT_FALSE(fs::exists(page("kick/seed-2/")));
  const Finished all = cosim("report runs/stall");
  EXPECT_EQ(all.out, "runs/stall/report.html\n");
  EXPECT_THAT(content(page("")), HasSubstr("<a href=\"kick/seed-2/report.html\">kick/seed-2</a>"));
  EXPECT_THAT(content(page("kick/seed-2/")), HasSubstr("\"index\":\"../../report.html\""));
}

TEST_F(ReportTest, APageThatCannotBeWrittenFailsNoRun) {
  ASSERT_EQ(cosim(kRun + "--variant kick --quiet").code, 0);
  const std::string hash = result("kick")["hash"]["events"].get<std::string>();
  fs::create_directories(dir_ / "runs/stall/kick/report.html.new");
  fs::create_directories(dir_ / "runs/stall/report.html.new");
  const Finished run = cosim(kRun + "--variant kick");
  EXPECT_EQ(run.code, 0);
  EXPECT_THAT(run.err, HasSubstr("scx-cosim: no report: runs/stall/kick/report.html: Is a directory\n"));
  EXPECT_THAT(run.out, Not(HasSubstr("report:")));
  EXPECT_FALSE(fs::exists(page("kick/"))) << "that of the run before says nothing of this one";
  EXPECT_EQ(result("kick")["hash"]["events"].get<std::string>(), hash);
}

TEST_F(ReportTest, OtherDirectoriesAreRefused) {
  fs::create_directories(dir_ / "empty");
  const Finished refused = cosim("report empty");
  EXPECT_EQ(refused.code, 2);
  EXPECT_THAT(refused.err, HasSubstr("empty is not the directory of a run"));
  EXPECT_EQ(cosim("report nowhere").code, 2);
}

}  // namespace
}  // namespace tb::cli
