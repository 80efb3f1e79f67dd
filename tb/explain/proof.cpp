// SPDX-License-Identifier: Apache-2.0
#include "tb/explain/proof.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>

#include "tb/config/problems.h"
#include "tb/config/scenario_file.h"
#include "tb/explain/interventions.h"
#include "tb/result/metric.h"
#include "tb/run/models.h"
#include "tb/run/supervisor.h"

namespace tb::explain {
namespace {

constexpr const char* kFolder = "proof";
// Bounds of the findings, by choice: half is more than an accident, a tenth is none.
constexpr double kProven = 0.5;
constexpr double kSame = 0.9;

Finding finding_of(std::uint64_t before, std::uint64_t after) {
  const double share = static_cast<double>(after) / static_cast<double>(before);
  if (share <= kProven) return Finding::proven;
  return share < kSame ? Finding::in_part : Finding::withdrawn;
}

// The longest wait of the task in the same stretch of the changed run, from one wait earlier on, since without the cause all comes earlier.
// If it had none there, the longest it had at all.
sim::Cycle wait_in(const std::filesystem::path& dir, const Explanation& of) {
  Question question;
  question.of = of.wait->hart ? Question::Of::harts : Question::Of::tasks;
  question.hart = of.wait->hart;
  if (!of.wait->hart) question.task = of.names.at(of.wait->pid);
  question.ends_after = of.wait->from - std::min(of.wait->from, of.wait->cycles());
  Found found = find_wait(dir, question);
  question.ends_after = 0;
  if (!found.wait) found = find_wait(dir, question);
  return found.wait ? found.wait->cycles() : 0;
}

std::uint64_t ipis(const Result& result) {
  return static_cast<std::uint64_t>(metric_at(result.metrics, "ipis.total").value_or(0));
}

Proof attempt(const Backend& backend, const std::filesystem::path& run_dir, const Explanation& of, config::Scenario scenario,
              const Intervention& change) {
  change.apply(scenario);
  scenario.waves = {};
  scenario.run.stop_when.reset();  // both run until the same cycle
  Proof proof;
  proof.changed = change.text;
  proof.storm = of.verdict.what == Class::kick_storm;
  proof.before = proof.storm ? ipis(*of.run.result) : of.wait->cycles();
  proof.dir = run_dir / kFolder;
  std::vector<run::Job> jobs;
  run::RunRequest request{std::move(scenario), proof.dir};
  request.to_cycle = proof.storm ? of.run.end : of.wait->to;
  jobs.emplace_back(backend, std::move(request));
  jobs.front().claim_directory();
  if (const int signal = run::supervise(jobs, {}, [](const run::Job&) {}))
    throw config::ConfigError(fmt::format("the proof was ended by signal {}", signal));
  const run::RunReport& report = jobs.front().report();
  if (report.evaluation.cycles < *jobs.front().request().to_cycle)
    throw config::ConfigError(fmt::format("the run {} ended at cycle {}{}{}", proof.changed, report.evaluation.cycles,
                                          report.message.empty() ? "" : ": ", report.message));
  proof.after = proof.storm ? ipis(jobs.front().result()) : wait_in(proof.dir, of);
  proof.finding = finding_of(proof.before, proof.after);
  return proof;
}

}  // namespace

std::string_view name_of(Finding finding) {
  switch (finding) {
    case Finding::proven: return "proven";
    case Finding::in_part: return "in_part";
    case Finding::withdrawn: return "withdrawn";
    case Finding::not_possible: return "not_possible";
  }
  return {};
}

double seconds_of_a_try(const Explanation& of) {
  if (!of.run.result || of.run.result->cycles == 0) return 0;
  return of.run.result->host_seconds * static_cast<double>(of.wait->to) / static_cast<double>(of.run.result->cycles);
}

Proof prove(const Backend& backend, const std::filesystem::path& run_dir, const Explanation& of) {
  Proof last;
  last.changed = "no change of the scenario takes this cause away";
  last.before = of.wait->cycles();
  try {
    const auto file = config::read_scenario_file((run_dir / "config.yaml").string(), backend.library);
    const config::Scenario scenario = config::resolve(file, file.variants.front(), {}, backend.library);
    run::require_model(backend, scenario.hardware.harts);
    for (const Intervention& change : interventions(of, scenario, backend.library)) {
      last = attempt(backend, run_dir, of, scenario, change);
      if (last.finding == Finding::proven) break;
    }
  } catch (const std::exception& error) {  // what is known of the wait is worth printing all the same
    last.finding = Finding::not_possible;
    last.changed = error.what();
  }
  return last;
}

}  // namespace tb::explain
