// SPDX-License-Identifier: Apache-2.0
// Goal: of several runs asked for, those that can be done are, and the others are named once each, and are no success.
#include <gmock/gmock.h>

#include "tests/tb/cli/cli_fixture.h"

namespace tb::cli {
namespace {

using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

class UnfitTest : public CliTest {
 protected:
  UnfitTest() {
    std::ofstream(dir_ / "two.yaml") << "name: two\nquestion: Is the sound one run?\nhardware: mc2\n"
                                        "tasks: [ { name: hog, cpus: [0], program: [ { run_us: 10 } ] } ]\n"
                                        "run: { until_us: 100 }\nexpect: [ { ending: running } ]\n"
                                        "variants: { narrow: { hardware: mc1, expect: [ base ] } }\n";
  }
  static unsigned times(const std::string& what, const std::string& text) {
    unsigned count = 0;
    for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++count;
    return count;
  }
  static inline const std::string kNarrow = " two.yaml --set tasks.hog.cpus=[1] ";
};

TEST_F(UnfitTest, PrintedConfigsAreThoseOfTheRest) {
  const Finished one = cosim("run" + kNarrow + "--print-config");
  EXPECT_EQ(one.code, 2);
  EXPECT_THAT(one.out, AllOf(HasSubstr("name: two\n"), Not(HasSubstr("narrow"))));
  EXPECT_EQ(cosim("run two.yaml --print-config").code, 0);
  EXPECT_FALSE(fs::exists(dir_ / "runs")) << "nothing was run";
}

TEST_F(UnfitTest, IsNamedOnceWithItsTableOrWithoutOne) {
  EXPECT_EQ(times("not run: ", cosim("run" + kNarrow).out), 1U);
  const Finished quiet = cosim("run" + kNarrow + "--quiet");
  EXPECT_EQ(quiet.code, 2);
  EXPECT_THAT(quiet.out, HasSubstr("two/narrow: not run: "));
  EXPECT_EQ(times("not run: ", quiet.out), 1U);
  const Finished seeds = cosim("run" + kNarrow + "--quiet --seed 1..3");
  EXPECT_EQ(times("not run: ", seeds.out), 1U) << "for each seed the same";
}

TEST_F(UnfitTest, EachReasonIsSaid) {
  const Finished finished = cosim("run two.yaml --variant base --seed 1x --seed 2y");
  EXPECT_EQ(finished.code, 2);
  EXPECT_THAT(finished.err, AllOf(HasSubstr("got '1x'"), HasSubstr("got '2y'")));
}

TEST_F(UnfitTest, NamesInListsHaveNearestOnes) {
  EXPECT_THAT(cosim(kRun + "--set tasks.sleper.count=1").err, HasSubstr("no item is called 'sleper'; did you mean 'sleeper'?"));
  EXPECT_THAT(cosim(kRun + "--set tasks.7.count=1").err, HasSubstr("no item 7 in a list of 2"));
}

TEST_F(UnfitTest, WithNothingLeftNothingIsRun) {
  const Finished finished = cosim("run" + kNarrow + "--variant narrow");
  EXPECT_EQ(finished.code, 2);
  EXPECT_EQ(finished.out, "");
  EXPECT_THAT(finished.err, HasSubstr("tasks.hog.cpus: expected an integer from 0 to 0, got '1'"));
  EXPECT_FALSE(fs::exists(dir_ / "runs"));
}

TEST_F(CliTest, AnUnfitScenarioDoesNotStopTheOthers) {
  std::ofstream(dir_ / "broken.yaml") << "name: broken\n";
  const Finished finished = cosim("run broken.yaml " SCX_TEST_SCENARIO " nowhere.yaml --variant kick");
  EXPECT_EQ(finished.code, 2);
  EXPECT_EQ(result("kick")["outcome"], "passed");
  EXPECT_THAT(finished.err, AllOf(HasSubstr("scx-cosim: broken.yaml:1:1: missing key 'tasks'\n"),
                                  HasSubstr("scx-cosim: nowhere.yaml: cannot be read: No such file or directory\n")));
  EXPECT_THAT(finished.out, AllOf(ContainsRegex("broken.yaml: not run: broken.yaml:1:1: missing key 'question'\n"),
                                  HasSubstr("nowhere.yaml: not run: nowhere.yaml: cannot be read")));
  EXPECT_EQ(cosim("run nowhere.yaml " SCX_TEST_SCENARIO " --variant kick --set 'expect=[{never: breakout}]' --quiet").code, 10)
      << "the highest code counts";
}

TEST_F(CliTest, AnUnfitVariantHasARowThatSaysWhy) {
  std::ofstream(dir_ / "two.yaml") << "name: two\nquestion: Is the sound one run?\nhardware: mc2\n"
                                      "tasks: [ { name: hog, cpus: [0], program: [ { run_us: 10 } ] } ]\n"
                                      "run: { until_us: 100 }\nexpect: [ { ending: running } ]\n"
                                      "variants: { narrow: { hardware: mc1, expect: [ base ] } }\n";
  const Finished finished = cosim("run two.yaml --set tasks.hog.cpus=[1]");
  EXPECT_EQ(finished.code, 2);
  EXPECT_THAT(finished.out, AllOf(ContainsRegex("\n  base .* running +yes\n"),
                                  ContainsRegex("\n  narrow .* not run: --set tasks.hog.cpus=.1.: tasks.hog.cpus: expected an "
                                                "integer from 0 to 0, got '1'\n")));
  EXPECT_FALSE(fs::exists(dir_ / "runs/two/narrow"));
}

}  // namespace
}  // namespace tb::cli
