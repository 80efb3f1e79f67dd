// SPDX-License-Identifier: Apache-2.0
#include "tb/campaign/study_files.h"

#include <fmt/format.h>

#include <algorithm>

#include "tb/campaign/found.h"
#include "tb/run/run_directory.h"

namespace tb::campaign {
namespace {

// A field of a CSV line (RFC 4180).
std::string field(const std::string& text) {
  if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + '"';
}

void add_axes(const StudyResult& result, const Point& point, std::string& line) {
  for (std::size_t axis = 0; axis < point.size(); ++axis) line += ',' + field(label_at(result.study, point, axis));
}

std::string axis_names(const Study& study) {
  std::string line;
  for (const Axis& axis : study.axes) line += ',' + axis.name;
  return line;
}

std::string meaning_of(const Response& response) {
  switch (response.kind) {
    case Response::Kind::metric: return "metric " + response.metric;
    case Response::Kind::cycles: return "length of the run";
    case Response::Kind::passed: return "1 if all expectations held";
    case Response::Kind::ending: return fmt::format("1 if the ending was {}", name_of(response.ending));
    case Response::Kind::first: return "time of the first " + event_log::to_string(response.event);
    case Response::Kind::count: return "number of " + event_log::to_string(response.event);
  }
  return {};
}

// Numbers as numbers, so that readers need no guess.
json::Value level_json(const Study& study, const Point& point, std::size_t axis) {
  const Level level = level_at(study.axes[axis], point[axis]);
  if (std::isnan(level.number)) return level.label;
  return static_cast<std::int64_t>(level.number);
}

json::Value point_json(const Study& study, const Point& point) {
  json::Value out = json::Value::object();
  for (std::size_t axis = 0; axis < point.size(); ++axis) out[study.axes[axis].name] = level_json(study, point, axis);
  return out;
}

json::Value run_json(const StudyResult& result, std::size_t point, std::size_t seed) {
  const Study& study = result.study;
  const Measured& run = result.run(point, seed);
  json::Value responses = json::Value::object();
  for (std::size_t i = 0; i < study.responses.size(); ++i) responses[study.responses[i].name] = number_or_null(run.responses[i]);
  const Setting setting = setting_of(study, result.points.points[point], study.seeds[seed]);
  json::Value out{{"point", point},
                  {"axes", point_json(study, result.points.points[point])},
                  {"seed", study.seeds[seed]},
                  {"responses", std::move(responses)},
                  {"outcome", run.failed && run.cycles == 0 ? "none" : info(run.outcome).name},
                  {"cycles", run.cycles},
                  {"event_hash", run.event_hash},
                  {"command", "scx-cosim run " + run_arguments(study, setting)}};
  if (!run.message.empty()) out[run.failed ? "failed" : "message"] = run.message;
  return out;
}

json::Value interval_json(const Interval& interval) {
  return json::Value::array({number_or_null(interval.low), number_or_null(interval.high)});
}

json::Value summary_json(const Summary& summary) {
  return {{"median", number_or_null(summary.median)},
          {"interval", interval_json(summary.interval)},
          {"least", number_or_null(summary.least)},
          {"most", number_or_null(summary.most)},
          {"count", summary.count}};
}

json::Value points_json(const StudyResult& result) {
  json::Value out = json::Value::array();
  for (std::size_t i = 0; i < result.points.points.size(); ++i) {
    json::Value responses = json::Value::object();
    for (std::size_t r = 0; r < result.study.responses.size(); ++r)
      responses[result.study.responses[r].name] = summary_json(result.summaries[r][i]);
    out.push_back({{"axes", point_json(result.study, result.points.points[i])}, {"responses", std::move(responses)}});
  }
  return out;
}

json::Value effects_json(const Study& study, const Effects& effects) {
  json::Value main = json::Value::object(), pairs = json::Value::array();
  for (std::size_t i = 0; i < effects.main.size(); ++i) {
    json::Value means = json::Value::array();
    for (const double mean : effects.main[i].level_means) means.push_back(number_or_null(mean));
    main[study.axes[i].name] = {
        {"share", effects.main[i].share}, {"range", number_or_null(effects.main[i].range)}, {"means", std::move(means)}};
  }
  for (const Interaction& one : effects.interactions)
    pairs.push_back({{"axes", json::Value::array({study.axes[one.a].name, study.axes[one.b].name})}, {"share", one.share}});
  return {{"main", std::move(main)},
          {"interactions", std::move(pairs)},
          {"rest", effects.rest},
          {"shared", effects.shared},
          {"points", effects.used}};
}

json::Value changes_json(const Study& study, const std::vector<Change>& changes) {
  json::Value out = json::Value::object();
  for (std::size_t i = 0; i < changes.size(); ++i)
    out[study.axes[i].name] = {{"median", number_or_null(changes[i].median)},
                               {"interval", interval_json(changes[i].interval)},
                               {"pairs", changes[i].pairs}};
  return out;
}

json::Value indices_json(const Study& study, const ResponseAnswers& answers) {
  json::Value out = json::Value::object();
  for (std::size_t i = 0; i < study.axes.size(); ++i) {
    if (!answers.sobol.empty()) {
      const SobolIndex& s = answers.sobol[i];
      out[study.axes[i].name] = {{"first", number_or_null(s.first)},
                                 {"first_interval", interval_json(s.first_interval)},
                                 {"total", number_or_null(s.total)},
                                 {"total_interval", interval_json(s.total_interval)}};
    } else {
      const MorrisEffect& m = answers.morris[i];
      out[study.axes[i].name] = {{"mu", number_or_null(m.mu)},
                                 {"mu_star", number_or_null(m.mu_star)},
                                 {"mu_star_interval", interval_json(m.mu_star_interval)},
                                 {"sigma", number_or_null(m.sigma)}};
    }
  }
  return out;
}

json::Value response_answers_json(const StudyResult& result) {
  json::Value out = json::Value::object();
  for (std::size_t i = 0; i < result.answers.size(); ++i) {
    const ResponseAnswers& answers = result.answers[i];
    json::Value one = json::Value::object();
    if (answers.effects) one["effects"] = effects_json(result.study, *answers.effects);
    if (answers.effects) one["changes"] = changes_json(result.study, answers.changes);
    if (answers.effects) one["noise"] = answers.noise;
    if (!answers.sobol.empty()) one["sobol"] = indices_json(result.study, answers);
    if (!answers.morris.empty()) one["morris"] = indices_json(result.study, answers);
    if (answers.groups_used > 0) one["groups"] = answers.groups_used;
    out[result.study.responses[i].name] = std::move(one);
  }
  return out;
}

json::Value flips_json(const StudyResult& result) {
  const Study& study = result.study;
  json::Value out = json::Value::array();
  for (const Flip& flip : result.flips) {
    const Cliff& cliff = study.cliffs[flip.cliff];
    json::Value others = point_json(study, flip.point);
    others.erase(study.axes[cliff.axis].name);
    out.push_back({{"axis", study.axes[cliff.axis].name},
                   {"response", study.responses[cliff.response].name},
                   {"at_least", cliff.at_least},
                   {"others", std::move(others)},
                   {"seed", flip.seed},
                   {"below", flip.below},
                   {"above", flip.above},
                   {"reached", flip.rises ? "from above on" : "up to below"},
                   {"unsure", flip.unsure}});
  }
  return out;
}

json::Value fronts_json(const StudyResult& result) {
  json::Value out = json::Value::array();
  for (std::size_t i = 0; i < result.fronts.size(); ++i) {
    const Pareto& pair = result.study.pareto[i];
    out.push_back(
        {{"x", result.study.responses[pair.x].name}, {"y", result.study.responses[pair.y].name}, {"points", result.fronts[i]}});
  }
  return out;
}

json::Value axes_json(const Study& study) {
  json::Value out = json::Value::array();
  for (const Axis& axis : study.axes) {
    json::Value levels = json::Value::array();
    for (const Level& level : axis.levels)
      levels.push_back(std::isnan(level.number) ? json::Value(level.label)
                                                : json::Value(static_cast<std::int64_t>(level.number)));
    json::Value one{{"name", axis.name}, {"key", axis.key}, {"unit", axis.unit}, {"levels", std::move(levels)}};
    if (axis.span) one["span"] = {{"low", axis.span->low}, {"high", axis.span->high}, {"log", axis.span->log}};
    out.push_back(std::move(one));
  }
  return out;
}

}  // namespace

std::string number_text(double value) { return std::isnan(value) ? std::string() : fmt::format("{}", value); }

std::string label_at(const Study& study, const Point& point, std::size_t axis) {
  return point[axis].level == Coordinate::kNoLevel ? std::to_string(point[axis].value)
                                                   : study.axes[axis].levels[point[axis].level].label;
}

std::size_t chart_axis(const Study& study) {
  for (std::size_t i = 0; i < study.axes.size(); ++i)
    if (study.axes[i].numeric() && study.axes[i].levels.size() != 1) return i;
  return 0;
}

std::optional<std::size_t> colour_axis(const Study& study) {
  for (std::size_t i = 0; i < study.axes.size(); ++i)
    if (i != chart_axis(study) && study.axes[i].levels.size() > 1) return i;
  return {};
}

std::string csv_text(const StudyResult& result) {
  const Study& study = result.study;
  std::string out = "point" + axis_names(study) + ",seed";
  for (const Response& response : study.responses) out += ',' + response.name;
  out += ",outcome,cycles,event_hash\n";
  for (std::size_t point = 0; point < result.points.points.size(); ++point) {
    for (std::size_t seed = 0; seed < study.seeds.size(); ++seed) {
      const Measured& run = result.run(point, seed);
      std::string line = std::to_string(point);
      add_axes(result, result.points.points[point], line);
      line += fmt::format(",{}", study.seeds[seed]);
      for (const double value : run.responses) line += ',' + number_text(value);
      out += line + fmt::format(",{},{},{}\n", run.failed ? "failed" : info(run.outcome).name, run.cycles, run.event_hash);
    }
  }
  return out;
}

std::string points_text(const StudyResult& result) {
  const Study& study = result.study;
  std::string out = "point" + axis_names(study);
  for (const Response& r : study.responses) out += fmt::format(",{0},{0}_low,{0}_high,{0}_runs", r.name);
  out += '\n';
  for (std::size_t point = 0; point < result.points.points.size(); ++point) {
    std::string line = std::to_string(point);
    add_axes(result, result.points.points[point], line);
    for (std::size_t r = 0; r < study.responses.size(); ++r) {
      const Summary& s = result.summaries[r][point];
      line +=
          fmt::format(",{},{},{},{}", number_text(s.median), number_text(s.interval.low), number_text(s.interval.high), s.count);
    }
    out += line + '\n';
  }
  return out;
}

std::string columns_text(const StudyResult& result) {
  std::string out = "column,unit,meaning\npoint,,number of the point in the order of the design\n";
  for (const Axis& axis : result.study.axes)
    out += fmt::format("{},{},{}\n", axis.name, field(axis.unit), field(axis.key.empty() ? "levels by name" : "key " + axis.key));
  out += "seed,,seed of the run\n";
  for (const Response& r : result.study.responses)
    out += fmt::format("{},{},{}\n", r.name, field(r.unit), field(meaning_of(r) + (r.more_is_better ? "; more is better" : "")));
  return out +
         "outcome,,how the run turned out; failed: there is no data\ncycles,cycles,length of the run\n"
         "event_hash,,hash of all events of the run\n";
}

std::string ndjson_text(const StudyResult& result) {
  std::string out;
  for (std::size_t point = 0; point < result.points.points.size(); ++point)
    for (std::size_t seed = 0; seed < result.study.seeds.size(); ++seed) out += run_json(result, point, seed).dump() + '\n';
  return out;
}

json::Value answers_json(const StudyResult& result) {
  const Study& study = result.study;
  json::Value responses = json::Value::array();
  for (const Response& r : study.responses)
    responses.push_back(
        {{"name", r.name}, {"unit", r.unit}, {"goal", r.more_is_better ? "more" : "less"}, {"meaning", meaning_of(r)}});
  return {{"study", study.name},         {"question", study.question},        {"scenario", study.scenario_name},
          {"axes", axes_json(study)},    {"responses", std::move(responses)}, {"seeds", study.seeds},
          {"runs", result.runs.size()},  {"failed", result.failed()},         {"left_out", result.points.left_out},
          {"hash", result.hash},         {"points", points_json(result)},     {"answers", response_answers_json(result)},
          {"flips", flips_json(result)}, {"fronts", fronts_json(result)}};
}

void write_files(const StudyResult& result, const std::filesystem::path& dir) {
  run::write_file(dir / "study.csv", csv_text(result));
  run::write_file(dir / "columns.csv", columns_text(result));
  run::write_file(dir / "points.csv", points_text(result));
  run::write_file(dir / "study.ndjson", ndjson_text(result));
  run::write_file(dir / "answers.json", answers_json(result).dump(1) + '\n');
  run::write_file(dir / "study.vl.json", vega_lite(result).dump(1) + '\n');
  run::write_file(dir / "study.gp", gnuplot_script(result));
}

}  // namespace tb::campaign
