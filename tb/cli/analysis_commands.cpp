// SPDX-License-Identifier: Apache-2.0
// latency, timehist, explain, summary, compare, report, export: the verbs that read the log of a run.
#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <system_error>

#include "tb/analysis/compare.h"
#include "tb/analysis/latency.h"
#include "tb/analysis/summary.h"
#include "tb/analysis/timehist.h"
#include "tb/cli/commands.h"
#include "tb/explain/proof.h"
#include "tb/explain/show.h"
#include "tb/page/compare_page.h"
#include "tb/page/write.h"
#include "tb/result/outcome.h"
#include "tb/run/run_directory.h"

namespace tb::cli {
namespace {

constexpr double kSoon = 10;  // seconds; a proof that takes less is made without being asked for

void say_what_is_missing(const std::string& run_dir, const std::string& shortfall) {
  if (std::fflush(stdout) != 0) throw std::system_error(errno, std::generic_category(), "writing the output");
  if (!shortfall.empty()) fmt::print(stderr, "scx-cosim: {}: {}\n", run_dir, shortfall);
}

}  // namespace

int latency_command(const LatencyOptions& options) {
  const analysis::Latency latency = analysis::latency(options.run_dir, options.order);
  fmt::print("{}", options.json ? latency.json.dump(2) + "\n" : latency.text);
  say_what_is_missing(options.run_dir, latency.shortfall);
  return 0;
}

int timehist_command(const std::string& run_dir, const analysis::TimehistOptions& options) {
  const std::string shortfall = analysis::timehist(run_dir, options, [](const std::string& line) { fmt::print("{}", line); });
  say_what_is_missing(run_dir, shortfall);
  return 0;
}

int explain_command(const Backend& backend, const ExplainOptions& options) {
  explain::Question question = options.question;
  question.or_sleep = !question.task.empty();
  const explain::Explanation found = explain::explain(options.run_dir, question);
  std::optional<explain::Proof> proof;
  const bool soon = found.wait && explain::seconds_of_a_try(found) > 0 && explain::seconds_of_a_try(found) < kSoon;
  const bool asked = options.prove || (soon && !options.no_prove && found.verdict.what != explain::Class::nothing_wrong);
  if (found.wait && asked) proof = explain::prove(backend, options.run_dir, found);
  if (options.json) fmt::print("{}\n", explain::to_json(found, proof, options.full).dump(2));
  else fmt::print("{}", explain::to_text(found, proof, options.full));
  say_what_is_missing(options.run_dir, found.run.shortfall);
  return 0;
}

int summary_command(const std::vector<std::string>& run_dirs) {
  const analysis::Summary summary = analysis::summarize({run_dirs.begin(), run_dirs.end()});
  fmt::print("{}", summary.text);
  std::fflush(stdout);
  for (const std::string& shortfall : summary.shortfalls) fmt::print(stderr, "scx-cosim: {}\n", shortfall);
  return 0;
}

int compare_command(const CompareOptions& options) {
  const analysis::RunComparison comparison = analysis::compare_runs(options.a, options.b, options.context);
  if (!options.html.empty()) run::write_file(options.html, page::compare_page(comparison));
  if (options.json) fmt::print("{}\n", analysis::compare_json(comparison).dump(2));
  else fmt::print("{}", analysis::compare_text(comparison, options.full));
  say_what_is_missing(options.a, comparison.a.run.shortfall);
  say_what_is_missing(options.b, comparison.b.run.shortfall);
  return comparison.same() ? 0 : kExitNotReproduced;
}

int report_command(const std::vector<std::string>& dirs) {
  for (const std::string& dir : dirs) {
    const page::Written written = page::write_pages(dir);
    fmt::print("{}\n", written.file.string());
    std::fflush(stdout);
    for (const std::string& shortfall : written.shortfalls) fmt::print(stderr, "scx-cosim: {}\n", shortfall);
  }
  return 0;
}

int export_command(const exports::Options& options) {
  const exports::Exported exported = exports::export_run(options);
  for (const std::string& written : exported.written) fmt::print("{}\n", written);
  say_what_is_missing(options.run_dir, exported.shortfall);
  return 0;
}

}  // namespace tb::cli
