// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <map>

#include "tb/cli/command_line.h"

namespace tb::cli {
namespace {

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

}  // namespace

void describe_readers(CommandLine& line) {
  describe_events(line);
  describe_explain(line);
  describe_analysis(line);
  describe_compare(line);
  describe_report(line);
  describe_export(line);
}

}  // namespace tb::cli
