// SPDX-License-Identifier: Apache-2.0
#include "tb/run/evaluate.h"

#include <algorithm>

#include "event_names.h"  // generated
#include "log/event_hash.h"
#include "log/reader.h"
#include "tb/monitor/exit.h"
#include "tb/monitor/laws.h"
#include "tb/monitor/sysfs.h"

namespace tb::run {

bool Evaluation::all_passed() const {
  return std::all_of(verdicts.begin(), verdicts.end(), [](const Verdict& v) { return v.passed; });
}

namespace {

void find_spans(const config::Waves& waves, const event_log::EventView& event, std::vector<std::optional<sim::Cycle>>& around) {
  for (std::size_t i = 0; i < waves.spans.size(); ++i) {
    const auto& wanted = waves.spans[i].around;
    if (wanted && !around[i] && event_log::matches(*wanted, event)) around[i] = event.cycle;
  }
}

}  // namespace

Evaluation evaluate(const config::Scenario& scenario, const std::filesystem::path& log_path, const RunFacts& facts) {
  Evaluation out;
  out.around.resize(scenario.waves.spans.size());
  const sim::Cycle tick_cycles = us_to_cycles(scenario, 1'000'000) / scenario.kernel.hz;
  monitor::Metrics metrics(scenario.hardware.harts, tick_cycles, scenario.hardware.clock_mhz);
  monitor::LawMonitor laws(scenario.hardware.harts);
  monitor::ExitMonitor exits;
  monitor::SysfsMonitor sysfs;
  std::vector<std::unique_ptr<expect::Check>> checks;
  for (const config::Expectation& expectation : scenario.expect)
    checks.push_back(expect::make_check(expectation, scenario.hardware.clock_mhz, scenario.hardware.harts));
  event_log::EventHash hash;

  event_log::LogReader reader(log_path.string());
  event_log::EventView event;
  while (reader.next(event)) {
    if (event.hart >= scenario.hardware.harts) throw event_log::LogError("an event of a hart that the machine does not have");
    ++out.events;
    out.cycles = event.cycle;
    hash.add(event.cycle, event.hart, event.id, reader.payload());
    metrics.on_event(event);
    laws.on_event(event);
    exits.on_event(event);
    sysfs.on_event(event);
    find_spans(scenario.waves, event, out.around);
    for (const auto& check : checks) check->on_event(event);
    if (event.id == events::kInvariant && out.broken_invariant.empty()) out.broken_invariant = event_log::to_string(event);
  }
  out.log_complete = !reader.truncated();
  out.cycles = std::max(out.cycles, facts.cycles);
  out.digest = hash.digest();
  metrics.finish(out.cycles);
  out.metrics = metrics.to_json();
  out.warnings = metrics.warnings();
  out.policy_loaded = metrics.policy_loaded();
  out.ending = metrics.hw_watchdog_reset() || facts.ended_by_reset ? Ending::kHwWatchdogReset : exits.ending();
  out.exit = exits.record();
  out.sysfs = sysfs.shown();
  out.broken_laws = laws.broken();
  out.dump = exits.dump();
  const expect::RunEnd end{out.ending, out.exit, out.metrics, out.cycles};
  for (const auto& check : checks) out.verdicts.push_back(check->finish(end));
  return out;
}

}  // namespace tb::run
