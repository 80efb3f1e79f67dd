// SPDX-License-Identifier: Apache-2.0
#include "tb/result/result.h"

#include <fmt/format.h>

#include <algorithm>

namespace tb {

namespace {

json::Value marks_json(const std::vector<Mark>& marks) {
  json::Value list = json::Value::array();
  for (const Mark& mark : marks)
    list.push_back({{"name", mark.name}, {"cycle", mark.cycle}, {"hart", mark.hart ? json::Value(*mark.hart) : json::Value()}});
  return list;
}

// Results of older versions have none.
std::vector<Mark> marks_from(const json::Value& of) {
  std::vector<Mark> marks;
  if (const json::Value* list = of.find("marks"))
    for (const json::Value& json : *list) {
      Mark mark{json["name"].get<std::string>(), json["cycle"].get<sim::Cycle>()};
      if (!json["hart"].is_null()) mark.hart = json["hart"].get<sim::HartId>();
      marks.push_back(std::move(mark));
    }
  return marks;
}

json::Value expect_json(const std::vector<Expected>& expect) {
  json::Value list = json::Value::array();
  for (const auto& [text, verdict] : expect) {
    json::Value item{
        {"expected", text}, {"passed", verdict.passed}, {"found", verdict.found}, {"cycle", verdict.cycle}, {"event", nullptr}};
    if (!verdict.event.empty()) item["event"] = verdict.event;
    item["marks"] = marks_json(verdict.marks);
    list.push_back(std::move(item));
  }
  return list;
}

json::Value broken_laws_json(const std::vector<BrokenLaw>& laws) {
  json::Value list = json::Value::array();
  for (const BrokenLaw& law : laws)
    list.push_back({{"name", law.name}, {"text", law.text}, {"cycle", law.cycle}, {"hart", law.hart}, {"event", law.event}});
  return list;
}

json::Value exit_json(const std::optional<ExitRecord>& exit) {
  if (!exit) return nullptr;
  return {{"kind", exit->kind.value_or(0)},
          {"code", exit->code.value_or(0)},
          {"reason", exit->reason.value_or("")},
          {"msg", exit->msg.value_or("")}};
}

json::Value waves_json(const Result& result) {
  if (result.waves.empty()) return nullptr;
  json::Value windows = json::Value::array();
  for (const WaveWindow& window : result.waves) windows.push_back(json::Value{{"from", window.from}, {"to", window.to}});
  json::Value waves{{"file", "waves.fst"},
                    {"save_file", nullptr},
                    {"from", result.waves.front().from},
                    {"to", result.waves.back().to},
                    {"windows", windows}};
  if (result.save_file) waves["save_file"] = "waves.gtkw";
  return waves;
}

json::Value check_json(const std::optional<SkipCheck>& check) {
  if (!check) return nullptr;
  return {{"to_cycle", check->to_cycle}, {"ok", check->ok}, {"earlier", check->earlier}};
}

template <typename T>
json::Value object_of(const std::vector<std::pair<std::string, T>>& members) {
  json::Value object = json::Value::object();
  for (const auto& [name, value] : members) object[name] = value;
  return object;
}

// A value with a name, by the table of names.
template <typename Names>
std::size_t place_of(std::string_view name, const Names& names, std::string_view what) {
  for (std::size_t i = 0; i < names.size(); ++i)
    if (names[i] == name) return i;
  throw json::Error(fmt::format("there is no {} '{}'", what, name));
}

Outcome outcome_from(std::string_view name) {
  std::array<std::string_view, kOutcomes.size()> names;
  std::ranges::transform(kOutcomes, names.begin(), &OutcomeInfo::name);
  return static_cast<Outcome>(place_of(name, names, "outcome"));
}

std::optional<ExitRecord> exit_from(const json::Value& json) {
  if (json.is_null()) return std::nullopt;
  return ExitRecord{json["kind"].get<std::int64_t>(), json["code"].get<std::int64_t>(), json["reason"].get<std::string>(),
                    json["msg"].get<std::string>()};
}

std::vector<Expected> expect_from(const json::Value& json) {
  std::vector<Expected> expect;
  for (const json::Value& item : json) {
    Verdict verdict{item["passed"].get<bool>(), item["found"].get<std::string>(), std::nullopt, ""};
    if (!item["cycle"].is_null()) verdict.cycle = item["cycle"].get<sim::Cycle>();
    if (!item["event"].is_null()) verdict.event = item["event"].get<std::string>();
    verdict.marks = marks_from(item);
    expect.push_back({item["expected"].get<std::string>(), std::move(verdict)});
  }
  return expect;
}

std::vector<BrokenLaw> broken_laws_from(const json::Value& json) {
  std::vector<BrokenLaw> laws;
  for (const json::Value& law : json)
    laws.push_back({law["name"].get<std::string>(), law["text"].get<std::string>(), law["cycle"].get<sim::Cycle>(),
                    law["hart"].get<sim::HartId>(), law["event"].get<std::string>()});
  return laws;
}

std::optional<SkipCheck> check_from(const json::Value& json) {
  if (json.is_null()) return std::nullopt;
  return SkipCheck{json["to_cycle"].get<sim::Cycle>(), json["ok"].get<bool>(), json["earlier"].get<bool>()};
}

void read_waves(const json::Value& json, Result& out) {
  if (json.is_null()) return;
  for (const json::Value& window : json["windows"])
    out.waves.push_back({window["from"].get<sim::Cycle>(), window["to"].get<sim::Cycle>()});
  out.save_file = !json["save_file"].is_null();
}

json::Value warnings_json(const std::vector<Warning>& warnings) {
  json::Value list = json::Value::array();
  for (const Warning& warning : warnings)
    list.push_back({{"kind", name_of(warning.kind)},
                    {"cycle", warning.cycle},
                    {"hart", warning.hart ? json::Value(*warning.hart) : json::Value()},
                    {"text", warning.text},
                    {"marks", marks_json(warning.marks)}});
  return list;
}

// Up to version 0.1 the one warning was a text, of a kick_wait.
std::vector<Warning> warnings_from(const json::Value& list) {
  std::vector<Warning> warnings;
  for (const json::Value& json : list) {
    Warning warning;
    warning.kind = WarningKind::kick_wait;
    if (json.is_string()) {
      warning.text = json.get<std::string>();
    } else {
      warning.kind = static_cast<WarningKind>(place_of(json["kind"].get<std::string>(), kWarningNames, "kind of warning"));
      warning.cycle = json["cycle"].get<sim::Cycle>();
      if (!json["hart"].is_null()) warning.hart = json["hart"].get<sim::HartId>();
      warning.text = json["text"].get<std::string>();
      warning.marks = marks_from(json);
    }
    warnings.push_back(std::move(warning));
  }
  return warnings;
}

template <typename T>
std::vector<std::pair<std::string, T>> pairs_from(const json::Value& json) {
  std::vector<std::pair<std::string, T>> pairs;
  if (json.is_null()) return pairs;
  for (const auto& [name, value] : json.items()) pairs.emplace_back(name, value.template get<T>());
  return pairs;
}

}  // namespace

unsigned Result::harts() const { return config["hardware"]["harts"].get<unsigned>(); }
std::uint32_t Result::clock_mhz() const { return config["hardware"]["clock_mhz"].get<std::uint32_t>(); }
std::uint64_t Result::until_us() const { return config["run"]["until_us"].get<std::uint64_t>(); }

std::string Result::version(std::string_view name) const {
  const auto version = std::ranges::find(versions, name, &std::pair<std::string, std::string>::first);
  return version == versions.end() ? std::string() : version->second;
}

json::Value to_json(const Result& result) {
  const double rate = result.host_seconds > 0 ? static_cast<double>(result.cycles) / result.host_seconds : 0;
  return {
      {"scenario", result.scenario},
      {"variant", result.variant},
      {"place", result.place},
      {"question", result.question},
      {"outcome", info(result.outcome).name},
      {"message", result.message},
      {"complete", result.complete},
      {"ending", name_of(result.ending)},
      {"exit", exit_json(result.exit)},
      {"sched_ext", result.sched_ext},
      {"expect", expect_json(result.expect)},
      {"broken_laws", broken_laws_json(result.broken_laws)},
      {"warnings", warnings_json(result.warnings)},
      {"metrics", result.metrics},
      {"cycles", result.cycles},
      {"events", result.events},
      {"seed", result.seed},
      {"hash", {{"events", result.event_hash}, {"config", result.config_hash}, {"rtl", result.rtl_hash}}},
      {"skips", {{"on", result.skip}, {"shipped_rtl", result.shipped_rtl}, {"verified", check_json(result.skip_check)}}},
      {"versions", object_of(result.versions)},
      {"waves", waves_json(result)},
      {"replay", result.replay},
      {"command", result.command},
      {"speed",
       {{"cycles_per_s", rate},
        {"clocks", result.clocks},
        {"ops", result.ops},
        {"host_s", result.host_seconds},
        {"cpu_s", result.cpu_seconds},
        {"profile", result.profile.empty() ? json::Value() : object_of(result.profile)}}},
      {"config", result.config},
  };
}

Result result_from(const json::Value& json) {
  Result out;
  const json::Value& hash = json["hash"];
  const json::Value& speed = json["speed"];
  out.scenario = json["scenario"].get<std::string>();
  out.variant = json["variant"].get<std::string>();
  out.place = json.value("place", 0U);
  out.question = json["question"].get<std::string>();
  out.outcome = outcome_from(json["outcome"].get<std::string>());
  out.message = json["message"].get<std::string>();
  out.complete = json.value("complete", true);
  out.ending = static_cast<Ending>(place_of(json["ending"].get<std::string>(), kEndingNames, "ending"));
  out.exit = exit_from(json["exit"]);
  out.sched_ext = json.value("sched_ext", json::Value());
  out.expect = expect_from(json["expect"]);
  out.broken_laws = broken_laws_from(json.value("broken_laws", json::Value::array()));
  if (const json::Value* warnings = json.find("warnings")) out.warnings = warnings_from(*warnings);
  out.metrics = json["metrics"];
  out.cycles = json["cycles"].get<sim::Cycle>();
  out.events = json["events"].get<std::uint64_t>();
  out.seed = json["seed"].get<std::uint64_t>();
  out.event_hash = hash["events"].get<std::string>();
  out.config_hash = hash["config"].get<std::string>();
  out.rtl_hash = hash["rtl"].get<std::string>();
  if (const json::Value* skips = json.find("skips")) {
    out.skip = skips->value("on", true);
    out.shipped_rtl = skips->value("shipped_rtl", true);
    out.skip_check = check_from((*skips)["verified"]);
  }
  out.versions = pairs_from<std::string>(json["versions"]);
  read_waves(json["waves"], out);
  out.replay = json["replay"].get<std::string>();
  out.command = json.value("command", "");
  out.clocks = speed["clocks"].get<std::uint64_t>();
  out.ops = speed["ops"].get<std::uint64_t>();
  out.host_seconds = speed["host_s"].get<double>();
  out.cpu_seconds = speed.value("cpu_s", 0.0);
  out.profile = pairs_from<double>(speed.value("profile", json::Value()));
  out.config = json["config"];
  return out;
}

Result read_result(const std::filesystem::path& dir) { return result_from(json::read_file(dir / "result.json")); }

}  // namespace tb
