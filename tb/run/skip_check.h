// SPDX-License-Identifier: Apache-2.0
// Skipping quiet cycles is exact as long as each block of the RTL tells its horizon right, which the tests of this repository prove
// for the RTL that it ships. With other RTL a run with skips is believed only as far as a second pass, which clocks every
// cycle, has logged the same.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "tb/config/scenario.h"
#include "tb/result/result.h"
#include "tb/run/backend.h"

namespace tb::run {

inline constexpr const char* kSkipCheckFolder = "skip-check";  // logs of the second pass; removed when they agree

// The work of that pass is bounded: cycles times harts.
inline constexpr std::uint64_t kSkipCheckHartCycles = 20'000'000;

// A pass of a run, as far as the comparison needs to know it.
struct PassEnd {
  std::filesystem::path log;
  sim::End end = sim::End::kCyclesMax;
  sim::Cycle cycles = 0;
};

// Of a run that may last `target` cycles, so many are compared at most.
[[nodiscard]] sim::Cycle skip_check_limit(unsigned harts, sim::Cycle target);
// The second pass simulates so many: enough to see that a run which ended before `limit` ends without skips too.
[[nodiscard]] sim::Cycle skip_check_cycles(sim::Cycle limit, sim::Cycle run_cycles);

// What the pass without skips found: how the run with skips differs from it before `limit`; empty: in nothing.
// Throws event_log::LogError.
[[nodiscard]] std::string skip_difference(const PassEnd& skipping, const PassEnd& plain, sim::Cycle limit);

// The check that the result in `dir` tells of, if the run to come would repeat that run.
struct EarlierCheck {
  std::string digest;  // of that run's events
  sim::Cycle to_cycle = 0;
};
[[nodiscard]] std::optional<EarlierCheck> earlier_skip_check(const std::filesystem::path& dir, const Backend& backend,
                                                             const config::Scenario& scenario);

}  // namespace tb::run
