// SPDX-License-Identifier: Apache-2.0
// Charts of a study as other programs draw them.
#include <fmt/format.h>

#include <algorithm>

#include "tb/campaign/study_files.h"

namespace tb::campaign {
namespace {

std::string with_unit(const std::string& name, const std::string& unit) {
  return unit.empty() ? name : fmt::format("{} ({})", name, unit);
}

bool log_scale(const Axis& axis) { return axis.span && axis.span->log; }

std::string quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("''") : std::string(1, c);
  return out + "'";
}

json::Value vega_axis(const Axis& axis) {
  json::Value out{
      {"field", axis.name}, {"type", axis.numeric() ? "quantitative" : "nominal"}, {"title", with_unit(axis.name, axis.unit)}};
  if (log_scale(axis)) out["scale"] = {{"type", "log"}};
  return out;
}

// Columns of points.csv, from 1.
std::size_t axis_column(std::size_t axis) { return 2 + axis; }
std::size_t response_column(const Study& study, std::size_t response) { return 2 + study.axes.size() + 4 * response; }

// One curve per level of the axis that is told apart by colour.
std::vector<std::string> gnuplot_curves(const StudyResult& result, std::size_t response) {
  const Study& study = result.study;
  const std::size_t x = axis_column(chart_axis(study)), y = response_column(study, response);
  const std::string style = study.design.sampled() ? "points" : "yerrorlines";
  const auto columns = [&](const std::string& value) {
    const std::string x_column = study.axes[chart_axis(study)].numeric() ? fmt::format("{}", x) : "0";
    if (study.design.sampled()) return fmt::format("{}:({})", x_column, value);
    const std::string ticks = study.axes[chart_axis(study)].numeric() ? "" : fmt::format(":xtic({})", x);
    return fmt::format("{}:({}):{}:{}{}", x_column, value, y + 1, y + 2, ticks);
  };
  const auto colour = colour_axis(study);
  if (!colour) return {fmt::format("'points.csv' skip 1 using {} with {} notitle", columns(fmt::format("${}", y)), style)};
  std::vector<std::string> out;
  for (const Level& level : study.axes[*colour].levels)
    out.push_back(fmt::format("'points.csv' skip 1 using {} with {} title {}",
                              columns(fmt::format("strcol({}) eq {} ? ${} : NaN", axis_column(*colour), quoted(level.label), y)),
                              style, quoted(level.label)));
  return out;
}

}  // namespace

json::Value vega_lite(const StudyResult& result) {
  const Study& study = result.study;
  json::Value charts = json::Value::array();
  const auto colour = colour_axis(study);
  for (const Response& response : study.responses) {
    json::Value encoding{
        {"x", vega_axis(study.axes[chart_axis(study)])},
        {"y", {{"field", response.name}, {"type", "quantitative"}, {"title", with_unit(response.name, response.unit)}}}};
    if (colour) encoding["color"] = {{"field", study.axes[*colour].name}, {"type", "nominal"}};
    json::Value line = encoding;
    line["y"]["aggregate"] = "median";
    charts.push_back(
        {{"width", 480},
         {"height", 240},
         {"layer", json::Value::array({{{"mark", {{"type", "errorband"}, {"extent", "iqr"}}}, {"encoding", encoding}},
                                       {{"mark", {{"type", "line"}, {"point", true}}}, {"encoding", std::move(line)}}})}});
  }
  return {{"$schema", "https://vega.github.io/schema/vega-lite/v5.json"},
          {"title", study.question},
          {"data", {{"url", "study.csv"}, {"format", {{"type", "csv"}}}}},
          {"vconcat", std::move(charts)}};
}

std::string gnuplot_script(const StudyResult& result) {
  const Study& study = result.study;
  const Axis& axis = study.axes[chart_axis(study)];
  std::string out = fmt::format(
      "# SPDX-License-Identifier: Apache-2.0\n# gnuplot study.gp draws study.svg from points.csv.\nset datafile separator "
      "','\nset "
      "terminal svg size 800,{} dynamic\nset output 'study.svg'\nset key outside right top\nset grid\nset multiplot layout {},1 "
      "title {} "
      "noenhanced\nset xlabel {} noenhanced\n",
      300 * study.responses.size() + 40, study.responses.size(), quoted(study.question), quoted(with_unit(axis.name, axis.unit)));
  if (log_scale(axis)) out += "set logscale x\n";
  for (std::size_t i = 0; i < study.responses.size(); ++i) {
    out += fmt::format("set ylabel {} noenhanced\nplot ", quoted(with_unit(study.responses[i].name, study.responses[i].unit)));
    const std::vector<std::string> curves = gnuplot_curves(result, i);
    for (std::size_t c = 0; c < curves.size(); ++c) out += (c == 0 ? "" : ", \\\n     ") + curves[c];
    out += '\n';
  }
  return out + "unset multiplot\n";
}

}  // namespace tb::campaign
