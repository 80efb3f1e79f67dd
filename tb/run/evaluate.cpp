// SPDX-License-Identifier: Apache-2.0
#include "tb/run/evaluate.h"

#include <algorithm>

#include "tb/log/event_hash.h"
#include "tb/log/reader.h"
#include "tb/monitor/vocabulary.h"

namespace tb::run {

namespace {

// First occurrence of each event kind, for the markers. Before the wanted moment everything is prologue.
class MomentFinder {
 public:
  MomentFinder(const config::Scenario& scenario, Evaluation& out)
      : around_(scenario.waves.around ? &*scenario.waves.around : nullptr), out_(out), seen_(trace::schema::kEvents.size()) {}

  void on_event(const log::EventView& event) {
    if (around_ && !out_.around && log::matches(*around_, event)) out_.around = event.cycle;
    if ((around_ && !out_.around) || seen_[event.id]) return;
    seen_[event.id] = true;
    out_.moments.push_back({std::string(log::type_of(event.id).name), event.cycle});
  }

 private:
  const log::Match* around_;
  Evaluation& out_;
  std::vector<bool> seen_;
};

}  // namespace

bool Evaluation::all_passed() const {
  return std::all_of(verdicts.begin(), verdicts.end(), [](const expect::Verdict& v) { return v.passed; });
}

Evaluation evaluate(const config::Scenario& scenario, const std::filesystem::path& log_path, const RunFacts& facts) {
  Evaluation out;
  monitor::Metrics metrics(scenario.hardware.harts);
  std::vector<std::unique_ptr<expect::Check>> checks;
  for (const Expectation& expectation : scenario.expect) checks.push_back(expect::make_check(expectation, scenario.hardware.clock_mhz));
  MomentFinder moments(scenario, out);
  log::EventHash hash;
  constexpr std::uint8_t kInvariant = monitor::id_of("invariant");

  log::LogReader reader(log_path.string());
  log::EventView event;
  while (reader.next(event)) {
    if (event.hart >= scenario.hardware.harts) throw log::LogError("an event of a hart that the machine does not have");
    ++out.events;
    out.cycles = event.cycle;
    hash.add(event.cycle, event.hart, event.id, reader.payload());
    metrics.on_event(event);
    moments.on_event(event);
    for (const auto& check : checks) check->on_event(event);
    if (event.id == kInvariant && out.broken_invariant.empty()) out.broken_invariant = log::to_string(event);
  }
  out.log_complete = !reader.truncated();
  out.cycles = std::max(out.cycles, facts.cycles);
  out.digest = hash.digest();
  metrics.finish(out.cycles);
  out.metrics = metrics.to_json();
  out.policy_loaded = metrics.policy_loaded();
  out.ending = metrics.hw_watchdog_reset() || facts.ended_by_reset ? Ending::kHwWatchdogReset : Ending::kRunning;
  const expect::RunEnd end{out.ending, out.exit, out.metrics, out.cycles};
  for (const auto& check : checks) out.verdicts.push_back(check->finish(end));
  return out;
}

}  // namespace tb::run
