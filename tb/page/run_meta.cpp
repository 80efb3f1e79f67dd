// SPDX-License-Identifier: Apache-2.0
#include "tb/page/run_meta.h"

#include <fmt/format.h>

#include "tb/page/html.h"
#include "tb/page/sections.h"
#include "tb/report/sentence.h"
#include "tb/result/outcome.h"

namespace tb::page {
namespace {

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

}  // namespace

json::Value states_json() {
  json::Value states = json::Value::array();
  for (const StateText& state : kHartStates) states.push_back({{"name", state.name}, {"meaning", state.meaning}});
  return states;
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

std::string meta_section(const json::Value& meta, std::string_view part) {
  return fmt::format("<script type=\"application/json\" id=\"data-meta{}\">{}</script>\n", part, script_json(meta));
}

std::string data_section(std::string_view name, const Packer& packer) {
  return fmt::format("<script type=\"application/octet-stream\" id=\"data-{}\">{}</script>\n", name, packer.text());
}

std::string lane_sections(const RunData& data, std::string_view part) {
  std::string text;
  const auto add = [&](std::string_view name, const Packer& packer) {
    text += data_section(fmt::format("{}{}", name, part), packer);
  };
  add("harts", pack_harts(data));
  add("irqs-off", pack_irqs_off(data));
  add("tasks", pack_tasks(data));
  add("waits", pack_waits(data));
  add("ipis", pack_ipis(data));
  add("marks", pack_marks(data));
  return text;
}

std::string scripts(std::span<const char* const> names) {
  std::string text = "<script>\n\"use strict\";\n";
  for (const char* const name : names) text += asset(name);
  return text + "</script>\n";
}

}  // namespace tb::page
