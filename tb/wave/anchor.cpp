// SPDX-License-Identifier: Apache-2.0
#include "tb/wave/anchor.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "log/filter.h"
#include "log/parting.h"
#include "log/reader.h"
#include "tb/config/moment.h"

namespace tb::wave {
namespace {

std::string log_of(const RunWaves& run) { return (run.dir / "events.bin").string(); }

// The cycle of each run: those of the view are others.
Anchor with_cycles(Anchor anchor) {
  std::vector<sim::Cycle> cycles;
  for (const Anchor::At& at : anchor.at) cycles.push_back(at.cycle);
  anchor.meaning += fmt::format(", cycle {}", fmt::join(cycles, " and "));
  return anchor;
}

const waves::Marker* moment_of(const RunWaves& run, std::string_view name) {
  const auto found = std::ranges::find(run.moments, name, &waves::Marker::name);
  return found != run.moments.end() ? &*found : nullptr;
}

Anchor at_moment(const std::vector<RunWaves>& runs, const std::vector<std::string_view>& names) {
  Anchor anchor{std::string(names.front()), "", {}};
  for (const RunWaves& run : runs) {
    const waves::Marker* moment = nullptr;
    for (const std::string_view name : names)
      if (moment == nullptr) moment = moment_of(run, name);
    if (moment == nullptr)
      throw WaveError(fmt::format("there is no {} in {}; its moments: {}", names.front(), run.dir.string(), moments_text(run)));
    anchor.meaning = moment->meaning;
    anchor.at.push_back({moment->cycle, run.source.first_hart});
  }
  return anchor;
}

Anchor at_parting(const std::vector<RunWaves>& runs, bool decision) {
  if (runs.size() != 2) throw WaveError(fmt::format("two runs part, not {}: --at names another place", runs.size()));
  const event_log::Partings partings = event_log::find_partings(log_of(runs[0]), log_of(runs[1]), 1);
  const auto& parting = decision ? partings.decision : partings.event;
  if (!parting)
    throw WaveError(fmt::format("{} and {} {}: there is no place where they part; --at names another one", runs[0].dir.string(),
                                runs[1].dir.string(), partings.event ? "decide the same" : "have the same events"));
  Anchor anchor{std::string(decision ? kAtDecision : kAtParting),
                decision ? "the first different decision" : "the first different event",
                {}};
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const auto& after = (i == 0 ? parting->a : parting->b).after;
    // Up to the first different event both are the same: it is at one cycle.
    const sim::Cycle cycle = decision && !after.empty() ? after.front().cycle : parting->cycle;
    anchor.at.push_back({std::min(cycle, runs[i].cycles), std::min<sim::HartId>(parting->hart, runs[i].source.harts - 1)});
  }
  return with_cycles(std::move(anchor));
}

Anchor at_cycle(const std::vector<RunWaves>& runs, sim::Cycle cycle) {
  Anchor anchor{fmt::format("cycle {}", cycle), "", {}};
  for (const RunWaves& run : runs) {
    if (cycle > run.cycles)
      throw WaveError(fmt::format("{} ended at cycle {}: there is no cycle {}", run.dir.string(), run.cycles, cycle));
    anchor.at.push_back({cycle, run.source.first_hart});
  }
  return anchor;
}

// "kick hart=1" as "kick,hart=1": a blank before a key separates as a comma does.
std::string with_commas(std::string text) {
  for (std::size_t blank = text.find(' '); blank != std::string::npos; blank = text.find(' ', blank + 1)) {
    const std::size_t next = text.find_first_of(" ,=", blank + 1);
    if (next != std::string::npos && text[next] == '=') text[blank] = ',';
  }
  return text;
}

Anchor at_event(const std::vector<RunWaves>& runs, const std::string& given) {
  const std::string text = with_commas(given);
  const bool named = text.find('=') == std::string::npos || text.find(',') < text.find('=');
  const std::string filter = named ? "event=" + text : text;
  Anchor anchor{text.substr(0, text.find(',')), "the first such event", {}};
  for (const RunWaves& run : runs) {
    event_log::Filter wanted = event_log::Filter::parse(filter);
    event_log::LogReader reader(log_of(run));
    event_log::EventView event;
    bool found = false;
    while (!found && reader.next(event)) found = wanted.accepts(event);
    if (!found) throw WaveError(fmt::format("there is no event {} in {}", text, run.dir.string()));
    anchor.at.push_back({event.cycle, std::min<sim::HartId>(event.hart, run.source.harts - 1)});
  }
  return with_cycles(std::move(anchor));
}

}  // namespace

Anchor anchor_of(const std::vector<RunWaves>& runs, const std::string& text) {
  if (text.empty()) {
    const bool all = std::ranges::all_of(runs, [](const RunWaves& run) { return moment_of(run, waves::kAlignedAt) != nullptr; });
    if (all || runs.size() != 2) return at_moment(runs, {waves::kAlignedAt});
    return at_parting(runs, false);
  }
  if (text == kAtParting || text == kAtDecision) return at_parting(runs, text == kAtDecision);
  for (const waves::At& at : waves::all_ats())
    if (at.name == text) return at_moment(runs, at.anchors);
  if (const auto cycle = config::find_moment(text, runs.front().clock_mhz)) return at_cycle(runs, *cycle);
  return at_event(runs, text);
}

}  // namespace tb::wave
