// SPDX-License-Identifier: Apache-2.0
// What the simulator must reach. Every figure is taken from measurements of one round, so that what the host does to one
// it does to the other.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace bench {

struct Figure {
  std::string_view of;    // case
  std::string_view name;  // one of its figures
};

enum class Bound : std::uint8_t { kAtLeast, kAtMost };
enum class Form : std::uint8_t { kValue, kRatio, kDifference, kLossPercent };  // a, a / b, a - b, 100 (1 - a / b)

struct Target {
  std::string_view key;  // in bench.json
  Bound bound;
  double limit;
  std::string_view unit;  // of limit and value; empty: a ratio
  Form form;
  Figure a;
  Figure b;
  std::string_view text;
};

inline constexpr std::string_view kRate = "mega_cycles_per_s";
inline constexpr std::string_view kHartCycle = "ns_per_hart_cycle";

inline constexpr std::array<Target, 17> kTargets{{
    // A row each.
    // clang-format off
    {"bridge_op20_vs_cpp", Bound::kAtLeast, 0.90, "", Form::kRatio, {"bridge_op20", kRate}, {"cpp_op20", kRate},
     "bridge, one op per 20 cycles, no skip, against the plain C++ driver"},
    {"bridge_op200_vs_cpp", Bound::kAtLeast, 0.97, "", Form::kRatio, {"bridge_op200", kRate}, {"cpp_op200", kRate},
     "the same, one op per 200 cycles"},
    {"bridge_vs_naive_sc", Bound::kAtLeast, 5, "", Form::kRatio, {"bridge_op20", kRate}, {"naive_op20", kRate},
     "bridge, one op per 20 cycles, no skip, against the naive SystemC wrapper"},
    {"skip_vs_naive_sc", Bound::kAtLeast, 5, "", Form::kRatio, {"skip_op20", kRate}, {"naive_op20", kRate},
     "the same, skip"},
    {"stall_vs_bare", Bound::kAtLeast, 2, "", Form::kRatio, {"stall", kRate}, {"bare", kRate},
     "looping stall, effective cycles/s, against the bare model"},
    {"idle_vs_bare", Bound::kAtLeast, 100, "", Form::kRatio, {"light_load", kRate}, {"bare", kRate},
     "light load, 30 s, effective cycles/s, against the bare model"},
    {"looping_stall_full_s", Bound::kAtMost, 25, "s", Form::kValue, {"stall_5s", "wall_s"}, {},
     "5 s of `looping_stall_full`, 5e8 cycles, no waves: wall time"},
    {"looping_stall_full_all_s", Bound::kAtMost, 25, "s", Form::kValue, {"stall_full", "wall_s"}, {},
     "all of it, ejection and recovery too"},
    {"scale_64_vs_4", Bound::kAtMost, 1.5, "", Form::kRatio, {"h64_op2000_no_skip", kHartCycle},
     {"h4_op2000_no_skip", kHartCycle}, "64 harts against 4, one op per 2000 cycles, no skip: host time per hart-cycle"},
    {"scale_64_vs_4_skip", Bound::kAtMost, 1.5, "", Form::kRatio, {"h64_op2000", kHartCycle}, {"h4_op2000", kHartCycle},
     "the same, skip"},
    {"trace_off_cost", Bound::kAtMost, 3, "%", Form::kLossPercent, {"cpp_op20", kRate}, {"untraced_op20", kRate},
     "tracing compiled in and not opened, against a model without"},
    {"fst_window_s", Bound::kAtMost, 1, "s", Form::kDifference, {"window", "cpu_s"}, {"no_window", "cpu_s"},
     "waves of 100k cycles in the stall: time"},
    {"fst_window_mb", Bound::kAtMost, 10, "MB", Form::kValue, {"window", "wave_mb"}, {}, "and their size"},
    {"start_to_first_cycle_ms", Bound::kAtMost, 50, "ms", Form::kValue, {"start", "wall_ms"}, {},
     "start of the process to its first cycle"},
    {"campaign_runs_per_core_hour", Bound::kAtLeast, 50'000, "", Form::kValue, {"campaign", "runs_per_core_hour"}, {},
     "a study of runs of 100k cycles: runs per hour of one processor"},
    {"campaign_overhead", Bound::kAtMost, 10, "%", Form::kLossPercent, {"campaign", "runs_per_core_hour"},
     {"short_runs", "runs_per_core_hour"}, "the same against the verb run, which has no study about it"},
    {"memory_mib", Bound::kAtMost, 300, "MiB", Form::kValue, {"memory", "peak_mib"}, {},
     "16 harts, 1000 tasks, 10 million events: peak resident memory"},
    // clang-format on
}};

}  // namespace bench
