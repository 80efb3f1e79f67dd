// SPDX-License-Identifier: Apache-2.0
#include "tb/run/skip_check.h"

#include <fmt/format.h>

#include <algorithm>

#include "log/compare.h"
#include "tb/config/resolved.h"
#include "tb/run/binary_hash.h"

namespace tb::run {

namespace {

std::string_view name_of(sim::End end) {
  switch (end) {
    case sim::End::kStopped: return "stop_when";
    case sim::End::kInterrupted: return "a signal";
    case sim::End::kCyclesMax: return "the limit of its cycles";
    case sim::End::kRebootsMax: return "a watchdog reset";
    case sim::End::kPanic: return "a panic of the kernel";
    case sim::End::kRtlInvariant: return "a broken invariant of the RTL";
  }
  return "?";
}

std::string shown(const std::string& event) { return event.empty() ? "nothing more" : event; }

}  // namespace

sim::Cycle skip_check_limit(unsigned harts, sim::Cycle target) {
  return std::min<sim::Cycle>(target, kSkipCheckHartCycles / harts);
}

sim::Cycle skip_check_cycles(sim::Cycle limit, sim::Cycle run_cycles) { return std::min(limit, run_cycles + 1); }

std::string skip_difference(const PassEnd& skipping, const PassEnd& plain, sim::Cycle limit) {
  // Both are compared as a whole if the run came to an end of its own. Where a pass is cut, the events of its last cycle need
  // not be complete; and a skip that breaks an invariant has passed the cycle at which it is broken.
  const bool ended = skipping.cycles < limit;
  const bool same_end = skipping.end == plain.end;
  std::string only_so =
      fmt::format("with skips the run ends at cycle {} by {}; without it does not", skipping.cycles, name_of(skipping.end));
  // Which invariant a skip has broken says more than the first event that it has passed.
  if (ended && !same_end && skipping.end == sim::End::kRtlInvariant) return only_so;
  sim::Cycle compared = limit;
  if (ended && !same_end) compared = skipping.cycles;
  else if (ended && skipping.end == sim::End::kRtlInvariant) compared = std::min(skipping.cycles, plain.cycles);
  else if (ended) compared = sim::kNever;
  const auto logs = event_log::compare_logs(skipping.log.string(), plain.log.string());
  if (logs.difference && logs.difference->cycle < compared) {
    return fmt::format("at cycle {}, after {} equal events: with skips {}; without: {}", logs.difference->cycle, logs.equal,
                       shown(logs.difference->first), shown(logs.difference->second));
  }
  return ended && !same_end ? only_so : std::string{};
}

std::optional<EarlierCheck> earlier_skip_check(const std::filesystem::path& dir, const Backend& backend,
                                               const config::Scenario& scenario) {
  try {
    const Result earlier = read_result(dir);
    const bool same = earlier.rtl_hash == backend.rtl_hash && earlier.config_hash == config::config_hash(scenario) &&
                      earlier.version("binary") == binary_hash() && !binary_hash().empty();
    if (!same || !earlier.skip_check || !earlier.skip_check->ok) return std::nullopt;
    return EarlierCheck{earlier.event_hash, earlier.skip_check->to_cycle};
  } catch (const json::Error&) {
    return std::nullopt;  // not there, of another version, or damaged
  }
}

}  // namespace tb::run
