// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "tb/cli/command_line.h"
#include "tb/result/outcome.h"

namespace tb::cli {

std::string exit_code_help() {
  std::string text = "Exit codes:\n";
  for (const auto& outcome : kOutcomes) {
    const bool by_signal = outcome.name == "interrupted";
    text += fmt::format("  {:<8} {}: {}\n", by_signal ? "130, 143" : std::to_string(outcome.exit_code), outcome.name,
                        outcome.meaning);
  }
  return text +
         fmt::format("  {:<8} wrong usage or configuration, or the directory is in use: the run was not started", kExitUsage);
}

namespace {

// What verbs that run simulations have in common.
void add_jobs(CLI::App& verb, unsigned& jobs) {
  verb.add_option("--jobs", jobs, "Number of simulations that run at the same time; default: one per processor")
      ->type_name("N")
      ->check(CLI::Range(1, 1024));
}

void add_hung_after(CLI::App& verb, double& seconds) {
  verb.add_option("--hung-after", seconds,
                  "End a run as hung after that much host CPU time without simulated progress; default: 60")
      ->type_name("SECONDS")
      ->check(CLI::Range(0.01, 1e6));
}

}  // namespace

void describe_run(CommandLine& line) {
  line.run_verb = line.app.add_subcommand("run", "Run scenarios, all variants of each, and print a comparison");
  CLI::App& verb = *line.run_verb;
  verb.add_option(
      "SCENARIO", line.run.scenarios,
      fmt::format(
          "A file, the name of a shipped scenario (see list), or a quoted pattern of such names ('healthy_*'); default: {}",
          kDefaultScenario));
  verb.add_option("--variant", line.run.variants, "Run this variant only; may be repeated")
      ->allow_extra_args(false)
      ->type_name("NAME");
  verb.add_option(
          "--set", line.run.sets,
          "Override one key by its dotted path: kernel.breakout.limit=64, tasks.rt.prio=50; may be repeated, the last one wins")
      ->allow_extra_args(false)
      ->type_name("KEY=VALUE");
  verb.add_option(
          "--seed", line.run.seeds,
          "The same as --set run.seed=N; may be repeated, and N may be a range like 1..20: each variant runs with each seed")
      ->allow_extra_args(false)
      ->type_name("N");
  verb.add_option("--out", line.run.out,
                  "Write results to DIR/SCENARIO/VARIANT/, with several seeds to DIR/SCENARIO/VARIANT/seed-N/; default: runs")
      ->type_name("DIR");
  add_jobs(verb, line.run.jobs);
  add_hung_after(verb, line.run.hung_after_s);
  verb.add_flag("--verbose-events", line.run.verbose_events, "Log verbose events as well; the hashes do not change");
  verb.add_flag("--no-skip", line.run.no_skip, "Clock quiet cycles one by one too; slower, and the hashes do not change");
  verb.add_flag("--profile", line.run.profile, "Measure and print which parts take the host's time; the hashes do not change");
  verb.add_flag("--no-report", line.run.no_report, "Write no report.html; `scx-cosim report` makes it later");
  verb.add_flag("--print-config", line.run.print_config, "Print the resolved configuration, with every default, and run nothing");
  verb.add_flag("--quiet", line.run.quiet, "Print failures and warnings only");
  verb.footer(exit_code_help());
}

void describe_study(CommandLine& line) {
  line.study_verb =
      line.app.add_subcommand("study", "Run a scenario over a range of machines, policies or seeds, and print what matters");
  CLI::App& verb = *line.study_verb;
  verb.add_option("STUDY", line.study.study, "A file, or the name of a shipped study (see list)")->required();
  verb.add_option("--axis", line.study.axes,
                  "Give an axis other values: 'ipi=1..1000 log 4', 'harts=[1, 4]', policy=qmap; may be repeated")
      ->allow_extra_args(false)
      ->type_name("NAME=VALUES");
  verb.add_option("--seeds", line.study.seeds,
                  "Run each point with these seeds: one seed, a list like [3, 9], or a range like 1..20")
      ->type_name("SEEDS");
  verb.add_option("--count", line.study.count, "Take so many points, trajectories or base points, if the design is a sample")
      ->type_name("N")
      ->check(CLI::Range(1, 1'000'000));
  verb.add_option("--set", line.study.sets, "Override one key of the scenario in all runs; may be repeated")
      ->allow_extra_args(false)
      ->type_name("KEY=VALUE");
  verb.add_option("--out", line.study.out,
                  "Write results to DIR/STUDY/, and take from there what has run before; default: studies")
      ->type_name("DIR");
  add_jobs(verb, line.study.jobs);
  add_hung_after(verb, line.study.hung_after_s);
  verb.add_flag(
      "--dry-run", line.study.dry_run,
      "Print how many runs there are, how many are stored, and how long the others will take by a probe of three; run no more");
  verb.add_flag("--no-report", line.study.no_report, "Write no study.html");
  verb.add_flag("--quiet", line.study.quiet, "Print the paths of the results and failures only");
  verb.footer(fmt::format(
      "Exit code 0: all runs gave data, whatever they say; {}: some failed on the side of the host; {}: nothing has run.",
      info(Outcome::kInternalError).exit_code, kExitUsage));
}

void describe_wave(CommandLine& line) {
  line.wave_verb = line.app.add_subcommand("wave", "Open the waves of a run in GTKWave at a moment of the run");
  CLI::App& verb = *line.wave_verb;
  verb.add_option("RUN-DIR", line.wave.run_dirs,
                  "Directory of a run. Several, or the directory of a scenario: one view of all, aligned where the first balance "
                  "of each begins to loop; two that do not all loop: where they part")
      ->required();
  verb.add_option("--at", line.wave.at,
                  "Show breakout, kick, watchdog, recovery, a cycle, a time (50ms, 300us), or the first event that --filter of "
                  "events would "
                  "print: sched_switch,next_comm=rt0; if the run has no waves there, it is repeated with waves. Several "
                  "runs are aligned there; or at parting or decision, the first event or decision of two runs that differs")
      ->type_name("MOMENT");
  verb.add_option("--hart", line.wave.hart, "Show this hart first; default: the hart in question")->type_name("N");
  verb.add_option("--view", line.wave.view,
                  "Show this set of signals: overview, breakout, kick, ipi or watchdog; default: the one that fits --at")
      ->type_name("VIEW");
  auto* png =
      verb.add_option("--png", line.wave.png, "Draw the view into FILE, 1920 x 1080; needs no display")->type_name("FILE");
  verb.add_flag("--print", line.wave.print, "Write the view and print the shell command that opens it")->excludes(png);
}

void describe_replay(CommandLine& line) {
  line.replay_verb =
      line.app.add_subcommand("replay", "Repeat a run and say whether it has the same events, or where they first differ");
  CLI::App& verb = *line.replay_verb;
  verb.add_option("RUN-DIR", line.replay.run_dir, "Directory of a run")->required();
  verb.add_option(
          "--waves", line.replay.waves,
          "Dump these waves instead of those the run had: none, all, FROM..TO in cycles, or a value of the scenario key waves")
      ->type_name("WAVES");
  verb.add_option("--out", line.replay.out, "Write results to DIR; default: RUN-DIR/replay")->type_name("DIR");
  verb.add_option("--to-cycle", line.replay.to_cycle,
                  "Stop at cycle N and compare the events up to it; a run that ended earlier is repeated to its end")
      ->type_name("N");
  add_hung_after(verb, line.replay.hung_after_s);
  verb.add_flag("--no-skip", line.replay.no_skip, "Clock quiet cycles one by one too; slower, and the hashes do not change");
  verb.footer(fmt::format("Exit code 0: the events are the same, whatever the outcome; {}: they differ. Other codes: as for run.",
                          kExitNotReproduced));
}

}  // namespace tb::cli
