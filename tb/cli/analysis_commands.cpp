// SPDX-License-Identifier: Apache-2.0
// latency, timehist, summary, report, export: the verbs that read the log of a run.
#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <system_error>

#include "tb/analysis/latency.h"
#include "tb/analysis/summary.h"
#include "tb/analysis/timehist.h"
#include "tb/cli/commands.h"
#include "tb/page/write.h"

namespace tb::cli {
namespace {

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

int summary_command(const std::vector<std::string>& run_dirs) {
  const analysis::Summary summary = analysis::summarize({run_dirs.begin(), run_dirs.end()});
  fmt::print("{}", summary.text);
  std::fflush(stdout);
  for (const std::string& shortfall : summary.shortfalls) fmt::print(stderr, "scx-cosim: {}\n", shortfall);
  return 0;
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
