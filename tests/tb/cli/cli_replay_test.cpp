// SPDX-License-Identifier: Apache-2.0
// Goal: a replay says whether the run came out the same, how far that was compared, and what is not as it was.
#include <gmock/gmock.h>

#include "tests/tb/cli/cli_fixture.h"

namespace tb::cli {
namespace {

using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class ReplayTest : public CliTest {
 protected:
  ReplayTest() { EXPECT_EQ(cosim(kRun + "--variant kick --quiet").code, 0); }  // 500'000 cycles
  Finished replay(const std::string& options = {}) const { return cosim("replay runs/stall/kick " + options); }
  // In the run's config.yaml.
  void edit(const std::string& from, const std::string& to) const {
    std::string text = content(dir_ / "runs/stall/kick/config.yaml");
    const std::size_t at = text.find(from);
    ASSERT_NE(at, std::string::npos) << from << text;
    std::ofstream(dir_ / "runs/stall/kick/config.yaml") << text.replace(at, from.size(), to);
  }
  void edit_result(const std::function<void(json::Value&)>& change) const {
    json::Value json = result("kick");
    change(json);
    std::ofstream(dir_ / "runs/stall/kick/result.json") << json;
  }
};

TEST_F(ReplayTest, TheSameToTheEndIsReproduced) {
  const Finished finished = replay();
  EXPECT_EQ(finished.code, 0);
  EXPECT_THAT(finished.err, IsEmpty());
  EXPECT_THAT(finished.out, AllOf(HasSubstr("runs/stall/kick/replay"), ContainsRegex("\nreproduced: [0-9]+ events, hash "),
                                  HasSubstr(result("kick")["hash"]["events"].get<std::string>())));
}

TEST_F(ReplayTest, ToACycleSaysToWhich) {
  const Finished finished = replay("--to-cycle 100000");
  EXPECT_EQ(finished.code, 0);
  EXPECT_THAT(finished.err, IsEmpty());
  EXPECT_THAT(finished.out, testing::MatchesRegex("runs/stall/kick/replay\nreproduced up to cycle 100000: [0-9]+ events\n"));
  EXPECT_THAT(replay("--to-cycle 500000").err, IsEmpty());
  const Finished beyond = replay("--to-cycle 500001");
  EXPECT_THAT(beyond.out, HasSubstr("\nreproduced: "));
  EXPECT_EQ(beyond.err, "scx-cosim: the run ends at cycle 500000, and so does its replay\n");
}

TEST_F(ReplayTest, AnotherConfigurationIsSaidAndWhereItDiffers) {
  edit("limit: 32", "limit: 31");
  const Finished finished = replay();
  EXPECT_EQ(finished.code, 15);
  EXPECT_THAT(finished.err, HasSubstr("scx-cosim: warning: config.yaml is not the configuration that ran\n"));
  EXPECT_THAT(finished.out, ContainsRegex("\nnot reproduced: after [1-9][0-9]* equal events, at cycle [0-9]+\n"
                                          "  run      hart [0-9].*\n  replay   hart [0-9].*breakout"));
}

TEST_F(ReplayTest, ALogThatEndsEarlierHasNothingMore) {
  edit("until_us: 5000", "until_us: 4000");
  EXPECT_THAT(replay().out, ContainsRegex("  run      hart [0-9].*\n  replay   nothing more\n"));
  edit("until_us: 4000", "until_us: 6000");
  EXPECT_THAT(replay().out, ContainsRegex("  run      nothing more\n  replay   hart [0-9].*\n"));
}

TEST_F(ReplayTest, AnotherOutcomeIsNotReproduced) {
  edit_result([](auto& json) { json["outcome"] = "expectation_failed"; });
  const Finished finished = replay();
  EXPECT_EQ(finished.code, 15);
  EXPECT_THAT(finished.out, HasSubstr("\nnot reproduced: the run was expectation_failed, the replay is passed\n"));
  edit_result([](auto& json) { json["outcome"] = "internal_error"; });
  EXPECT_EQ(replay().code, 0) << "the host may be better now";
}

TEST_F(ReplayTest, WhatIsNotAsItWasIsSaid) {
  edit_result([](auto& json) {
    json["versions"]["scx-cosim"] = "older";
    json["versions"]["binary"] = "another";
    json["hash"]["rtl"] = "somebody's";
  });
  const Finished finished = replay();
  EXPECT_EQ(finished.code, 0);
  EXPECT_EQ(finished.err,
            "scx-cosim: warning: other RTL: the run had somebody's, this program has fake\n"
            "scx-cosim: warning: other scx-cosim: the run had older, this program has test\n"
            "scx-cosim: warning: other program: it was built anew since the run, its firmware may differ\n");
}

TEST_F(ReplayTest, OfARunWithoutResultTheLogIsRepeated) {
  fs::remove(dir_ / "runs/stall/kick/result.json");
  const Finished finished = replay();
  EXPECT_EQ(finished.code, 0);
  EXPECT_THAT(finished.err, AllOf(HasSubstr("no result.json"), HasSubstr("; the replay goes that far\n")));
  EXPECT_THAT(finished.out, HasSubstr("\nreproduced up to cycle 49"));
}

TEST_F(ReplayTest, MayHaveOtherWavesAndSaysHowItWasMade) {
  EXPECT_EQ(replay("--waves 100..300").code, 0);
  const auto json = [this] { return json::parse(content(dir_ / "runs/stall/kick/replay/result.json")); };
  EXPECT_EQ(json()["waves"]["from"], 100);
  EXPECT_EQ(json()["waves"]["to"], 300);
  EXPECT_THAT(json()["replay"].get<std::string>(), testing::EndsWith(" replay runs/stall/kick --waves 100..300"));
  EXPECT_EQ(json()["command"], result("kick")["command"]);
  EXPECT_EQ(replay("--waves '{from: 50, to: 90}' --to-cycle 200000").code, 0);
  EXPECT_EQ(json()["waves"]["to"], 90);
  EXPECT_THAT(json()["replay"].get<std::string>(), testing::EndsWith(" --waves '{from: 50, to: 90}' --to-cycle 200000"));
}

TEST_F(ReplayTest, DoesNotOverwriteTheRunItRepeats) {
  const std::string before = content(dir_ / "runs/stall/kick/result.json");
  for (const char* out : {"runs/stall/kick", "runs/stall", "."}) {
    const Finished finished = replay(std::string("--out ") + out);
    EXPECT_EQ(finished.code, 2) << out;
    EXPECT_THAT(finished.err, HasSubstr(std::string("--out ") + out + ": a replay does not overwrite the run it repeats"));
  }
  EXPECT_EQ(content(dir_ / "runs/stall/kick/result.json"), before);
  EXPECT_EQ(replay("--out runs/stall/kick/again").code, 0);
  EXPECT_EQ(replay("--out runs/stall/kicked").code, 0);
}

}  // namespace
}  // namespace tb::cli
