// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <utility>

#include "bench/cases.h"
#include "bench/product.h"

namespace bench {

namespace {

struct Span {
  unsigned from_ms;
  unsigned to_ms;
};

constexpr Span kStall{300, 600};      // of looping_stall_full: every hart is trapped
constexpr Span kWideStall{100, 120};  // more harts get there sooner, and are slower

// Speed and log of that span; with waves, they are open in it and nowhere else.
Case span(std::string what, Run run, Span when, bool waves = false) {
  run.sets.emplace_back("expect=[{never: invariant}]");
  const auto measure_span = [run, when, waves] {
    Run shorter = run, longer = run;
    shorter.sets.insert(shorter.sets.end(), {"waves=none", fmt::format("run.until_ms={}", when.from_ms)});
    longer.sets.insert(
        longer.sets.end(),
        {waves ? fmt::format("waves={{from: {}, to: {}}}", when.from_ms * kCyclesPerMs, when.to_ms * kCyclesPerMs) : "waves=none",
         fmt::format("run.until_ms={}", when.to_ms)});
    return measure_between(shorter, longer);
  };
  return {{}, std::move(what), When::kRound, measure_span};
}

Run stall(std::vector<std::string> sets = {}, std::vector<std::string> options = {}) {
  return {"looping_stall_full", "mc4", std::move(sets), std::move(options)};
}

// Two sleepers per hart, as of four.
Run stall_on(unsigned harts) {
  return stall({fmt::format("hardware={{base: mc4, harts: {}}}", harts), fmt::format("tasks.sleeper.count={}", 2 * harts)});
}

Run light(std::vector<std::string> options = {}, std::string variant = "base") {
  return {"light_load_full", std::move(variant), {}, std::move(options)};
}

}  // namespace

std::vector<Case> planning_cases() {
  std::vector<Case> cases{
      span("looping stall, 4 harts", stall(), kStall),
      span("the same, no skip", stall({}, {"--no-skip"}), kStall),
      span("the same, waves open", stall(), {300, 310}, true),
      span("the same, `mem_latency` 20", stall({"hardware={base: mc4, mem_latency: 20}"}), kStall),
      span("the same, `timer_prescale` 9", stall({"hardware={base: mc4, timer_prescale: 9}"}), kStall),
      span("the same, no breakout: one balance without end", stall({"kernel.breakout.limit=0"}), kStall),
      span("looping stall, 1 hart", {"looping_stall_full", "mc1", {}, {}}, kStall),
      span("looping stall, 2 harts", stall_on(2), kStall),
      span("looping stall, 8 harts", stall_on(8), {200, 300}),
      span("looping stall, 16 harts", stall_on(16), kWideStall),
      span("looping stall, 64 harts", stall_on(64), kWideStall),
      span("light load, 4 harts", light(), {1000, 11000}),
      span("the same, no skip", light({"--no-skip"}), {100, 200}),
      span("the same, waves open", light(), {1000, 1100}, true),
      span("the same, ticks on idle harts too", light({}, "ticking"), {1000, 11000}),
      span("hogs, sleepers and a real-time task under qmap, 4 harts", {"healthy_qmap", "base", {}, {}}, {20, 220}),
  };
  for (Case& c : cases) c.key = fmt::format("plan_{}", &c - cases.data());
  return cases;
}

}  // namespace bench
