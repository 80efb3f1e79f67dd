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
#include "tb/page/run_meta.h"
#include "tb/page/sections.h"
#include "tb/page/whys.h"

namespace tb::page {
namespace {

namespace fs = std::filesystem;

// In the order in which they use each other.
constexpr const char* kScripts[] = {"data.js",   "format.js", "lanes.js",  "view.js",     "timeline.js", "details.js",
                                    "charts.js", "tables.js", "events.js", "controls.js", "frame.js",    "main.js"};
constexpr std::size_t kTextMax = 400'000;  // bytes of a file that is shown as it is

std::string text_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  if (text.size() > kTextMax)
    text = text.substr(0, kTextMax) + fmt::format("\n... the rest is in {}\n", file.filename().string());
  return text;
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
                            {"whys", whys_json(run_dir, run, data)},
                            {"left_out", data.left_out},
                            {"schema", event_schema()},
                            {"config", text_of(run_dir / "config.yaml")},
                            {"dump", text_of(run_dir / "dump.txt")},
                            {"console", text_of(run_dir / "console.log")}};
  std::string body(asset("run.html"));
  body += meta_section(meta, "");
  body += lane_sections(data, "") + data_section("events", pack_events(analysis::log_of(run_dir), kinds));
  body += scripts(kScripts);
  return {document(title_of(run), body), run.shortfall};
}

}  // namespace tb::page
