// SPDX-License-Identifier: Apache-2.0
#include "tb/analysis/compare.h"

#include <optional>

#include "tb/monitor/metrics.h"
#include "tb/result/outcome.h"

namespace tb::analysis {
namespace {

ComparedRun read(const std::filesystem::path& dir) {
  std::optional<monitor::Metrics> metrics;
  ComparedRun out;
  out.run = read_run(
      dir, [&](const Subject& begun) { metrics.emplace(begun.harts, begun.tick_cycles(), begun.clock_mhz); },
      [&](const event_log::EventView& event) {
        metrics->on_event(event);
        ++out.events;
      });
  metrics->finish(out.run.end);
  out.metrics = metrics->to_json();
  out.warnings = metrics->warnings();
  return out;
}

json::Value run_json(const ComparedRun& side) {
  const Subject& run = side.run;
  json::Value json = {{"dir", run.dir.string()}, {"harts", run.harts},   {"clock_mhz", run.clock_mhz}, {"cycles", run.end},
                      {"events", side.events},   {"shortfall", nullptr}, {"scenario", nullptr},        {"variant", nullptr},
                      {"seed", nullptr},         {"outcome", nullptr},   {"ending", nullptr},          {"message", nullptr}};
  if (!run.shortfall.empty()) json["shortfall"] = run.shortfall;
  if (!run.result) return json;
  json.update({{"scenario", run.result->scenario},
               {"variant", run.result->variant},
               {"seed", run.result->seed},
               {"outcome", info(run.result->outcome).name},
               {"ending", name_of(run.result->ending)},
               {"message", run.result->message}});
  return json;
}

json::Value events_json(const std::vector<event_log::LoggedEvent>& events) {
  json::Value list = json::Value::array();
  for (const event_log::LoggedEvent& event : events)
    list.push_back({{"cycle", event.cycle}, {"hart", event.hart}, {"event", event.text}});
  return list;
}

json::Value stay_json(const event_log::Stay& stay) { return {{"task", stay.task}, {"from", stay.from}}; }

json::Value side_json(const event_log::PartingSide& side) {
  json::Value runs = json::Value::array();
  for (const event_log::Stay& stay : side.runs) runs.push_back(stay_json(stay));
  return {{"before", events_json(side.before)},
          {"after", events_json(side.after)},
          {"ran", side.ran ? stay_json(*side.ran) : json::Value()},
          {"runs", runs}};
}

json::Value parting_json(const std::optional<event_log::Parting>& parting) {
  if (!parting) return nullptr;
  return {{"cycle", parting->cycle}, {"hart", parting->hart},      {"of", parting->stream.text()},
          {"equal", parting->equal}, {"a", side_json(parting->a)}, {"b", side_json(parting->b)}};
}

json::Value task_json(const std::optional<TaskGot>& got) {
  if (!got) return nullptr;
  return {{"run_cycles", got->run}, {"wait_p99", got->wait_p99}, {"wait_max", got->wait_max}, {"ran", got->ran}};
}

json::Value warnings_json(const std::vector<Warning>& warnings) {
  json::Value list = json::Value::array();
  for (const Warning& warning : warnings)
    list.push_back({{"kind", name_of(warning.kind)}, {"cycle", warning.cycle}, {"hart", warning.hart}, {"text", warning.text}});
  return list;
}

}  // namespace

RunComparison compare_runs(const std::filesystem::path& a, const std::filesystem::path& b, std::size_t context) {
  RunComparison out;
  const auto log_a = log_of(a), log_b = log_of(b);  // before the first is read, both are looked for
  out.a = read(a);
  out.b = read(b);
  out.inputs = input_changes(out.a.run, out.b.run);
  out.partings = event_log::find_partings(log_a.string(), log_b.string(), context);
  out.metrics = metric_changes(out.a.metrics, out.b.metrics);
  out.tasks = task_changes(out.a.metrics["tasks"], out.b.metrics["tasks"]);
  out.warnings_a = only_here(out.a.warnings, out.b.warnings);
  out.warnings_b = only_here(out.b.warnings, out.a.warnings);
  return out;
}

json::Value compare_json(const RunComparison& comparison) {
  json::Value inputs = json::Value::array(), metrics = json::Value::array(), tasks = json::Value::array();
  for (const InputChange& input : comparison.inputs)
    inputs.push_back({{"key", input.key}, {"a", input.a}, {"b", input.b}, {"watches", input.watches}});
  for (const MetricChange& metric : comparison.metrics)
    metrics.push_back({{"metric", metric.path},
                       {"a", metric.a},
                       {"b", metric.b},
                       {"difference", metric.difference()},
                       {"percent", metric.percent()}});
  for (const TaskChange& task : comparison.tasks)
    tasks.push_back({{"task", task.name}, {"a", task_json(task.a)}, {"b", task_json(task.b)}});
  return {{"same", comparison.same()},
          {"a", run_json(comparison.a)},
          {"b", run_json(comparison.b)},
          {"inputs", inputs},
          {"equal_events", comparison.partings.equal},
          {"event", parting_json(comparison.partings.event)},
          {"decision", parting_json(comparison.partings.decision)},
          {"metrics", metrics},
          {"tasks", tasks},
          {"warnings", {{"a", warnings_json(comparison.warnings_a)}, {"b", warnings_json(comparison.warnings_b)}}}};
}

}  // namespace tb::analysis
