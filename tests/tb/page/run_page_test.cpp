// SPDX-License-Identifier: Apache-2.0
// Goal: a page needs no other file, holds all that a run leaves, and says what it leaves out.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>

#include "log/reader.h"
#include "tb/page/html.h"
#include "tb/page/run_page.h"
#include "tb/page/scenario_page.h"
#include "tests/tb/analysis/run_dir.h"
#include "tests/tb/page/scripts.h"

namespace tb::page {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::vector<Played> kScript = {{1, 0, irqs_on},
                                     {100, 0, woken(5, 0)},
                                     {150, 0, switched(0, kR, 5)},
                                     {160, 0, [] { trace::user_print(5, trace::Stream::kStdout, "</script><b>&\""); }},
                                     {200, 0, switched(5, kS, 0)}};

class RunPageTest : public testing::Test {
 protected:
  RunPageTest() { test::write_run(dir(), kScript); }
  std::filesystem::path dir() { return dir_ / "run"; }
  json::Value meta(const std::string& html) {
    std::smatch found;
    const std::regex tag("id=\"data-meta\">([^\n]*)</script>");
    EXPECT_TRUE(std::regex_search(html, found, tag));
    return json::parse(found[1].str());
  }

  test::TempDir dir_;
};

TEST_F(RunPageTest, ARunThatWasKilledHasAPageThatSaysSo) {
  const RunPage page = run_page(dir(), "../report.html");
  EXPECT_THAT(page.shortfall, HasSubstr("no result.json"));
  const json::Value seen = meta(page.html);
  EXPECT_EQ(seen["run"]["harts"].get<int>(), 2);
  EXPECT_EQ(seen["run"]["shortfall"].get<std::string>(), page.shortfall);
  EXPECT_EQ(seen["index"].get<std::string>(), "../report.html");
  EXPECT_EQ(seen["metrics"]["tasks"]["task5"]["wait"]["max"].get<int>(), 50) << "computed from the log";
  EXPECT_THAT(seen["config"].get<std::string>(), HasSubstr("clock_mhz: 100"));
  EXPECT_TRUE(seen["left_out"].empty());
}

TEST_F(RunPageTest, NeedsNothingFromElsewhere) {
  const std::string html = run_page(dir(), "").html;
  for (const char* foreign : {" src=", "url(", "@import", "https:", "<link rel=\"stylesheet\""})
    EXPECT_THAT(html, Not(HasSubstr(foreign)));
}

TEST_F(RunPageTest, TextOfTheRunEndsNoElement) {
  std::ofstream(dir() / "console.log") << "</script><script>alert(1)</script>";
  const std::string html = run_page(dir(), "").html;
  EXPECT_THAT(html, Not(HasSubstr("<script>alert")));
  EXPECT_EQ(meta(html)["console"].get<std::string>(), "</script><script>alert(1)</script>");
}

TEST_F(RunPageTest, TheLongestWaitsAreExplained) {
  const json::Value whys = meta(run_page(dir(), "").html)["whys"];
  ASSERT_EQ(whys.size(), 1u);
  EXPECT_EQ(whys[0]["wait"].get<int>(), 0);
  EXPECT_EQ(whys[0]["verdict"].get<std::string>(), "nothing_wrong");
  EXPECT_THAT(whys[0]["sentence"].get<std::string>(), HasSubstr("task5[5] waited"));
  int sum = 0;
  for (const json::Value& cause : whys[0]["causes"]) sum += cause["cycles"].get<int>();
  EXPECT_EQ(sum, 50);
  const json::Value& steps = whys[0]["steps"];
  EXPECT_EQ(steps[steps.size() - 1]["cycle"].get<int>(), 150);
}

TEST_F(RunPageTest, TheSamePageEveryTime) { EXPECT_EQ(run_page(dir(), "").html, run_page(dir(), "").html); }

TEST_F(RunPageTest, EventsBeyondTheLimitAreNamed) {
  Limits limits;
  limits.events = 3;
  EXPECT_THAT(meta(run_page(dir(), "", limits).html)["left_out"].dump(),
              HasSubstr("The table of events leaves out sched_switch (2); `scx-cosim events` prints them."));
}

TEST_F(RunPageTest, NoRunNoPage) {
  EXPECT_THROW((void)run_page(dir_.path(), ""), config::ConfigError);
  EXPECT_TRUE(runs_below(dir_.path()).empty()) << "a run without a result is in no comparison";
}

TEST(Html, EscapesWhatHtmlReads) {
  EXPECT_EQ(escaped("a<b & \"c\""), "a&lt;b &amp; &quot;c&quot;");
  EXPECT_EQ(script_json(json::Value("</script>")), "\"\\u003c/script>\"");
  EXPECT_THROW((void)asset("nothing.js"), std::logic_error);
}

}  // namespace
}  // namespace tb::page
