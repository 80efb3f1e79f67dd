// SPDX-License-Identifier: Apache-2.0
#include "bench/cases.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "bench/drivers.h"
#include "bench/product.h"
#include "sim/model.h"

namespace bench {

namespace {

constexpr Workload kBare{};
constexpr Workload kOp20{.op_cycles = 20};
constexpr Workload kOp200{.op_cycles = 200};
constexpr Workload kOp200Long{.op_cycles = 200, .cycles = 40'000'000};
constexpr Workload kOp2000{.op_cycles = 2000};
constexpr Workload kOp2000Long{.op_cycles = 2000, .cycles = 40'000'000};
constexpr Workload kWide{.harts = 64, .op_cycles = 2000, .cycles = 1'000'000};
constexpr Workload kWideLong{.harts = 64, .op_cycles = 2000, .cycles = 4'000'000};

Figures figures_of(const Workload& load, const Driven& driven) {
  const auto cycles = static_cast<double>(load.cycles);
  return {{"mega_cycles_per_s", cycles / driven.seconds / 1e6},
          {"ns_per_hart_cycle", driven.seconds * 1e9 / cycles / load.harts},
          {"hash", static_cast<double>(driven.hash & 0xffff'ffff'ffff)}};
}

template <typename Driver>
Case drive(std::string key, std::string what, When when, const Workload& load, Driver driver, std::string agrees_with = {}) {
  const auto measure = [load, driver] { return in_child([&] { return figures_of(load, driver(load)); }); };
  return {std::move(key), std::move(what), when, measure, std::move(agrees_with)};
}

Driven skipping(const Workload& load) { return bridge(load, true); }
Driven clocking(const Workload& load) { return bridge(load, false); }

bool has_model(unsigned harts) {
  const auto counts = sim::model_hart_counts();
  return std::find(counts.begin(), counts.end(), harts) != counts.end();
}

void add_drivers(std::vector<Case>& cases) {
  using enum When;
  cases.push_back(drive("bare", "bare model, every hart computing", kAgree, kBare, plain_driver));
  cases.push_back(drive("cpp_op20", "plain C++ driver, one op per 20 cycles", kAgree, kOp20, plain_driver));
  cases.push_back(drive("bridge_op20", "bridge, one op per 20, no skip", kAgree, kOp20, clocking, "cpp_op20"));
  cases.push_back(drive("skip_op20", "bridge, one op per 20, skip", kAgree, kOp20, skipping, "cpp_op20"));
#ifdef SCX_BENCH_REFERENCES
  cases.push_back(drive("untraced_op20", "plain C++ driver, one op per 20, tracing not compiled in", kRound, kOp20,
                        plain_driver_untraced, "cpp_op20"));
  cases.push_back(drive("naive_op20", "naive SystemC wrapper, one op per 20", kRound, kOp20, naive_sc, "cpp_op20"));
#endif
  cases.push_back(drive("cpp_op200", "plain C++ driver, one op per 200 cycles", kAgree, kOp200, plain_driver));
  cases.push_back(drive("bridge_op200", "bridge, one op per 200, no skip", kAgree, kOp200, clocking, "cpp_op200"));
  cases.push_back(drive("skip_op200", "bridge, one op per 200, skip", kAgree, kOp200Long, skipping, "cpp_op200"));
  if (!has_model(64)) return;
  cases.push_back(drive("h4_op2000_no_skip", "bridge, one op per 2000, no skip", kRound, kOp2000, clocking));
  cases.push_back(drive("h4_op2000", "bridge, one op per 2000, skip", kRound, kOp2000Long, skipping, "h4_op2000_no_skip"));
  cases.push_back(drive("h64_op2000_no_skip", "64 harts: bridge, one op per 2000, no skip", kRound, kWide, clocking));
  cases.push_back(
      drive("h64_op2000", "64 harts: bridge, one op per 2000, skip", kRound, kWideLong, skipping, "h64_op2000_no_skip"));
}

// --- the product ------------------------------------------------------------------------------------------------------

// What is expected of the whole run need not hold of a part.
const std::string kAnyLength = "expect=[{never: invariant}]";

Run stall(unsigned until_ms, const std::vector<std::string>& options) {
  return {"looping_stall_full", "mc4", {"waves=none", kAnyLength, fmt::format("run.until_ms={}", until_ms)}, options};
}

// From when every hart is trapped.
Figures stalled(const std::vector<std::string>& options) {
  return with_rates(measure_between(stall(300, options), stall(600, options)));
}

// A scaled stall, which begins at once; its waves are open for 100k cycles or not.
Run window(bool open) {
  return {"looping_stall", "kick", {open ? "waves={from: 1000000, to: 1100000}" : "waves=none", kAnyLength, "run.until_ms=20"}};
}

// The least of some, since nothing but the host's other work makes one longer.
Figures start_up() {
  constexpr int kTimes = 10;
  const Run run{"looping_stall", "kick", {"waves=none", kAnyLength, "run.until_us=1"}};
  Figures best = measure(run);
  for (int i = 1; i < kTimes; ++i) {
    const Figures next = measure(run);
    if (next.at("wall_s") < best.at("wall_s")) best = next;
  }
  best["wall_ms"] = 1e3 * best.at("wall_s");
  return best;
}

constexpr double kManyEvents = 10e6;

// 16 harts, 1000 tasks that never stay anywhere for long.
Figures many_tasks() {
  const auto path = std::filesystem::temp_directory_path() / fmt::format("scx_bench_many_tasks_{}.yaml", getpid());
  std::ofstream(path) << "name: " << path.stem().string() << R"(
question: How much memory does a large run take?
hardware: { base: mc8, harts: 16 }
kernel: { hz: 1000 }
scheduler: { name: qmap, options: { slice_us: 100 } }
tasks:
  - { name: sleeper, count: 1000, start_us: [0, 1000],
      program: [ { run_us: [10, 20] }, { sleep_us: [500, 1500] } ] }
run: { seed: 1, until_ms: 2000 }
waves: none
expect: [ { never: hw_watchdog_bark } ]
)";
  Figures figures = measure({path, "base", {}, {"--verbose-events"}});
  std::filesystem::remove(path);
  if (figures.at("events") < kManyEvents) throw std::runtime_error("memory: too few events to tell");
  return figures;
}

Case product(std::string key, std::string what, When when, std::function<Figures()> measure, std::string agrees_with = {}) {
  return {std::move(key), std::move(what), when, std::move(measure), std::move(agrees_with)};
}

void add_product(std::vector<Case>& cases) {
  using enum When;
  cases.push_back(product("stall", "looping stall at its real times", kRound, [] { return stalled({}); }));
  cases.push_back(product(
      "stall_profile", "the same, with --profile", kOnce, [] { return stalled({"--profile"}); }, "stall"));
  cases.push_back(product("light_load", "light load, 30 s", kRound, [] {
    return with_rates(measure({"light_load_full", "base", {}}));
  }));
  cases.push_back(product("light_load_ticking", "the same, ticks on idle harts too", kRound, [] {
    return with_rates(measure({"light_load_full", "ticking", {}}));
  }));
  cases.push_back(product("no_window", "scaled looping stall, 20 ms", kRound, [] { return measure(window(false)); }));
  cases.push_back(product(
      "window", "the same, waves of 100k cycles", kRound, [] { return measure(window(true)); }, "no_window"));
  cases.push_back(product("start", "one microsecond of it", kRound, start_up));
  cases.push_back(product("campaign", "a study of 200 runs of 100k cycles", kRound, measure_study));
  cases.push_back(product("short_runs", "the same by the verb run", kRound, measure_runs));
  if (has_model(16)) cases.push_back(product("memory", "16 harts, 1000 tasks", kOnce, many_tasks));
  cases.push_back(
      product("stall_5s", "looping_stall_full, its first 5 s", kFull, [] { return with_rates(measure(stall(5000, {}))); }));
  cases.push_back(product("stall_full", "looping_stall_full, ejection and all", kFull, [] {
    return with_rates(measure({"looping_stall_full", "mc4", {"waves=none"}}));
  }));
}

}  // namespace

std::vector<Case> cases() {
  std::vector<Case> all;
  add_drivers(all);
  add_product(all);
  return all;
}

}  // namespace bench
