// SPDX-License-Identifier: Apache-2.0
#include "tb/report/result.h"

#include <algorithm>

#include "tb/config/emit.h"
#include "tb/config/keys.h"
#include "tb/config/resolved.h"
#include "tb/log/event_hash.h"
#include "tb/report/binary_hash.h"
#include "tb/report/summary.h"

namespace tb::report {

using nlohmann::ordered_json;

namespace {

ordered_json expect_json(const std::vector<Expectation>& expectations, const std::vector<expect::Verdict>& verdicts) {
  ordered_json list = ordered_json::array();
  for (std::size_t i = 0; i < verdicts.size(); ++i) {  // none if the log could not be read
    const expect::Verdict& verdict = verdicts[i];
    ordered_json item{{"expected", expectations[i].text},
                      {"passed", verdict.passed},
                      {"found", verdict.found},
                      {"cycle", nullptr},
                      {"event", nullptr}};
    if (verdict.cycle) item["cycle"] = *verdict.cycle;
    if (!verdict.event.empty()) item["event"] = verdict.event;
    list.push_back(std::move(item));
  }
  return list;
}

ordered_json exit_json(const std::optional<ExitRecord>& exit) {
  if (!exit) return nullptr;
  return {{"kind", exit->kind.value_or(0)},
          {"code", exit->code.value_or(0)},
          {"reason", exit->reason.value_or("")},
          {"msg", exit->msg.value_or("")}};
}

ordered_json waves_json(const run::RunReport& report) {
  if (report.waves.empty()) return nullptr;
  const auto end = [&report](const run::WaveWindow& window) { return std::min(window.to, report.evaluation.cycles); };
  ordered_json waves{{"file", "waves.fst"},
                     {"save_file", nullptr},
                     {"from", report.waves.front().from},
                     {"to", end(report.waves.back())},
                     {"windows", ordered_json::array()}};
  for (const run::WaveWindow& window : report.waves)
    waves["windows"].push_back({{"from", window.from}, {"to", end(window)}});
  if (report.save_file) waves["save_file"] = "waves.gtkw";
  return waves;
}

// Null if there was no need, or the run did not get there.
ordered_json skip_json(const run::RunReport& report) {
  if (!report.skip_check) return nullptr;
  const run::SkipCheck& check = *report.skip_check;
  return {{"to_cycle", check.to_cycle}, {"ok", check.ok}, {"earlier", check.earlier}};
}

// Null without --profile.
ordered_json profile_json(const run::RunReport& report) {
  if (report.profile == decltype(report.profile){}) return nullptr;
  ordered_json shares = ordered_json::object();
  for (std::size_t part = 0; part < report.profile.size(); ++part) shares[kProfileParts[part]] = report.profile[part];
  return shares;
}

}  // namespace

std::string config_hash(const config::Scenario& scenario) {
  return log::hash_text(config::emit_yaml(config::resolved_tree(scenario)));
}

ordered_json result_json(const Backend& backend, const run::Job& job) {
  const run::RunRequest& request = job.request();
  const run::RunReport& report = job.report();
  const config::Scenario& scenario = request.scenario;
  const run::Evaluation& seen = report.evaluation;
  const config::Tree resolved = config::resolved_tree(scenario);
  ordered_json versions = ordered_json::object();
  for (const auto& [name, version] : backend.versions) versions[name] = version;
  versions["binary"] = binary_hash();
  const double rate = report.host_seconds > 0 ? static_cast<double>(seen.cycles) / report.host_seconds : 0;
  return {
      {"scenario", scenario.name},
      {"variant", scenario.variant},
      {"question", scenario.question},
      {"outcome", info(report.outcome).name},
      {"message", report.message},
      {"complete", !report.cut_short},
      {"ending", config::keys::kEndingNames[static_cast<std::size_t>(seen.ending)]},
      {"exit", exit_json(seen.exit)},
      {"sched_ext", seen.sysfs},
      {"expect", expect_json(scenario.expect, seen.verdicts)},
      {"warnings", seen.warnings},
      {"metrics", seen.metrics},
      {"cycles", seen.cycles},
      {"events", seen.events},
      {"seed", scenario.run.seed},
      {"hash",
       {{"events", seen.digest}, {"config", config_hash(scenario)}, {"rtl", backend.rtl_hash}}},
      {"skips", {{"shipped_rtl", backend.rtl_is_shipped()}, {"verified", skip_json(report)}}},
      {"versions", versions},
      {"waves", waves_json(report)},
      {"replay", job.how_to_repeat()},
      {"command", request.command},
      {"speed",
       {{"cycles_per_s", rate}, {"clocks", report.clocks}, {"ops", report.ops}, {"host_s", report.host_seconds},
        {"cpu_s", report.cpu_seconds}, {"profile", profile_json(report)}}},
      {"config", config::to_json(resolved)},
  };
}

}  // namespace tb::report
