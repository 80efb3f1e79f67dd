// SPDX-License-Identifier: Apache-2.0
#include "tb/cli/cli.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <map>
#include <stdexcept>
#include <string>
#include <system_error>

#include "log/nearest.h"
#include "log/reader.h"
#include "tb/cli/commands.h"
#include "tb/config/schema.h"
#include "tb/config/tree.h"
#include "tb/result/outcome.h"

namespace tb::cli {

namespace {

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

struct CommandLine {
  CLI::App app{"Co-simulation of a multi-core RTL SoC and a kernel with the extensible scheduler class (sched_ext)"};
  RunOptions run;
  std::vector<std::string> check;
  EventsOptions events;
  LatencyOptions latency;
  ExplainOptions explain;
  CompareOptions compare;
  std::string timehist_run;
  analysis::TimehistOptions timehist;
  std::vector<std::string> summary;
  std::vector<std::string> report;
  exports::Options exports;
  WaveOptions wave;
  ReplayOptions replay;
  bool json = false;
  bool csv = false;
  bool list_json = false;
  CLI::App* run_verb = nullptr;
  CLI::App* check_verb = nullptr;
  CLI::App* list_verb = nullptr;
  CLI::App* events_verb = nullptr;
  CLI::App* explain_verb = nullptr;
  CLI::App* latency_verb = nullptr;
  CLI::App* timehist_verb = nullptr;
  CLI::App* summary_verb = nullptr;
  CLI::App* report_verb = nullptr;
  CLI::App* compare_verb = nullptr;
  CLI::App* export_verb = nullptr;
  CLI::App* replay_verb = nullptr;
  std::string schema = "scenario";
  CLI::App* schema_verb = nullptr;
  CLI::App* wave_verb = nullptr;
  CLI::App* version_verb = nullptr;
  CLI::App* help_verb = nullptr;
  std::string help_on;
};

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
  verb.add_option("--jobs", line.run.jobs, "Number of simulations that run at the same time; default: one per processor")
      ->type_name("N")
      ->check(CLI::Range(1, 1024));
  verb.add_option("--hung-after", line.run.hung_after_s,
                  "End a run as hung after that much host CPU time without simulated progress; default: 60")
      ->type_name("SECONDS")
      ->check(CLI::Range(0.01, 1e6));
  verb.add_flag("--verbose-events", line.run.verbose_events, "Log verbose events as well; the hashes do not change");
  verb.add_flag("--no-skip", line.run.no_skip, "Clock quiet cycles one by one too; slower, and the hashes do not change");
  verb.add_flag("--profile", line.run.profile, "Measure and print which parts take the host's time; the hashes do not change");
  verb.add_flag("--no-report", line.run.no_report, "Write no report.html; `scx-cosim report` makes it later");
  verb.add_flag("--print-config", line.run.print_config, "Print the resolved configuration, with every default, and run nothing");
  verb.add_flag("--quiet", line.run.quiet, "Print failures and warnings only");
  verb.footer(exit_code_help());
}

void describe_events(CommandLine& line) {
  line.events_verb = line.app.add_subcommand("events", "Print the event log of a run");
  CLI::App& verb = *line.events_verb;
  verb.add_option("RUN-DIR", line.events.run_dir, "Directory of a run, or a file events.bin")->required();
  verb.add_option("--filter", line.events.filter,
                  "Print matching events only. KEY: event, hart, from or to (cycles), or a field of events; a key given twice "
                  "matches either value; write \\, for a comma and \\\\ for a backslash in a value")
      ->type_name("KEY=VALUE,...");
  auto* json = verb.add_flag("--json", line.json, "Print one JSON object per line");
  verb.add_flag("--csv", line.csv,
                "Print CSV (RFC 4180) with the columns cycle, hart, event, fields; the last one holds name=value pairs")
      ->excludes(json);
}

void describe_analysis(CommandLine& line) {
  line.summary_verb = line.app.add_subcommand("summary", "Print what runs did with their harts and tasks");
  line.summary_verb->add_option("RUN-DIR", line.summary, "Directories of runs; of several a table comes first")->required();

  line.latency_verb =
      line.app.add_subcommand("latency", "Print how long the tasks of a run waited for a CPU, as perf sched latency does");
  line.latency_verb->add_option("RUN-DIR", line.latency.run_dir, "Directory of a run")->required();
  const std::map<std::string, analysis::LatencyOrder> orders{
      {"max", analysis::LatencyOrder::kMax},         {"avg", analysis::LatencyOrder::kAverage},
      {"p99", analysis::LatencyOrder::kP99},         {"runtime", analysis::LatencyOrder::kRuntime},
      {"switch", analysis::LatencyOrder::kSwitches}, {"name", analysis::LatencyOrder::kName}};
  line.latency_verb
      ->add_option("--sort", line.latency.order,
                   "The first are those with the largest max, avg, p99, runtime or switch; or by name")
      ->transform(CLI::CheckedTransformer(orders))
      ->default_str("max")
      ->option_text("KEY");
  line.latency_verb->add_flag("--json", line.latency.json, "Print one JSON object, with histograms in cycles");

  line.timehist_verb = line.app.add_subcommand("timehist", "Print each stay of a task on a CPU, as perf sched timehist does");
  CLI::App& timehist = *line.timehist_verb;
  timehist.add_option("RUN-DIR", line.timehist_run, "Directory of a run")->required();
  timehist.add_option("--task", line.timehist.task, "Print tasks of this name only")->type_name("NAME");
  timehist.add_option("--hart", line.timehist.hart, "Print this hart only")->type_name("N");
  timehist.add_option("--from", line.timehist.from, "Print stays that end at this cycle or later")->type_name("CYCLE");
  timehist.add_option("--to", line.timehist.to, "Print stays that end at this cycle or earlier")->type_name("CYCLE");
  timehist.add_flag("--idle", line.timehist.idle, "Print the idle tasks too");
}

void describe_explain(CommandLine& line) {
  line.explain_verb =
      line.app.add_subcommand("explain", "Say why a task of a run waited, from the wait back to its first cause, and prove it");
  CLI::App& verb = *line.explain_verb;
  ExplainOptions& options = line.explain;
  verb.add_option("RUN-DIR", options.run_dir, "Directory of a run")->required();
  verb.add_option("--task", options.question.task, "The longest wait of this task; default: of any task")->type_name("NAME|PID");
  verb.add_option("--hart", options.question.hart, "The longest wait of a task that this hart was to run")->type_name("N");
  verb.add_option("--at", options.question.at, "The longest wait under way at that moment: a cycle, or a time such as 50ms")
      ->type_name("MOMENT");
  auto* prove =
      verb.add_flag("--prove", options.prove,
                    "Run the same seed again without the cause, and compare; done by default if it takes less than 10 s");
  verb.add_flag("--no-prove", options.no_prove, "Run nothing")->excludes(prove);
  verb.add_flag("--json", options.json, "Print one JSON object");
  verb.add_flag("--full", options.full, "Print all causes of the ledger, not the largest only");
}

void describe_compare(CommandLine& line) {
  line.compare_verb = line.app.add_subcommand(
      "compare", "Say what differs between two runs: their inputs, where their events part, what came out otherwise");
  CLI::App& verb = *line.compare_verb;
  verb.add_option("A", line.compare.a, "Directory of a run")->required();
  verb.add_option("B", line.compare.b, "Directory of the other one")->required();
  auto* full = verb.add_flag("--full", line.compare.full, "Print all that differs, not about a screen of it");
  verb.add_flag("--json", line.compare.json, "Print one JSON object, as configs/schema/compare.json describes it")
      ->excludes(full);
  verb.add_option(
          "--html", line.compare.html,
          "Also write FILE, a page for a browser: the lanes of both runs on one time scale, with the places where they part")
      ->type_name("FILE");
  verb.add_option("--context", line.compare.context,
                  fmt::format("Print N events before and after the places where they part; default: {}", analysis::kContext))
      ->type_name("N")
      ->check(CLI::Range(0, 1000));
  verb.footer(fmt::format("Exit code 0: all events are the same, whatever the inputs; {}: they differ.", kExitNotReproduced));
}

void describe_report(CommandLine& line) {
  line.report_verb = line.app.add_subcommand("report", "Write report.html, the page of a run for a browser, anew");
  line.report_verb
      ->add_option("DIR", line.report,
                   "Directories of runs, or of scenarios: then the page of each run, and one that compares them")
      ->required();
}

void describe_export(CommandLine& line) {
  line.export_verb = line.app.add_subcommand("export", "Write the log of a run in the formats of other tools, in one pass");
  CLI::App& verb = *line.export_verb;
  verb.add_option("RUN-DIR", line.exports.run_dir, "Directory of a run")->required();
  verb.add_option("--perfetto", line.exports.perfetto, "Write Perfetto's own format (protobuf)")->type_name("FILE");
  verb.add_option("--ftrace", line.exports.ftrace, "Write the text of ftrace, as /sys/kernel/tracing/trace has it")
      ->type_name("FILE");
  verb.add_option("--trace-dat", line.exports.trace_dat, "Write the trace.dat of trace-cmd and KernelShark, version 6")
      ->type_name("FILE");
  verb.add_option("--ctf", line.exports.ctf, "Write CTF 1.8 into DIR: metadata, and a stream for each hart")->type_name("DIR");
  verb.add_option("--csv", line.exports.csv, "Write CSV (RFC 4180) into DIR: a file for each event, a column for each field")
      ->type_name("DIR");
  verb.footer("An existing file is replaced. A directory must not exist, or hold nothing but an earlier export.");
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
  verb.add_option("--hung-after", line.replay.hung_after_s,
                  "End a run as hung after that much host CPU time without simulated progress; default: 60")
      ->type_name("SECONDS")
      ->check(CLI::Range(0.01, 1e6));
  verb.add_flag("--no-skip", line.replay.no_skip, "Clock quiet cycles one by one too; slower, and the hashes do not change");
  verb.footer(fmt::format("Exit code 0: the events are the same, whatever the outcome; {}: they differ. Other codes: as for run.",
                          kExitNotReproduced));
}

void describe(CommandLine& line) {
  line.app.name("scx-cosim");
  line.app.require_subcommand(1);
  line.app.footer("'scx-cosim VERB --help' tells more.\n" + exit_code_help());
  describe_run(line);
  line.check_verb =
      line.app.add_subcommand("check", "Read scenarios with all their variants, print errors and warnings, and run nothing");
  line.check_verb->add_option("SCENARIO", line.check,
                              "Files, names of shipped scenarios, or quoted patterns; default: all shipped scenarios");
  line.list_verb = line.app.add_subcommand(
      "list",
      "List shipped scenarios, machines, sets of expectations, policies with their options, and the hart counts of this build");
  line.list_verb->add_flag("--json", line.list_json, "Print one JSON object: scenarios, hardware, expect, policies, hart_counts");
  describe_events(line);
  describe_explain(line);
  describe_analysis(line);
  describe_compare(line);
  describe_report(line);
  describe_export(line);
  describe_replay(line);
  line.schema_verb = line.app.add_subcommand(
      "schema", "Print the JSON schema of scenarios, hardware files or sets of expectations, for editors");
  line.schema_verb
      ->add_option("NAME", line.schema,
                   "scenario, hardware (the file of a machine) or expect (a set of expectations); default: scenario")
      ->check(CLI::IsMember(std::vector<std::string>(config::kSchemaNames.begin(), config::kSchemaNames.end())));
  describe_wave(line);
  line.version_verb = line.app.add_subcommand("version", "Print versions, and the hashes of the RTL and of the event list");
  line.app.set_version_flag("--version", "", "The same as the verb version");
  line.help_verb = line.app.add_subcommand("help", "Print the help of a verb, or of the program");
  line.help_verb->add_option("VERB", line.help_on, "A verb; default: all verbs, one line each");
}

// The verbs, or one verb's options, whichever the word is one of.
std::vector<std::string> known_words(CommandLine& line, bool option) {
  std::vector<std::string> words;
  if (!option) {
    for (const CLI::App* verb : line.app.get_subcommands({})) words.push_back(verb->get_name());
    return words;
  }
  const auto parsed = line.app.get_subcommands();
  const CLI::App& scope = parsed.empty() ? line.app : *parsed.front();
  for (const CLI::Option* known : scope.get_options())
    for (const std::string& name : known->get_lnames()) words.push_back("--" + name);
  return words;
}

int usage_error(CommandLine& line, const CLI::ParseError& error) {
  std::string message = error.what();
  auto extras = line.app.remaining(true);
  if (!extras.empty()) {
    const std::string word = extras.front().substr(0, extras.front().find('='));
    const bool option = word.starts_with('-');
    const auto known = known_words(line, option);
    const auto parsed = line.app.get_subcommands();
    if (option || parsed.empty())
      message = fmt::format("unknown {} '{}'{}", option ? "option" : "verb", word, words::hint(word, known));
    else message = fmt::format("unexpected argument '{}'", word);
  }
  fmt::print(stderr, "scx-cosim: {}\n", message);
  return kExitUsage;
}

int help_command(CommandLine& line) {
  const CLI::App* about = &line.app;
  std::string name = line.app.get_name();
  if (!line.help_on.empty()) {
    const auto known = known_words(line, false);
    if (std::find(known.begin(), known.end(), line.help_on) == known.end())
      throw std::invalid_argument(fmt::format("unknown verb '{}'{}", line.help_on, words::hint(line.help_on, known)));
    about = line.app.get_subcommand(line.help_on);
    name += ' ' + line.help_on;
  }
  fmt::print("{}", about->get_formatter()->make_help(about, name, CLI::AppFormatMode::Normal));
  return 0;
}

int dispatch(const Backend& backend, CommandLine& line) {
  if (line.help_verb->parsed()) return help_command(line);
  if (line.run_verb->parsed()) return run_command(backend, line.run);
  if (line.replay_verb->parsed()) return replay_command(backend, line.replay);
  if (line.check_verb->parsed()) return check_command(backend, line.check);
  if (line.list_verb->parsed()) return list_command(backend, line.list_json);
  if (line.schema_verb->parsed()) return schema_command(backend, line.schema);
  if (line.summary_verb->parsed()) return summary_command(line.summary);
  if (line.compare_verb->parsed()) return compare_command(line.compare);
  if (line.report_verb->parsed()) return report_command(line.report);
  if (line.explain_verb->parsed()) return explain_command(backend, line.explain);
  if (line.export_verb->parsed()) return export_command(line.exports);
  if (line.latency_verb->parsed()) return latency_command(line.latency);
  if (line.timehist_verb->parsed()) return timehist_command(line.timehist_run, line.timehist);
  if (line.wave_verb->parsed()) return wave_command(backend, line.wave);
  if (line.version_verb->parsed()) return version_command(backend);
  line.events.format = line.json ? event_log::Format::kJson : line.csv ? event_log::Format::kCsv : event_log::Format::kText;
  return events_command(line.events);
}

int complain(const std::exception& error, int exit_code) {
  fmt::print(stderr, "scx-cosim: {}\n", error.what());
  return exit_code;
}

// A path that cannot be followed is the caller's; what else a file system refuses is the host's.
int complain_of_path(const std::filesystem::filesystem_error& error) {
  constexpr std::errc kOfThePath[] = {std::errc::too_many_symbolic_link_levels, std::errc::filename_too_long,
                                      std::errc::not_a_directory, std::errc::permission_denied,
                                      std::errc::no_such_file_or_directory};
  const bool usage = std::any_of(std::begin(kOfThePath), std::end(kOfThePath), [&](auto code) { return error.code() == code; });
  fmt::print(stderr, "scx-cosim: {}: {}\n", error.path1().string(), error.code().message());
  return usage ? kExitUsage : info(Outcome::kInternalError).exit_code;
}

}  // namespace

int run(const Backend& backend, int argc, const char* const* argv) {
  CommandLine line;
  describe(line);
  line.run.program = line.replay.program = argc > 0 ? argv[0] : "scx-cosim";
  try {
    line.app.parse(argc, argv);
    return dispatch(backend, line);
  } catch (const CLI::CallForHelp& help) {
    return line.app.exit(help);
  } catch (const CLI::CallForVersion&) {
    return version_command(backend);
  } catch (const CLI::ParseError& error) {
    return usage_error(line, error);
  } catch (const config::ConfigError& error) {
    for (const std::string& message : error.messages()) fmt::print(stderr, "scx-cosim: {}\n", message);
    return kExitUsage;
  } catch (const std::filesystem::filesystem_error& error) {
    return complain_of_path(error);
  } catch (const std::invalid_argument& error) {  // a filter, or a verb to be helped with
    return complain(error, kExitUsage);
  } catch (const event_log::LogError& error) {
    return complain(error, kExitUsage);
  } catch (const std::exception& error) {  // among others: a directory that cannot be written
    return complain(error, info(Outcome::kInternalError).exit_code);
  }
}

}  // namespace tb::cli
