// SPDX-License-Identifier: Apache-2.0
// Goal: the command line does what its help says, from outside, on the fake machine.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "tb/cli/progress_line.h"
#include "tb/result/outcome.h"
#include "tests/tb/cli/cli_fixture.h"

namespace tb::cli {
namespace {

using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

TEST_F(CliTest, HelpOfEachVerbIsComplete) {
  const Finished all = cosim("--help");
  EXPECT_EQ(all.code, 0);
  EXPECT_EQ(cosim("help").out, all.out);
  for (const char* verb : {"run", "check", "list", "events", "wave", "replay", "schema", "version", "help"}) {
    EXPECT_THAT(all.out, HasSubstr(verb));
    const Finished help = cosim(std::string(verb) + " --help");
    EXPECT_EQ(help.code, 0) << verb;
    EXPECT_EQ(cosim(std::string("help ") + verb).out, help.out);
  }
  EXPECT_EQ(cosim("--version").code, 0);
  EXPECT_EQ(cosim("--version").out, cosim("version").out);
  const Finished run = cosim("run --help");
  for (const char* option : {"--variant", "--set", "--seed", "--out", "--print-config", "--quiet", "--jobs", "--hung-after",
                             "--verbose-events", "--no-skip", "--profile"})
    EXPECT_THAT(run.out, HasSubstr(option));
  for (const auto& outcome : kOutcomes) EXPECT_THAT(run.out, HasSubstr(std::string(outcome.name)));
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
  expect_usage("help rnu", "unknown verb 'rnu'; did you mean 'run'?");
  expect_usage("run 'haelthy_*'", "no scenario is called 'haelthy_*'");
  expect_usage("", "subcommand is required");
  expect_usage("events", "RUN-DIR is required");
  expect_usage("events . x", "unexpected argument 'x'");
  expect_usage("run --seed x", "run.seed");
  expect_usage("run --seed 03", "run.seed");
  expect_usage("run --jobs 0", "--jobs");
  expect_usage("run nowhere/x.yaml", "nowhere/x.yaml: cannot be read: No such file or directory");
  expect_usage("events nowhere", "nowhere: No such file or directory");
  expect_usage("events .", ". is not the directory of a run; runs below it: none");
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
      cosim(kRun + "--variant kick --seed 9 --set kernel.breakout.limit=16 --set expect='[{never: hw_watchdog_bite}]'").code, 0);
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
  for (const char* seeds :
       {"--seed 5..3", "--seed 1..x", "--seed ..3", "--seed 1..", "--seed 1..2..3", "--seed=-1..2", "--seed 0..10000"}) {
    const Finished finished = cosim(kRun + seeds);
    EXPECT_EQ(finished.code, 2) << seeds;
    EXPECT_THAT(finished.err, HasSubstr("expected a number, or a range like 1..20 of at most 10000")) << seeds;
  }
  EXPECT_THAT(cosim(kRun + "--seed 1..3 --seed 2").err, HasSubstr("--seed 2 is given twice"));
  EXPECT_FALSE(fs::exists(dir_ / "runs"));
}

TEST_F(CliTest, FailureShowsExpectedFoundAndAReplayThatRepeatsIt) {
  const Finished finished = cosim(kRun + "--variant kick --set 'expect=[{never: breakout}]' --quiet");
  EXPECT_EQ(finished.code, 10);
  EXPECT_THAT(finished.out,
              AllOf(HasSubstr("stall/kick: expectation_failed"), HasSubstr("expected { never: breakout }"),
                    HasSubstr("found happened"), ContainsRegex("look .*scx-cosim-fake wave runs/stall/kick --at ")));
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
    const auto one = json::parse(content(dir_ / ("one/stall/" + std::string(variant) + "/result.json")));
    const auto three = json::parse(content(dir_ / ("three/stall/" + std::string(variant) + "/result.json")));
    EXPECT_EQ(one["hash"], three["hash"]) << "neither host load nor output directory counts";
    EXPECT_EQ(one["metrics"], three["metrics"]);
  }
}

