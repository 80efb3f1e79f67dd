// SPDX-License-Identifier: Apache-2.0
#include "tb/page/study_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "tb/page/html.h"
#include "tb/page/run_meta.h"

namespace tb::page {
namespace {

using campaign::Axis;
using campaign::Study;
using campaign::StudyResult;

// In the order in which they use each other.
constexpr const char* kScripts[] = {"data.js",        "format.js",      "frame.js",        "tables.js",       "study_data.js",
                                    "study_scale.js", "study_chart.js", "study_lines.js",  "study_heat.js",   "study_effects.js",
                                    "study_dots.js",  "study_panel.js", "study_cliffs.js", "study_points.js", "study.js"};

Packer packed(const json::Value& value) {
  const std::string text = value.dump();
  Packer packer;
  packer.put(std::span(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()));
  return packer;
}

bool variants_vary(const Study& study) {
  return std::any_of(study.axes.begin(), study.axes.end(), [](const Axis& axis) {
    return std::any_of(axis.levels.begin(), axis.levels.end(),
                       [](const campaign::Level& level) { return !level.variant.empty(); });
  });
}

std::string counted(std::size_t count, const char* what) { return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s"); }

std::string facts(const StudyResult& result) {
  const Study& study = result.study;
  std::string text = "scenario " + study.scenario_name;
  if (!variants_vary(study) && !study.variant.empty()) text += ", variant " + study.variant;
  text += fmt::format(" \u00b7 {}, {} \u00d7 {} = {} \u00b7 {} failed", name_of(study.design.kind),
                      counted(result.points.points.size(), "point"), counted(study.seeds.size(), "seed"),
                      counted(result.runs.size(), "run"), result.failed());
  if (result.points.left_out > 0)
    text += fmt::format(" \u00b7 {} left out by conditions", counted(result.points.left_out, "point"));
  return text + fmt::format(" \u00b7 study.csv has hash {}", result.hash);
}

}  // namespace

std::string study_page(const StudyResult& result, const StudyLimits& limits) {
  const StudyData data = study_data(result, limits);
  std::string body = fmt::format(
      "<main class=\"study\">\n<header>\n<div class=\"title\"><div><p class=\"kind\">study {}</p><h1>{}</h1></div>"
      "<button id=\"theme\" title=\"light or dark\">&#9680;<span class=\"wide\"> theme</span></button></div>\n"
      "<p class=\"facts\">{}</p>\n<div id=\"notes\"></div>\n</header>\n",
      escaped(result.study.name), escaped(result.study.question), escaped(facts(result)));
  body += asset("study.html");
  body += "</main>\n" + meta_section(data.meta, "");
  body += data_section("points", packed(data.points)) + data_section("runs", packed(data.runs));
  return document(result.study.name, body + scripts(kScripts), asset("study.css"));
}

}  // namespace tb::page
