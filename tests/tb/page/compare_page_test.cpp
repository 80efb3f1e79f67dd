// SPDX-License-Identifier: Apache-2.0
// Goal: the page of two runs needs no other file, has the lanes of both on one scale, and marks where they part in each.
#include "tb/page/compare_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>

#include "tests/tb/analysis/run_dir.h"
#include "tests/tb/page/scripts.h"

namespace tb::page {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::vector<Played> kScript = {
    {1, 0, irqs_on}, {100, 0, woken(5, 0)}, {150, 0, switched(0, kR, 5)}, {200, 0, switched(5, kS, 0)}};

class ComparePageTest : public testing::Test {
 protected:
  std::string page(const std::vector<Played>& a, const std::vector<Played>& b) {
    test::write_run(dir_ / "a", a);
    test::write_run(dir_ / "b<", b);
    return compare_page(analysis::compare_runs(dir_ / "a", dir_ / "b<"));
  }
  json::Value meta(const std::string& html, const std::string& part) {
    std::smatch found;
    const std::regex tag("id=\"data-meta-" + part + "\">([^\n]*)</script>");
    EXPECT_TRUE(std::regex_search(html, found, tag));
    return json::parse(found[1].str());
  }

  test::TempDir dir_;
};

TEST_F(ComparePageTest, PartingsAreMarkedInEachRunAtItsOwnCycle) {
  auto later = kScript;
  later[2].cycle = 160;
  later[3] = {220, 0, switched(5, kR, 0)};
  const std::string html = page(kScript, later);
  const json::Value a = meta(html, "a"), b = meta(html, "b");
  ASSERT_EQ(a["flags"].size(), 2U);
  EXPECT_EQ(a["flags"][0]["name"].get<std::string>(), "first different event");
  EXPECT_EQ(a["flags"][0]["cycle"].get<int>(), 150);
  EXPECT_EQ(b["flags"][0]["cycle"].get<int>(), 150);
  EXPECT_EQ(a["flags"][1]["name"].get<std::string>(), "first different decision");
  EXPECT_EQ(a["flags"][1]["cycle"].get<int>(), 200);
  EXPECT_EQ(b["flags"][1]["cycle"].get<int>(), 220);
  EXPECT_TRUE(b["flags"][1]["parting"].get<bool>());
  EXPECT_EQ(a["other_end"].get<int>(), 220) << "one scale for both";
  EXPECT_EQ(b["other_end"].get<int>(), 200);
}

// The page groups moments that are near each other, in their order.
TEST_F(ComparePageTest, PartingsAreInOrderAmongTheOtherMoments) {
  auto a = kScript, b = kScript;
  for (auto* script : {&a, &b}) script->push_back({300, 0, [] { trace::scx_enable("simple"); }});
  b[3] = {200, 0, switched(5, kR, 0)};
  const json::Value flags = meta(page(a, b), "a")["flags"];
  ASSERT_EQ(flags.size(), 3U);
  EXPECT_EQ(flags[0]["name"].get<std::string>(), "first different event");
  EXPECT_EQ(flags[2]["name"].get<std::string>(), "simple on");
}

TEST_F(ComparePageTest, TheSameRunsPartNowhere) {
  const std::string html = page(kScript, kScript);
  EXPECT_TRUE(meta(html, "a")["flags"].empty());
  EXPECT_THAT(html, HasSubstr("The same: 4 events."));
  EXPECT_THAT(html, Not(HasSubstr("<h2>First different event</h2>")));
}

TEST_F(ComparePageTest, NeedsNothingFromElsewhereAndEscapesTexts) {
  auto other = kScript;
  other.push_back({300, 0, [] { trace::scx_enable("<b>&"); }});
  const std::string html = page(kScript, other);
  for (const char* foreign : {" src=", "url(", "@import", "https:", "<link rel=\"stylesheet\""})
    EXPECT_THAT(html, Not(HasSubstr(foreign)));
  EXPECT_THAT(html, Not(HasSubstr("<b>&")));
  EXPECT_THAT(html, HasSubstr("scx_enable name=&lt;b>&amp;"));
  EXPECT_THAT(html, HasSubstr("/b&lt;</h2>"));
}

TEST_F(ComparePageTest, TheSamePageEveryTime) { EXPECT_EQ(page(kScript, {}), page(kScript, {})); }

}  // namespace
}  // namespace tb::page