TEST_F(CliTest, ConfigErrorOverwritesNothing) {
  cosim(kRun + "--variant kick");
  const std::string before = content(dir_ / "runs/stall/kick/result.json");
  EXPECT_EQ(cosim(kRun + "--variant kick --set kernel.hz=0").code, 2);
  EXPECT_EQ(cosim("run nowhere.yaml nothing.yaml").code, 2);
  EXPECT_EQ(content(dir_ / "runs/stall/kick/result.json"), before);
}

TEST_F(CliTest, PrintedConfigRunsToTheSameHash) {
  cosim(kRun + "--variant kick");
  ASSERT_EQ(cosim(kRun + "--variant kick --print-config").code, 0);
  fs::copy_file(dir_ / "out.txt", dir_ / "resolved.yaml");
  ASSERT_EQ(cosim("run resolved.yaml --out again").code, 0);
  EXPECT_EQ(json::parse(content(dir_ / "again/stall/kick/result.json"))["hash"], result("kick")["hash"]);
}

TEST_F(CliTest, TwoRunsNeverShareADirectory) {
  EXPECT_THAT(cosim(kRun + SCX_TEST_SCENARIO).err, HasSubstr("two runs would write to runs/stall/kick"));
}

// All directories of a command or none, whatever the order they are named in.
TEST_F(CliTest, ARunThatIsUnderWayKeepsItsDirectory) {
  const std::string hanging =
      SCX_COSIM " " + kRun + "--quiet --set tasks.0.name=hang --set tasks.0.count=1 --hung-after 100 >hanging.txt";
  const Finished finished = shell(hanging +
                                  " & hanging=$!; while ! [ -s runs/stall/no_breakout/.scx-cosim.lock -a -s "
                                  "runs/stall/kick/events.bin ]; do sleep 0.05; done; " SCX_COSIM " " +
                                  kRun +
                                  "--variant no_breakout --variant kick; code=$?; kill $hanging; wait $hanging; "
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

TEST_F(CliTest, EventsPrintsFiltersAndFormats) {
  cosim(kRun + "--variant kick");
  const Finished text = cosim("events runs/stall/kick --filter event=breakout,hart=1");
  EXPECT_EQ(text.code, 0);
  EXPECT_THAT(text.out, HasSubstr("hart 1   breakout limit=32 retry=kick"));
  EXPECT_THAT(text.out, Not(HasSubstr("hart 0")));
  const Finished json = cosim("events runs/stall/kick --json --filter event=kick");
  EXPECT_EQ(json::parse(json.out.substr(0, json.out.find('\n')))["self"], true);
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

TEST_F(CliTest, PatternsStandForNamesOfShippedScenarios) {
  const Finished finished = cosim("check 'sysrq_?' 'healthy_*'");
  for (const char* name : {"sysrq_d", "sysrq_s", "healthy_qmap", "healthy_simple"})
    EXPECT_THAT(finished.out + finished.err, HasSubstr(std::string(name) + ".yaml:"));
  EXPECT_THAT(finished.out + finished.err, Not(HasSubstr("recovery")));
}

TEST_F(CliTest, TheHeadSaysWhatIsCommonAndTheRowsWhatDiffers) {
  std::ofstream(dir_ / "mixed.yaml") << "name: mixed\nquestion: Who is who?\nhardware: mc2\nscheduler: { name: qmap }\n"
                                        "tasks: [ { name: hog, program: [ { run_us: 10 } ] } ]\n"
                                        "run: { until_us: 100 }\nexpect: [ { ending: running } ]\n"
                                        "variants:\n"
                                        "  fair: { scheduler: null, expect: [ base ] }\n"
                                        "  wide: { hardware.harts: 8, run.until_us: 50, expect: [ base ] }\n"
                                        "  single: { hardware: mc1, run.seed: 2, expect: [ base ] }\n";
  const Finished all = cosim("run mixed.yaml");
  EXPECT_EQ(all.code, 0) << all.err;
  EXPECT_THAT(all.out, AllOf(HasSubstr("mixed: Who is who?\n\n"), HasSubstr("  variant  machine "),
                             ContainsRegex("\n  base +mc2: 2 harts at 100 MHz +qmap +1 +100 "),
                             ContainsRegex("\n  fair +mc2: 2 harts at 100 MHz +none +1 +100 "),
                             ContainsRegex("\n  wide +mc2-modified: 8 harts at 100 MHz +qmap +1 +50 "),
                             ContainsRegex("\n  single +mc1: 1 hart at 100 MHz +qmap +2 +100 ")));
  const Finished two = cosim("run mixed.yaml --variant base --variant fair");
  EXPECT_THAT(two.out, AllOf(HasSubstr("\nmc2: 2 harts at 100 MHz; seed 1; 100 us simulated\n"), ContainsRegex("\n  fair +none "),
                             Not(HasSubstr("  machine "))));
  const Finished set = cosim("run mixed.yaml --variant base --set hardware.harts=1 --set hardware.clock_mhz=50");
  EXPECT_THAT(set.out, HasSubstr("\nmc2-modified: 1 hart at 50 MHz; scheduler qmap; seed 1; 100 us simulated\n"));
  EXPECT_THAT(cosim("run mixed.yaml --variant base --set hardware.harts=2").out, HasSubstr("\nmc2: 2 harts at 100 MHz;"))
      << "the same value is no change";
}

TEST_F(CliTest, WarningsAreSaidAndChangeNothing) {
  const std::string sets = " --variant kick --set kernel.hw_watchdog.bark_us=1000 --set kernel.hw_watchdog.bite_us=900";
  const Finished run = cosim(kRun + sets + " --set 'expect=[{never: kick, hart: 1, after: {event: reset, where: {boot: 7}}}]'");
  EXPECT_EQ(run.code, 10);
  EXPECT_THAT(run.err, AllOf(HasSubstr("scx-cosim: warning: --set kernel.hw_watchdog.bite_us=900: kernel.hw_watchdog.bite_us: "
                                       "the watchdog bites after 900 us, and would bark after 1000 us"),
                             HasSubstr("kernel.hw_watchdog.bark_us: the watchdog barks after 1000 us, and is petted once per "
                                       "tick, every 1000 us")));
  std::ofstream(dir_ / "short.yaml") << "name: short\nquestion: Would a stall be seen?\nhardware: mc2\n"
                                        "scheduler: { name: qmap }\nkernel: { watchdog_timeout_ms: 20 }\n"
                                        "tasks: [ { name: hog, program: [ { run_us: 10 } ] } ]\n"
                                        "run: { until_ms: 19 }\nexpect: [ { exit: null } ]\n"
                                        "variants: { seen: { kernel.watchdog_timeout_ms: 19, expect: [ base ] } }\n";
  const Finished check = cosim("check short.yaml");
  EXPECT_EQ(check.code, 0);
  EXPECT_EQ(check.err,
            "warning: short.yaml:7:18: run.until_ms: the run ends after 19000 us, before any watchdog can act: the "
            "first one waits 20000 us, so a stall goes unseen\n");
  std::ofstream(dir_ / "off.yaml") << "name: off\nquestion: Who would bark?\nhardware: mc2\n"
                                      "tasks: [ { name: hog, program: [ { run_us: 10 } ] } ]\n"
                                      "run: { until_ms: 1 }\nexpect: [ { never: hw_watchdog_bark } ]\n";
  EXPECT_EQ(cosim("check off.yaml").err,
            "warning: off.yaml:6:9: expect: names an event of the hardware watchdog, which is off: it never comes\n");
  EXPECT_THAT(cosim("check " SCX_TEST_SCENARIO).err, IsEmpty());
}

TEST_F(CliTest, ALoopOfSymbolicLinksIsAUsageError) {
  fs::create_symlink("loop.yaml", dir_ / "loop.yaml");
  fs::create_symlink("loop", dir_ / "loop");
  for (const std::string& arguments :
       std::vector<std::string>{"run loop.yaml", "run loop", "check loop.yaml", kRun + "--out loop", "events loop",
                                "wave loop --print", "replay loop"}) {
    const Finished finished = cosim(arguments);
    EXPECT_EQ(finished.code, 2) << arguments;
    EXPECT_THAT(finished.err, AllOf(HasSubstr("loop"), HasSubstr("Too many levels of symbolic links"))) << arguments;
    EXPECT_THAT(finished.err, Not(HasSubstr("filesystem error"))) << arguments;
  }
  cosim(kRun + "--variant kick");
  EXPECT_EQ(cosim("replay runs/stall/kick --out loop").code, 2);
}

TEST_F(CliTest, ListIsThereForProgramsToo) {
  const auto list = json::parse(cosim("list --json").out);
  EXPECT_EQ(list["hart_counts"], json::Value::array({1, 2, 4, 8}));
  const auto named = [](const json::Value& all, const std::string& name) {
    for (const auto& one : all)
      if (one["name"] == name) return one;
    return json::Value();
  };
  EXPECT_THAT(named(list["scenarios"], "looping_stall")["question"].get<std::string>(), HasSubstr("hang the machine"));
  EXPECT_TRUE(fs::exists(named(list["scenarios"], "recovery")["file"].get<std::string>()));
  EXPECT_THAT(named(list["hardware"], "mc4")["purpose"].get<std::string>(), HasSubstr("Four harts"));
  const auto options = named(list["policies"], "qmap")["options"];
  EXPECT_EQ(named(options, "slice_us")["max"], 1'000'000);
  EXPECT_EQ(named(options, "direct_dispatch")["values"], json::Value::array({"off", "on"}));
  EXPECT_EQ(named(options, "direct_dispatch")["default"], "on");
}

TEST_F(CliTest, WhatAFilterAsksForAndNoEventHasIsSaid) {
  cosim(kRun + "--variant kick");
  const Finished nothing = cosim("events runs/stall/kick --filter hart=9");
  EXPECT_EQ(nothing.code, 0);
  EXPECT_THAT(nothing.out, IsEmpty());
  EXPECT_EQ(nothing.err, "runs/stall/kick/events.bin: no event has hart=9; there are harts 0 to 1\n");
}

TEST(ProgressTest, TheTimeLeftStaysWhereTheNameFits) {
  const ProgressFacts facts{"legitimate_limit/resched_curr (waves)", 123.4e6, 600e6, 1.5e6, 100};
  EXPECT_EQ(progress_text(facts, 200),
            "legitimate_limit/resched_curr (waves): 123.4 of 600.0 Mcycles, 1234.0 ms, 1.5 Mcycles/s, 5 min left");
  EXPECT_EQ(progress_text(facts, 90), "legitimate_limit/resched_curr (waves): 123.4 of 600.0 Mcycles, 1.5 Mcycles/s, 5 min left");
  EXPECT_EQ(progress_text(facts, 80), "legitimate_limit/resched_curr (waves): 123.4 of 600.0 Mcycles, 5 min left");
  EXPECT_EQ(progress_text(facts, 60), "legitimate_limit/resched_curr (waves): 21 %, 5 min left");
  EXPECT_EQ(progress_text(facts, 40), "legitimate_limit/r...: 21 %, 5 min left");
  for (std::size_t columns = 1; columns < 120; ++columns) EXPECT_LT(progress_text(facts, columns).size(), columns);
  EXPECT_EQ(progress_text({"a/b", 0, 6e6, 0, 100}, 80), "a/b: 0.0 of 6.0 Mcycles, 0.0 ms, 0.0 Mcycles/s") << "nothing known yet";
}

TEST_F(CliTest, ListNamesMachinesPoliciesAndOptions) {
  EXPECT_THAT(cosim("list").out,
              AllOf(HasSubstr("mc4                  Four harts"), HasSubstr("ejection             An error throws"),
                    HasSubstr("looping_stall        Does a looping ops.dispatch() hang the machine"),
                    HasSubstr("dsp_inf_loop_after"), HasSubstr("off|on, default on"), HasSubstr("1, 2, 4, 8")));
}

TEST_F(CliTest, SchemaPrintsJsonForEditors) {
  for (const char* name : {"scenario", "hardware", "expect"}) {
    const Finished printed = cosim(std::string("schema ") + name);
    EXPECT_EQ(printed.code, 0);
    EXPECT_EQ(json::parse(printed.out)["title"], std::string("scx-cosim ") + name);
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
