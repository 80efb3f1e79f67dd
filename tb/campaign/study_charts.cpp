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
  for (const char c : text) out += c == '\'' ? std::string("''") : std::string(1, static_cast<unsigned char>(c) < ' ' ? ' ' : c);
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

// Axes that a chart has no room for; it shows their first level.
std::vector<std::size_t> other_axes(const Study& study) {
  std::vector<std::size_t> out;
  if (study.design.sampled()) return out;
  for (std::size_t i = 0; i < study.axes.size(); ++i)
    if (i != chart_axis(study) && i != colour_axis(study) && study.axes[i].levels.size() > 1) out.push_back(i);
  return out;
}

std::string first_levels_text(const Study& study) {
  std::string text;
  for (const std::size_t axis : other_axes(study))
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", study.axes[axis].name, study.axes[axis].levels.front().label);
  return text;
}

bool has_values(const StudyResult& result, std::size_t response) {
  return std::ranges::any_of(result.summaries[response], [](const Summary& one) { return one.count > 0; });
}

// One curve per level of the axis that is told apart by colour.
std::vector<std::string> gnuplot_curves(const StudyResult& result, std::size_t response) {
  const Study& study = result.study;
  const bool numbers = study.axes[chart_axis(study)].numeric();
  const std::size_t x = axis_column(chart_axis(study)), y = response_column(study, response);
  std::string shown;  // the condition that a point is in the chart
  for (const std::size_t axis : other_axes(study))
    shown += fmt::format("strcol({}) eq {} && ", axis_column(axis), quoted(study.axes[axis].levels.front().label));
  const auto curve = [&](const std::string& where, const std::string& title) {
    const std::string value =
        where.empty() ? fmt::format("${}", y) : fmt::format("{} ? ${} : NaN", where.substr(0, where.size() - 4), y);
    const std::string at = numbers ? fmt::format("{}", x) : "0";
    const std::string columns = study.design.sampled() ? fmt::format("{}:({})", at, value)
                                                       : fmt::format("{}:({}):{}:{}{}", at, value, y + 1, y + 2,
                                                                     numbers ? "" : fmt::format(":xtic({})", x));
    return fmt::format("'points.csv' skip 1 using {} with {} {}", columns, study.design.sampled() ? "points" : "yerrorlines",
                       title);
  };
  const auto colour = colour_axis(study);
  if (!colour) return {curve(shown, "notitle")};
  std::vector<std::string> out;
  for (const Level& level : study.axes[*colour].levels)
    out.push_back(curve(shown + fmt::format("strcol({}) eq {} && ", axis_column(*colour), quoted(level.label)),
                        "title " + quoted(level.label)));
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
  json::Value out{{"$schema", "https://vega.github.io/schema/vega-lite/v5.json"},
                  {"title", {{"text", study.question}, {"subtitle", first_levels_text(study)}}},
                  {"data", {{"url", "study.csv"}, {"format", {{"type", "csv"}}}}}};
  json::Value filters = json::Value::array();
  for (const std::size_t axis : other_axes(study)) {
    const Level& first = study.axes[axis].levels.front();  // the reader of CSV makes numbers of what looks like one
    filters.push_back({{"filter",
                        {{"field", study.axes[axis].name},
                         {"equal", std::isnan(first.number) ? json::Value(first.label) : json::Value(first.number)}}}});
  }
  if (!filters.empty()) out["transform"] = std::move(filters);
  out["vconcat"] = std::move(charts);
  return out;
}

std::string gnuplot_script(const StudyResult& result) {
  const Study& study = result.study;
  const Axis& axis = study.axes[chart_axis(study)];
  const std::string others = first_levels_text(study);
  std::string out = fmt::format(
      "# SPDX-License-Identifier: Apache-2.0\n# gnuplot study.gp draws study.svg from points.csv.\nset datafile separator "
      "','\nset "
      "terminal svg size 800,{} dynamic\nset output 'study.svg'\nset key outside right top\nset grid\nset multiplot layout {},1 "
      "title {} "
      "noenhanced\nset xlabel {} noenhanced\n",
      300 * study.responses.size() + 40, study.responses.size(),
      quoted(others.empty() ? study.question : study.question + " (" + others + ")"), quoted(with_unit(axis.name, axis.unit)));
  if (log_scale(axis)) out += "set logscale x\n";
  for (std::size_t i = 0; i < study.responses.size(); ++i) {
    if (!has_values(result, i)) continue;
    out += fmt::format("set ylabel {} noenhanced\nplot ", quoted(with_unit(study.responses[i].name, study.responses[i].unit)));
    const std::vector<std::string> curves = gnuplot_curves(result, i);
    for (std::size_t c = 0; c < curves.size(); ++c) out += (c == 0 ? "" : ", \\\n     ") + curves[c];
    out += '\n';
  }
  return out + "unset multiplot\n";
}

}  // namespace tb::campaign
