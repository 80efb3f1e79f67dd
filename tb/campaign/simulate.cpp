// SPDX-License-Identifier: Apache-2.0
#include "tb/campaign/simulate.h"

#include <fmt/format.h>

#include <algorithm>

#include "log/event_hash.h"
#include "log/reader.h"
#include "tb/campaign/packed.h"
#include "tb/config/emit.h"
#include "tb/config/resolved.h"
#include "tb/result/metric.h"
#include "tb/run/binary_hash.h"
#include "tb/run/supervisor.h"

namespace tb::campaign {
namespace {

// Of each response that asks for events: how many there are, or the cycle of the first.
std::map<std::string, double> search(const std::filesystem::path& log, const std::vector<Response>& responses) {
  std::map<std::string, double> found;
  for (const Response& one : responses)
    if (!one.looked_for().empty()) found[one.looked_for()] = one.kind == Response::Kind::count ? 0 : kNothing;
  if (found.empty()) return found;
  event_log::LogReader reader(log.string());
  event_log::EventView event;
  while (reader.next(event)) {
    for (const Response& one : responses) {
      if (one.looked_for().empty() || !event_log::matches(one.event, event)) continue;
      double& value = found[one.looked_for()];
      if (one.kind == Response::Kind::count) ++value;
      else if (std::isnan(value)) value = static_cast<double>(event.cycle);
    }
  }
  return found;
}

Record record_of(const run::Job& job) {
  const config::Scenario& scenario = job.request().scenario;
  const run::RunReport& report = job.report();
  Record out;
  out.scenario = scenario.name;
  out.variant = scenario.variant;
  out.seed = scenario.run.seed;
  out.outcome = report.outcome;
  out.message = report.message;
  if (out.message.empty() && !scenario.schedulers.empty() && !report.evaluation.policy_loaded)
    out.message =
        fmt::format("the policy {} was never loaded: what is measured is fair", scenario.schedulers.front().policy->name);
  out.ending = report.evaluation.ending;
  out.cycles = report.evaluation.cycles;
  out.events = report.evaluation.events;
  out.event_hash = report.evaluation.digest;
  out.clock_mhz = scenario.hardware.clock_mhz;
  out.metrics = packed(report.evaluation.metrics.dump());
  out.host_seconds = report.host_seconds;
  out.cpu_seconds = report.cpu_seconds;
  return out;
}

}  // namespace

std::string key_of(const Backend& backend, const config::Scenario& scenario) {
  return event_log::hash_text(run::binary_hash() + backend.rtl_hash + config::emit_yaml(config::resolved_tree(scenario)));
}

Simulated simulate(const Backend& backend, config::Scenario scenario, const std::filesystem::path& dir,
                   const std::vector<Response>& responses, double hung_after_s) {
  std::vector<run::Job> jobs;
  const std::string key = key_of(backend, scenario);
  run::RunRequest request{std::move(scenario), dir};
  request.bare = true;
  jobs.emplace_back(backend, std::move(request));
  jobs.front().claim_directory();
  static_cast<void>(run::supervise(jobs, {1, hung_after_s}, [](const run::Job&) {}));
  Simulated out{record_of(jobs.front()), jobs.front().report().evaluation.metrics};
  out.record.key = key;
  if (out.record.is_data()) out.record.found = search(dir / "events.bin", responses);
  return out;
}

bool answers(const Record& record, const std::vector<Response>& responses) {
  return std::all_of(responses.begin(), responses.end(), [&record](const Response& one) {
    return one.looked_for().empty() || record.found.contains(one.looked_for());
  });
}

std::vector<double> responses_of(const Record& record, const std::vector<Response>& responses) {
  return responses_of(record, json::parse(unpacked(record.metrics)), responses);
}

std::vector<double> responses_of(const Record& record, const json::Value& metrics, const std::vector<Response>& responses) {
  std::vector<double> out;
  if (!record.is_data()) return std::vector<double>(responses.size(), kNothing);
  for (const Response& one : responses) {
    double value = kNothing;
    switch (one.kind) {
      case Response::Kind::metric:
        if (const auto metric = metric_at(metrics, one.metric)) value = static_cast<double>(*metric);
        break;
      case Response::Kind::cycles: value = static_cast<double>(record.cycles); break;
      case Response::Kind::passed: value = record.outcome == Outcome::kPassed; break;
      case Response::Kind::ending: value = record.ending == one.ending; break;
      case Response::Kind::first:
      case Response::Kind::count: value = record.found.at(one.looked_for()); break;
    }
    out.push_back(one.in_unit(value, record.clock_mhz));
  }
  return out;
}

}  // namespace tb::campaign
