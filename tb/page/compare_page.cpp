// SPDX-License-Identifier: Apache-2.0
#include "tb/page/compare_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "tb/page/html.h"
#include "tb/page/run_meta.h"
#include "tb/page/sections.h"

namespace tb::page {
namespace {

using analysis::ComparedRun;
using analysis::RunComparison;
using event_log::LoggedEvent;
using event_log::Parting;

// In the order in which they use each other.
constexpr const char* kScripts[] = {"data.js",    "format.js",   "lanes.js", "view.js",   "timeline.js",
                                    "details.js", "controls.js", "frame.js", "compare.js"};

// The cycle of a parting in one of the runs.
sim::Cycle cycle_in(const Parting& parting, const event_log::PartingSide& side, bool decision) {
  return decision && !side.after.empty() ? side.after.front().cycle : parting.cycle;
}

// The moments of a run in their order, and where it parts among them.
json::Value flags_with_partings(const RunData& data, const event_log::Partings& partings, bool second) {
  std::vector<json::Value> flags;
  const json::Value moments = flags_json(data);
  for (const json::Value& moment : moments) flags.push_back(moment);
  const auto add = [&](const std::optional<Parting>& parting, bool decision, const char* name, const char* meaning) {
    if (!parting) return;
    const sim::Cycle cycle = cycle_in(*parting, second ? parting->b : parting->a, decision);
    flags.push_back({{"cycle", cycle}, {"name", name}, {"meaning", meaning}, {"parting", true}});
  };
  add(partings.event, false, "first different event", "all events are equal before it");
  add(partings.decision, true, "first different decision", "what is decided is equal before it");
  std::ranges::stable_sort(flags, {}, [](const json::Value& flag) { return flag["cycle"].get<sim::Cycle>(); });
  return flags;
}

// The lanes of one run, and where it parts from the other one.
std::string run_sections(const RunComparison& comparison, bool second, std::string_view part, const Limits& limits) {
  std::optional<Collector> collector;
  const ComparedRun& side = second ? comparison.b : comparison.a;
  const analysis::Subject run = analysis::read_run(
      side.run.dir, [&collector](const analysis::Subject& begun) { collector.emplace(begun.harts); },
      [&collector](const event_log::EventView& event) { collector->on_event(event); });
  const RunData data = collector->take(run.end, limits);
  collector.reset();
  const json::Value flags = flags_with_partings(data, comparison.partings, second);
  const json::Value meta = {{"run", run_json(run)},
                            {"states", states_json()},
                            {"tasks", tasks_json(data)},
                            {"flags", flags},
                            {"left_out", data.left_out},
                            {"schema", event_schema()},
                            {"other_end", (second ? comparison.a : comparison.b).run.end}};
  return meta_section(meta, part) + lane_sections(data, part);
}

// ---- tables

std::string cell(const char* style, std::string_view text) {
  return fmt::format("<td class=\"{}\">{}</td>", style, escaped(text));
}

// `heads`: names, those of numbers with a '#' before them.
std::string table(const char* style, const std::vector<std::string>& heads, const std::string& rows) {
  std::string html = fmt::format("<div class=\"scroll\"><table class=\"figures {}\">\n<thead><tr>", style);
  for (const std::string& head : heads) {
    const bool is_number = head.starts_with('#');
    html += fmt::format("<th class=\"{}\">{}</th>", is_number ? "number" : "name", escaped(is_number ? head.substr(1) : head));
  }
  return html + "</tr></thead>\n<tbody>\n" + rows + "</tbody></table></div>\n";
}

std::string head_of(const char* name, const ComparedRun& side) {
  std::string html = fmt::format("<div><h2>{} &middot; {}</h2><p class=\"facts\">{}</p>", name, escaped(side.run.dir.string()),
                                 escaped(analysis::facts_text(side)));
  if (!side.run.shortfall.empty()) html += fmt::format("<p class=\"note\">{}</p>", escaped(side.run.shortfall));
  return html + "</div>\n";
}

std::string inputs(const RunComparison& comparison) {
  std::string changes, watching;
  for (const analysis::InputChange& change : comparison.inputs)
    (change.watches ? watching : changes) += "<tr>" + cell("name", change.key) + cell("name wrap", change.a.value_or("(none)")) +
                                             cell("name wrap", change.b.value_or("(none)")) + "</tr>\n";
  const std::vector<std::string> heads{"key", "A", "B"};
  std::string html =
      changes.empty() ? "<h2>Inputs</h2>\n<p>The same.</p>\n" : "<h2>Inputs that differ</h2>\n" + table("", heads, changes);
  if (!watching.empty())
    html += "<details><summary>what is looked at, and changes nothing in the machine</summary>\n" + table("", heads, watching) +
            "</details>\n";
  return html;
}

std::string event_row(const char* style, const char* whose, const LoggedEvent& event, const std::string& cycles) {
  return fmt::format("<tr class=\"{}\">", style) + cell("name", whose) + cell("number", cycles) +
         cell("number", std::to_string(event.hart)) + cell("name", event.text) + "</tr>\n";
}

std::string parting(const char* heading, const std::optional<Parting>& where) {
  if (!where) return {};
  std::string rows;
  for (std::size_t i = 0; i < where->a.before.size(); ++i) {
    const LoggedEvent &in_a = where->a.before[i], &in_b = where->b.before[i];
    rows += event_row("both", "A B", in_a,
                      in_a.cycle == in_b.cycle ? std::to_string(in_a.cycle) : fmt::format("{}, {}", in_a.cycle, in_b.cycle));
  }
  for (const auto& [name, style, side] : {std::tuple("A", "a", &where->a), std::tuple("B", "b", &where->b)}) {
    for (const LoggedEvent& event : side->after) rows += event_row(style, name, event, std::to_string(event.cycle));
    if (side->after.empty())
      rows += fmt::format("<tr class=\"{}\">{}{}</tr>\n", style, cell("name", name),
                          "<td></td><td></td><td class=\"name\">nothing more</td>");
  }
  std::string html = fmt::format("<h2>{}</h2>\n<p>Cycle {}, of {}, after {} equal ones.</p>\n", heading, where->cycle,
                                 escaped(where->stream.text()), where->equal) +
                     table("parting", {"", "#cycle", "#hart", "event"}, rows);
  for (const std::string& sentence : analysis::story_text(*where))
    html += fmt::format("<p class=\"facts\">{}</p>\n", escaped(sentence));
  return html;
}

std::string number(std::optional<std::int64_t> value) { return value ? std::to_string(*value) : "\u2013"; }

std::string metrics(const RunComparison& comparison) {
  if (comparison.metrics.empty()) return {};
  std::string most, details;
  for (const analysis::MetricChange& change : comparison.metrics) {
    const auto difference = change.difference();
    const auto percent = change.percent();
    (change.weight == analysis::Weight::kDetail ? details : most) +=
        "<tr>" + cell("name", change.path) + cell("number", number(change.a)) + cell("number", number(change.b)) +
        cell("number", difference ? fmt::format("{:+}", *difference) : "\u2013") +
        cell("number", percent ? fmt::format("{:+.1f}", *percent) : "\u2013") + "</tr>\n";
  }
  const std::vector<std::string> heads{"metric", "#A", "#B", "#difference", "#%"};
  std::string html = "<h2>Metrics that differ</h2>\n" + table("", heads, most);
  if (!details.empty())
    html += "<details><summary>of single harts, tasks and classes, and parts of histograms</summary>\n" +
            table("", heads, details) + "</details>\n";
  return html;
}

std::string tasks(const RunComparison& comparison) {
  if (comparison.tasks.empty()) return {};
  std::string rows;
  const auto ms = [](const std::optional<analysis::TaskGot>& got, const analysis::Subject& run) {
    return got ? fmt::format("{:.3f}", run.ms(static_cast<double>(got->run))) : std::string("\u2013");
  };
  const auto us = [](const std::optional<analysis::TaskGot>& got, const analysis::Subject& run,
                     std::optional<std::int64_t> analysis::TaskGot::*figure) {
    const auto cycles = got ? (*got).*figure : std::nullopt;
    return cycles ? fmt::format("{:.1f}", 1000 * run.ms(static_cast<double>(*cycles))) : std::string("\u2013");
  };
  const analysis::Subject &a = comparison.a.run, &b = comparison.b.run;
  for (const analysis::TaskChange& change : comparison.tasks) {
    rows += "<tr>" + cell("name", change.name) + cell("number", ms(change.a, a)) + cell("number", ms(change.b, b));
    for (const auto figure : {&analysis::TaskGot::wait_p99, &analysis::TaskGot::wait_max})
      rows += cell("number", us(change.a, a, figure)) + cell("number", us(change.b, b, figure));
    rows += cell("name more", analysis::note_text(change)) + "</tr>\n";
  }
  return "<h2>Tasks that got something else</h2>\n" +
         table("", {"task", "#run ms A", "#B", "#wait p99 us A", "#B", "#wait max us A", "#B", ""}, rows);
}

std::string warnings(const char* name, const std::vector<Warning>& list) {
  if (list.empty()) return {};
  std::string html = fmt::format("<h2>Warnings only in {}</h2>\n", name);
  for (const Warning& warning : list)
    html += fmt::format("<p class=\"note\"><b>{}</b>: {}</p>\n", name_of(warning.kind), escaped(warning.text));
  return html;
}

std::string title_of(const RunComparison& comparison) {
  const auto &a = comparison.a.run.result, &b = comparison.b.run.result;
  if (!a || !b) return "Two runs";
  if (a->scenario != b->scenario) return fmt::format("{} and {}", a->scenario, b->scenario);
  if (a->variant != b->variant) return fmt::format("{}: {} and {}", a->scenario, a->variant, b->variant);
  if (a->seed != b->seed) return fmt::format("{}: seeds {} and {}", a->scenario, a->seed, b->seed);
  return fmt::format("{} / {}, twice", a->scenario, a->variant);
}

}  // namespace

std::string compare_page(const RunComparison& comparison, const Limits& limits) {
  const std::string title = title_of(comparison);
  std::string body = fmt::format(
      "<main class=\"run\">\n<header>\n<div class=\"title\"><div><p class=\"kind\">comparison</p><h1>{}</h1></div>"
      "<button id=\"theme\" title=\"light or dark\">&#9680;<span class=\"wide\"> theme</span></button></div>\n"
      "<p class=\"sentence\">{}</p>\n<div class=\"compared\">\n{}{}</div>\n<div id=\"notes\"></div>\n</header>\n",
      escaped(title), escaped(analysis::verdict_text(comparison)), head_of("A", comparison.a), head_of("B", comparison.b));
  if (comparison.a.run.clock_mhz != comparison.b.run.clock_mhz)
    body += "<p class=\"note\">The clocks differ: the lanes are on one scale of cycles, not of time.</p>\n";
  body += asset("compare.html");
  body += "<section>\n" + inputs(comparison) + parting("First different event", comparison.partings.event) +
          parting("First different decision", comparison.partings.decision) + metrics(comparison) + tasks(comparison) +
          warnings("A", comparison.warnings_a) + warnings("B", comparison.warnings_b) +
          "</section>\n<dialog id=\"keys\"></dialog>\n</main>\n";
  body += run_sections(comparison, false, "-a", limits);
  body += run_sections(comparison, true, "-b", limits);
  return document(title, body + scripts(kScripts));
}

}  // namespace tb::page
