// SPDX-License-Identifier: Apache-2.0
// Goal: the command line does what its help says, from outside, on the fake machine.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tb/report/outcome.h"
#include "tests/tb/support.h"

namespace tb::cli {
namespace {

using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
namespace fs = std::filesystem;

struct Finished {
  int code;
  std::string out;
  std::string err;
};

std::string content(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

class CliTest : public testing::Test {
 protected:
  // Runs a shell command line in a directory of its own.
  Finished shell(const std::string& command) const {
    const std::string line = "cd " + dir_.path().string() + " && { " + command + "; } >out.txt 2>err.txt";
    const int status = std::system(line.c_str());
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, content(dir_ / "out.txt"), content(dir_ / "err.txt")};
  }
  Finished cosim(const std::string& arguments) const { return shell(SCX_COSIM " " + arguments); }
  nlohmann::json result(const std::string& variant) const {
    return nlohmann::json::parse(content(dir_ / ("runs/stall/" + variant + "/result.json")));
  }

  test::TempDir dir_;
};

const std::string kRun = "run " SCX_TEST_SCENARIO " ";

TEST_F(CliTest, HelpOfEachVerbIsComplete) {
  const Finished all = cosim("--help");
  EXPECT_EQ(all.code, 0);
  for (const char* verb : {"run", "check", "list", "events", "replay", "schema", "version"}) {
    EXPECT_THAT(all.out, HasSubstr(verb));
    EXPECT_EQ(cosim(std::string(verb) + " --help").code, 0) << verb;
  }
  const Finished run = cosim("run --help");
  for (const char* option : {"--variant", "--set", "--seed", "--out", "--print-config", "--quiet", "--jobs",
                             "--hung-after", "--verbose-events", "--no-skip", "--profile"})
    EXPECT_THAT(run.out, HasSubstr(option));
  for (const auto& outcome : report::kOutcomes) EXPECT_THAT(run.out, HasSubstr(std::string(outcome.name)));
}

TEST_F(CliTest, UnknownWordsGetTheNearestKnownOne) {
  const auto expect_usage = [&](const std::string& arguments, const std::string& message) {
    const Finished finished = cosim(arguments);
    EXPECT_EQ(finished.code, 2) << arguments;
    EXPECT_THAT(finished.err, HasSubstr(message)) << arguments;
    EXPECT_THAT(finished.out, IsEmpty()) << arguments;
  };
  expect_usage("rnu", "unknown verb 'rnu'; did you mean 'run'?");
  expect_usage("run --vairant x", "unknown option '--vairant'; did you mean '--variant'?");
  expect_usage("run --vairant=x", "unknown option '--vairant'; did you mean '--variant'?");
  expect_usage("run looping_stal", "no scenario is called 'looping_stal'; did you mean 'looping_stall'?");
  expect_usage(kRun + "--variant kik", "no variant is called 'kik'; did you mean 'kick'?");
  expect_usage("", "subcommand is required");
  expect_usage("events", "RUN-DIR is required");
  expect_usage("events . x", "unexpected argument 'x'");
  expect_usage("run --seed x", "run.seed");
  expect_usage("run --seed 03", "run.seed");
  expect_usage("run --jobs 0", "--jobs");
  expect_usage("run nowhere/x.yaml", "nowhere/x.yaml: cannot be read: No such file or directory");
  expect_usage("events nowhere", "nowhere: No such file or directory");
  expect_usage("events .", ". is no run's directory; runs below it: none");
  expect_usage("events . --filter event=kik", "did you mean 'kick'?");
}

TEST_F(CliTest, AllVariantsRunAndAreCompared) {
  const Finished finished = cosim(kRun);
  EXPECT_EQ(finished.code, 0) << finished.out << finished.err;
  EXPECT_THAT(finished.out,
              AllOf(HasSubstr("stall: What does each way out of the burst do?"), HasSubstr("mc2: 2 harts at 100 MHz")));
  const auto kick = finished.out.find("\n  kick "), resched = finished.out.find("\n  resched_curr "),
             none = finished.out.find("\n  no_breakout ");
  EXPECT_LT(kick, resched);
  EXPECT_LT(resched, none) << "the order of the file";
  EXPECT_THAT(finished.out, HasSubstr("never ends ("));
  EXPECT_THAT(finished.out, HasSubstr(" wave runs/stall/kick\n"));
  EXPECT_EQ(result("no_breakout")["ending"], "hw_watchdog_reset");
}

TEST_F(CliTest, OneVariantSeedAndSetReachTheRun) {
  EXPECT_EQ(
      cosim(kRun + "--variant kick --seed 9 --set kernel.breakout.limit=16 --set expect='[{never: hw_watchdog_bite}]'")
          .code,
      0);
  EXPECT_EQ(result("kick")["seed"], 9);
  EXPECT_EQ(result("kick")["config"]["kernel"]["breakout"]["limit"], 16);
  EXPECT_EQ(result("kick")["metrics"]["dispatch_per_balance"]["max"], 16);
  EXPECT_FALSE(fs::exists(dir_ / "runs/stall/resched_curr"));
}

TEST_F(CliTest, SeveralSeedsHaveAPlaceInThePathAndInTheTable) {
  const Finished finished = cosim(kRun + "--variant kick --seed 3 --seed 8..9 --set expect='[{ending: running}]'");
  EXPECT_EQ(finished.code, 0) << finished.out << finished.err;
  EXPECT_THAT(finished.out, AllOf(HasSubstr("; 3 seeds, 3 to 9; "), HasSubstr("\n  kick/seed-3 "), HasSubstr("\n  kick/seed-8 "),
                                  HasSubstr("\n  kick/seed-9 "), HasSubstr("\nstall/kick/seed-9: passed\n")));
  for (const int seed : {3, 8, 9}) {
    const auto json = result("kick/seed-" + std::to_string(seed));
    EXPECT_EQ(json["seed"], seed);
    EXPECT_THAT(json["command"].get<std::string>(), HasSubstr(" --seed " + std::to_string(seed)));
  }
  const Finished replay = shell(result("kick/seed-8")["replay"].get<std::string>());
  EXPECT_EQ(replay.code, 0) << replay.err;
  EXPECT_EQ(cosim(kRun + "--variant kick --seed 4 --set expect='[{ending: running}]'").code, 0) << "beside them";
  EXPECT_EQ(result("kick")["seed"], 4) << "one seed has the variant's folder";
  EXPECT_EQ(result("kick/seed-3")["seed"], 3);
}

TEST_F(CliTest, SeedsThatAreNoneAreRefused) {
  for (const char* seeds : {"--seed 5..3", "--seed 1..x", "--seed ..3", "--seed 1..", "--seed 1..2..3", "--seed=-1..2",
                            "--seed 0..10000"}) {
    const Finished finished = cosim(kRun + seeds);
    EXPECT_EQ(finished.code, 2) << seeds;
    EXPECT_THAT(finished.err, HasSubstr("expected a number, or a range like 1..20 of at most 10000")) << seeds;
  }
  EXPECT_THAT(cosim(kRun + "--seed 1..3 --seed 2").err, HasSubstr("two runs would write to runs/stall/kick/seed-2"));
  EXPECT_FALSE(fs::exists(dir_ / "runs"));
}

TEST_F(CliTest, FailureShowsExpectedFoundAndAReplayThatRepeatsIt) {
  const Finished finished = cosim(kRun + "--variant kick --set 'expect=[{never: breakout}]' --quiet");
  EXPECT_EQ(finished.code, 10);
  EXPECT_THAT(finished.out, AllOf(HasSubstr("stall/kick: expectation_failed"),
                                  HasSubstr("expected { never: breakout }"), HasSubstr("found happened"),
                                  ContainsRegex("look .*scx-cosim-fake wave runs/stall/kick --at ")));
  const auto json = result("kick");
  const Finished replay = shell(json["replay"].get<std::string>());
  EXPECT_EQ(replay.code, 0) << replay.err;
  EXPECT_THAT(replay.out, AllOf(HasSubstr("expectation_failed"), HasSubstr("\nreproduced: ")));
  fs::remove_all(dir_ / "runs");
  EXPECT_EQ(shell(json["command"].get<std::string>()).code, 10);
  EXPECT_EQ(result("kick")["hash"], json["hash"]);
}

TEST_F(CliTest, QuietSaysNothingOfSuccess) { EXPECT_THAT(cosim(kRun + "--variant kick --quiet").out, IsEmpty()); }

TEST_F(CliTest, ParallelRunsGiveTheSameResults) {
  cosim(kRun + "--jobs 1 --out one");
  cosim(kRun + "--jobs 3 --out three");
  for (const char* variant : {"kick", "resched_curr", "no_breakout"}) {
    const auto one = nlohmann::json::parse(content(dir_ / ("one/stall/" + std::string(variant) + "/result.json")));
    const auto three = nlohmann::json::parse(content(dir_ / ("three/stall/" + std::string(variant) + "/result.json")));
    EXPECT_EQ(one["hash"], three["hash"]) << "neither host load nor output directory counts";
    EXPECT_EQ(one["metrics"], three["metrics"]);
  }
}

TEST_F(CliTest, ConfigErrorOverwritesNothing) {
  cosim(kRun + "--variant kick");
  const std::string before = content(dir_ / "runs/stall/kick/result.json");
  EXPECT_EQ(cosim(kRun + "--variant kick --set kernel.hz=0").code, 2);
  EXPECT_EQ(cosim(kRun + "--variant kick nowhere.yaml").code, 2) << "the first scenario is sound, the second is not";
  EXPECT_EQ(content(dir_ / "runs/stall/kick/result.json"), before);
}

TEST_F(CliTest, PrintedConfigRunsToTheSameHash) {
  cosim(kRun + "--variant kick");
  ASSERT_EQ(cosim(kRun + "--variant kick --print-config").code, 0);
  fs::copy_file(dir_ / "out.txt", dir_ / "resolved.yaml");
  ASSERT_EQ(cosim("run resolved.yaml --out again").code, 0);
  EXPECT_EQ(nlohmann::json::parse(content(dir_ / "again/stall/kick/result.json"))["hash"], result("kick")["hash"]);
}

TEST_F(CliTest, TwoRunsNeverShareADirectory) {
  EXPECT_THAT(cosim(kRun + SCX_TEST_SCENARIO).err, HasSubstr("two runs would write to runs/stall/kick"));
}

// All directories of a command or none, whatever the order they are named in.
TEST_F(CliTest, ARunThatIsUnderWayKeepsItsDirectory) {
  const std::string hanging = SCX_COSIM " " + kRun + "--quiet --set tasks.0.name=hang --set tasks.0.count=1 --hung-after 100";
  const Finished finished =
      shell(hanging + " & hanging=$!; while ! [ -s runs/stall/no_breakout/.scx-cosim.lock -a -s runs/stall/kick/events.bin ]; do sleep 0.05; done; "
            SCX_COSIM " " + kRun + "--variant no_breakout --variant kick; code=$?; kill $hanging; wait $hanging; "
            "echo $code $hanging; ls runs/stall");
  std::istringstream words(finished.out);
  int code = 0, pid = 0;
  words >> code >> pid;
  EXPECT_EQ(code, 2) << finished.out;
  EXPECT_THAT(finished.err, HasSubstr("scx-cosim: runs/stall/kick is in use by process " + std::to_string(pid) + ","));
  EXPECT_EQ(result("kick")["outcome"], "interrupted");
}

TEST_F(CliTest, ALogWithoutEventsIsNoSuccess) {
  cosim(kRun + "--variant kick");
  fs::resize_file(dir_ / "runs/stall/kick/events.bin", 16);
  for (const char* verb : {"events ", "replay "}) {
    const Finished finished = cosim(verb + std::string("runs/stall/kick"));
    EXPECT_EQ(finished.code, 2) << verb;
    EXPECT_THAT(finished.err, HasSubstr("runs/stall/kick: events.bin holds no event")) << verb;
  }
}

TEST_F(CliTest, ALogAloneSaysHowFarItGoes) {
  cosim(kRun + "--variant kick");
  fs::copy_file(dir_ / "runs/stall/kick/events.bin", dir_ / "alone.bin");
  EXPECT_EQ(cosim("events alone.bin").err, "");
  fs::resize_file(dir_ / "alone.bin", fs::file_size(dir_ / "alone.bin") - 1);
  const Finished cut = cosim("events alone.bin");
  EXPECT_EQ(cut.code, 0);
  EXPECT_THAT(cut.err, ContainsRegex("^scx-cosim: alone.bin: ends inside a record, after [0-9]+ events, at cycle [0-9]+\n$"));
}

TEST_F(CliTest, WaveShowsNothingThatWasNotAskedFor) {
  cosim(kRun + "--variant kick --variant resched_curr");
  cosim("replay runs/stall/kick");
  fs::remove(dir_ / "runs/stall/kick/result.json");
  const Finished refused = cosim("wave --print runs/stall/kick");
  EXPECT_EQ(refused.code, 2);
  EXPECT_THAT(refused.out, IsEmpty());
  EXPECT_THAT(refused.err, HasSubstr("runs/stall/kick: no result.json: that run was killed with its supervisor; its replay is in "
                                     "runs/stall/kick/replay"));
  const Finished rest = cosim("wave --print runs/stall");
  EXPECT_THAT(rest.err, HasSubstr("left aside: runs/stall/kick: no result.json"));
  EXPECT_THAT(rest.out, HasSubstr("runs/stall/resched_curr/waves.fst"));
}

TEST_F(CliTest, EventsPrintsFiltersAndFormats) {
  cosim(kRun + "--variant kick");
  const Finished text = cosim("events runs/stall/kick --filter event=breakout,hart=1");
  EXPECT_EQ(text.code, 0);
  EXPECT_THAT(text.out, HasSubstr("hart 1   breakout limit=32 retry=kick"));
  EXPECT_THAT(text.out, Not(HasSubstr("hart 0")));
  const Finished json = cosim("events runs/stall/kick --json --filter event=kick");
  EXPECT_EQ(nlohmann::json::parse(json.out.substr(0, json.out.find('\n')))["self"], true);
  const Finished csv = cosim("events runs/stall/kick/events.bin --csv");
  EXPECT_EQ(csv.out.substr(0, csv.out.find('\n')), "cycle,hart,event,fields");
  EXPECT_EQ(cosim("events runs/stall/kick --json --csv").code, 2);
  EXPECT_THAT(cosim("events runs/stall/kick --filter event=kik").err, HasSubstr("did you mean 'kick'?"));
}

TEST_F(CliTest, CheckReadsAndRunsNothing) {
  const Finished good = cosim("check " SCX_TEST_SCENARIO);
  EXPECT_EQ(good.code, 0);
  EXPECT_THAT(good.out, HasSubstr("3 variants, all sound: kick, resched_curr, no_breakout"));
  EXPECT_EQ(cosim("check " SCX_TEST_SCENARIO " nowhere.yaml").code, 2);
  EXPECT_FALSE(fs::exists(dir_ / "runs"));
}

TEST_F(CliTest, ListNamesMachinesPoliciesAndOptions) {
  EXPECT_THAT(cosim("list").out,
              AllOf(HasSubstr("mc4                  Four harts"), HasSubstr("ejection             An error throws"),
                    HasSubstr("looping_stall        Does a looping ops.dispatch() hang the machine"), HasSubstr("dsp_inf_loop_after"),
                                       HasSubstr("off|on, default on"), HasSubstr("1, 2, 4, 8")));
}

TEST_F(CliTest, SchemaPrintsJsonForEditors) {
  for (const char* name : {"scenario", "hardware", "expect"}) {
    const Finished printed = cosim(std::string("schema ") + name);
    EXPECT_EQ(printed.code, 0);
    EXPECT_EQ(nlohmann::json::parse(printed.out)["title"], std::string("scx-cosim ") + name);
  }
  EXPECT_EQ(cosim("schema").out, cosim("schema scenario").out);
  EXPECT_EQ(cosim("schema nothing").code, 2);
}

TEST_F(CliTest, DeathOfTheChildHasItsOwnExitCode) {
  const std::string with_task = kRun + "--variant kick --quiet --set tasks.0.name=";
  EXPECT_EQ(cosim(with_task + "crash --set tasks.0.count=1").code, 14);
  EXPECT_EQ(cosim(with_task + "throw --set tasks.0.count=1").code, 20);
  EXPECT_EQ(cosim(with_task + "panic --set tasks.0.count=1").code, 11);
  EXPECT_EQ(cosim(with_task + "hang --set tasks.0.count=1 --hung-after 0.2").code, 13);
  EXPECT_EQ(cosim(kRun + "--variant kick --quiet --set 'run.stop_when={event: task_exit}'").code, 12);
}

TEST_F(CliTest, InterruptKeepsTheReport) {
  const std::string command =
      SCX_COSIM " " + kRun + "--variant kick --quiet --set tasks.0.name=hang --set tasks.0.count=1 --hung-after 20";
  EXPECT_EQ(shell("timeout --preserve-status -s TERM 0.5 " + command).code, 143);
  EXPECT_EQ(result("kick")["outcome"], "interrupted");
  EXPECT_EQ(shell("timeout --preserve-status -s INT 0.5 " + command).code, 130);
}

}  // namespace
}  // namespace tb::cli
