// SPDX-License-Identifier: Apache-2.0
#include "tb/page/run_page.h"

#include <fmt/format.h>

#include <fstream>
#include <iterator>
#include <optional>

#include "log/decode.h"
#include "tb/analysis/subject.h"
#include "tb/monitor/metrics.h"
#include "tb/page/event_section.h"
#include "tb/page/html.h"
#include "tb/page/sections.h"
#include "tb/report/sentence.h"
#include "tb/result/outcome.h"

namespace tb::page {
namespace {

namespace fs = std::filesystem;

// In the order in which they use each other.
constexpr const char* kScripts[] = {"data.js",   "format.js", "lanes.js",  "view.js",     "timeline.js", "details.js",
                                    "charts.js", "tables.js", "events.js", "controls.js", "main.js"};
constexpr std::size_t kTextMax = 400'000;  // bytes of a file that is shown as it is

std::string text_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  if (text.size() > kTextMax)
    text = text.substr(0, kTextMax) + fmt::format("\n... the rest is in {}\n", file.filename().string());
  return text;
}

json::Value states_json() {
  json::Value states = json::Value::array();
  for (const StateText& state : kHartStates) states.push_back({{"name", state.name}, {"meaning", state.meaning}});
  return states;
}

json::Value expectations_json(const Result& result) {
  json::Value list = json::Value::array();
  for (const auto& [expected, verdict] : result.expect)
    list.push_back({{"expected", expected}, {"passed", verdict.passed}, {"found", verdict.found}, {"cycle", verdict.cycle}});
  return list;
}

json::Value warnings_json(const Result& result) {
  json::Value list = json::Value::array();
  for (const Warning& warning : result.warnings)
    list.push_back({{"name", name_of(warning.kind)}, {"text", warning.text}, {"cycle", warning.cycle}, {"hart", warning.hart}});
  return list;
}

json::Value run_json(const analysis::Subject& run) {
  json::Value json = {{"dir", run.dir.string()}, {"harts", run.harts},        {"clock_mhz", run.clock_mhz}, {"hz", run.hz},
                      {"end", run.end},          {"shortfall", run.shortfall}};
  if (!run.result) return json;
  const Result& result = *run.result;
  json.update({{"scenario", result.scenario},
               {"variant", result.variant},
               {"question", result.question},
               {"sentence", report::sentence(result)},
               {"outcome", info(result.outcome).name},
               {"passed", result.outcome == Outcome::kPassed},
               {"message", result.message},
               {"ending", name_of(result.ending)},
               {"complete", result.complete},
               {"seed", result.seed},
               {"events", result.events},
               {"hash", result.event_hash},
               {"replay", result.replay},
               {"command", result.command},
               {"warnings", warnings_json(result)},
               {"expect", expectations_json(result)}});
  return json;
}

json::Value tasks_json(const RunData& data) {
  json::Value tasks = json::Value::array();
  for (const TaskName& task : data.tasks) tasks.push_back({{"pid", task.pid}, {"comm", task.comm}, {"class", task.sched_class}});
  return tasks;
}

json::Value flags_json(const RunData& data) {
  json::Value flags = json::Value::array();
  for (const Flag& flag : data.flags) flags.push_back({{"cycle", flag.cycle}, {"name", flag.name}, {"meaning", flag.meaning}});
  return flags;
}

std::string section(const char* name, const Packer& packer) {
  return fmt::format("<script type=\"application/octet-stream\" id=\"data-{}\">{}</script>\n", name, packer.text());
}

// The events that the table does not hold, a sentence; empty: it holds all.
std::string left_out_text(const std::vector<std::uint8_t>& kinds, const EventCounts& counts) {
  if (kinds.empty()) return {};
  std::string names;
  for (const std::uint8_t kind : kinds)
    names += fmt::format("{}{} ({})", names.empty() ? "" : ", ", event_log::type_of(kind).name, counts[kind]);
  return fmt::format("The table of events leaves out {}; `scx-cosim events` prints them.", names);
}

// Everything that is read from the log in one pass.
struct Pass {
  std::optional<Collector> collector;
  std::optional<monitor::Metrics> metrics;  // none: result.json has them
  EventCounts counts{};

  void begin(const analysis::Subject& run) {
    collector.emplace(run.harts);
    if (!run.result || run.result->metrics.is_null()) metrics.emplace(run.harts, run.tick_cycles(), run.clock_mhz);
  }
  void on_event(const event_log::EventView& event) {
    ++counts[event.id];
    collector->on_event(event);
    if (metrics) metrics->on_event(event);
  }
  [[nodiscard]] json::Value metrics_of(const analysis::Subject& run) {
    if (!metrics) return run.result->metrics;
    metrics->finish(run.end);
    return metrics->to_json();
  }
};

std::string title_of(const analysis::Subject& run) {
  return run.result ? fmt::format("{}/{}", run.result->scenario, run.result->variant) : run.dir.string();
}

}  // namespace

RunPage run_page(const fs::path& run_dir, const std::string& index, const Limits& limits) {
  Pass pass;
  const analysis::Subject run = analysis::read_run(
      run_dir, [&pass](const analysis::Subject& begun) { pass.begin(begun); },
      [&pass](const event_log::EventView& event) { pass.on_event(event); });
  RunData data = pass.collector->take(run.end, limits);
  const auto kinds = kinds_to_leave_out(pass.counts, limits.events);
  if (std::string text = left_out_text(kinds, pass.counts); !text.empty()) data.left_out.push_back(std::move(text));
  const json::Value meta = {{"run", run_json(run)},
                            {"index", index},
                            {"metrics", pass.metrics_of(run)},
                            {"states", states_json()},
                            {"tasks", tasks_json(data)},
                            {"flags", flags_json(data)},
                            {"left_out", data.left_out},
                            {"schema", event_schema()},
                            {"config", text_of(run_dir / "config.yaml")},
                            {"dump", text_of(run_dir / "dump.txt")},
                            {"console", text_of(run_dir / "console.log")}};
  std::string body(asset("run.html"));
  body += fmt::format("<script type=\"application/json\" id=\"data-meta\">{}</script>\n", script_json(meta));
  body += section("harts", pack_harts(data)) + section("irqs-off", pack_irqs_off(data)) + section("tasks", pack_tasks(data)) +
          section("waits", pack_waits(data)) + section("ipis", pack_ipis(data)) + section("marks", pack_marks(data)) +
          section("events", pack_events(analysis::log_of(run_dir), kinds));
  body += "<script>\n\"use strict\";\n";
  for (const char* script : kScripts) body += asset(script);
  body += "</script>\n";
  return {document(title_of(run), body), run.shortfall};
}

}  // namespace tb::page
