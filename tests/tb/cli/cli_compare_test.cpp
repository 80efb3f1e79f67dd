// SPDX-License-Identifier: Apache-2.0
// Goal: `compare` tells by its exit code whether two runs are the same, and says of directories that are no runs what they are.
#include <gmock/gmock.h>

#include "tests/tb/cli/cli_fixture.h"

namespace tb::cli {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class CompareTest : public CliTest {
 protected:
  void run_two() { ASSERT_EQ(cosim(kRun + "--variant kick --variant resched_curr --quiet").code, 0); }
};

TEST_F(CompareTest, ExitCodesAreThoseOfAReplay) {
  run_two();
  const Finished same = cosim("compare runs/stall/kick runs/stall/kick");
  EXPECT_EQ(same.code, 0) << same.err;
  EXPECT_THAT(same.out, HasSubstr("\nThe same: "));
  EXPECT_THAT(same.err, IsEmpty());
  const Finished other = cosim("compare runs/stall/kick runs/stall/resched_curr");
  EXPECT_EQ(other.code, 15);
  EXPECT_THAT(other.out, HasSubstr("  kernel.breakout.retry  kick -> resched_curr\n"));
  EXPECT_THAT(other.out, HasSubstr("breakout limit=32 retry=kick"));
  EXPECT_THAT(other.err, IsEmpty());
}

TEST_F(CompareTest, OtherInputsWithTheSameEventsAreTheSame) {
  ASSERT_EQ(cosim(kRun + "--variant kick --quiet").code, 0);
  ASSERT_EQ(cosim(kRun + "--variant kick --quiet --out other --set waves=none").code, 0);
  const Finished same = cosim("compare runs/stall/kick other/stall/kick");
  EXPECT_EQ(same.code, 0);
  EXPECT_THAT(same.out, HasSubstr("what changes nothing in the machine: waves"));
}

TEST_F(CompareTest, JsonIsOneObjectAndTheContextIsAsAsked) {
  run_two();
  const Finished found = cosim("compare runs/stall/kick runs/stall/resched_curr --json --context 5");
  EXPECT_EQ(found.code, 15);
  const json::Value json = json::parse(found.out);
  EXPECT_FALSE(json["same"].get<bool>());
  EXPECT_EQ(json["event"]["a"]["after"].size(), 5U);
  EXPECT_EQ(json["a"]["variant"].get<std::string>(), "kick");
  EXPECT_EQ(json["inputs"][0]["key"].get<std::string>(), "base");
  EXPECT_EQ(cosim("compare runs/stall/kick runs/stall/kick --json --full").code, 2);
}

TEST_F(CompareTest, DirectoriesThatAreNoRunsAreNamed) {
  run_two();
  const Finished scenario = cosim("compare runs/stall runs/stall/kick");
  EXPECT_EQ(scenario.code, 2);
  EXPECT_THAT(scenario.err, HasSubstr("runs/stall is not the directory of a run; runs below it: runs/stall/kick, "));
  EXPECT_EQ(cosim("compare runs/stall/kick nowhere").code, 2);
  EXPECT_EQ(cosim("compare runs/stall/kick").code, 2);
  std::ofstream(dir_ / "runs/stall/kick/events.bin") << "scxevt01........";
  const Finished foreign = cosim("compare runs/stall/kick runs/stall/resched_curr");
  EXPECT_EQ(foreign.code, 2);
  EXPECT_THAT(foreign.err, HasSubstr("written by a version with another event list"));
  EXPECT_THAT(foreign.out, IsEmpty());
}

TEST_F(CompareTest, ARunThatWasKilledIsComparedAsFarAsItGoes) {
  run_two();
  fs::copy(dir_ / "runs/stall/kick", dir_ / "part");
  fs::remove(dir_ / "part/result.json");
  fs::resize_file(dir_ / "part/events.bin", fs::file_size(dir_ / "part/events.bin") / 2);
  const Finished found = cosim("compare part runs/stall/kick");
  EXPECT_EQ(found.code, 15);
  EXPECT_THAT(found.err,
              HasSubstr("scx-cosim: part: no result.json, as of a run that was killed with its supervisor; events.bin "));
  EXPECT_THAT(found.out, HasSubstr("A  part             no result"));
  EXPECT_THAT(found.out, HasSubstr("As far as both logs go, they decide the same"));
  EXPECT_THAT(found.out, Not(HasSubstr("First different decision")));
  std::ofstream(dir_ / "part/result.json") << R"({"scenario": "of another version"})";
  EXPECT_THAT(cosim("compare part runs/stall/kick").err, HasSubstr("scx-cosim: part: result.json cannot be read"));
  fs::remove(dir_ / "part/config.yaml");
  const Finished bare = cosim("compare part runs/stall/kick");
  EXPECT_EQ(bare.code, 2);
  EXPECT_THAT(bare.err, HasSubstr("part/config.yaml"));
}

}  // namespace
}  // namespace tb::cli
