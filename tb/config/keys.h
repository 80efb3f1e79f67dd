// SPDX-License-Identifier: Apache-2.0
// Every key and every named value of the scenario and hardware languages. The readers know nothing else, and the
// documentation is checked against these lists.
#pragma once

#include <array>
#include <span>
#include <string_view>

namespace tb::config::keys {

using Name = std::string_view;

inline constexpr std::array kScenario =
    std::to_array<Name>({"name", "question", "base", "hardware", "kernel", "scheduler", "tasks", "stimuli", "run",
                         "waves", "expect", "variants"});
inline constexpr std::array kHardware =
    std::to_array<Name>({"name", "base", "harts", "clock_mhz", "mem_latency", "ipi_latency", "interrupt_entry_latency",
                         "timer_prescale", "ram_kib", "costs"});
inline constexpr std::array kKernel =
    std::to_array<Name>({"hz", "preempt", "spinlock", "nohz", "console", "irq_cpu", "watchdog_timeout_ms",
                         "slice_dfl_us", "defects", "breakout", "hw_watchdog"});
inline constexpr std::array kBreakout = std::to_array<Name>({"limit", "retry"});
inline constexpr std::array kHwWatchdog =
    std::to_array<Name>({"enable", "bark_ms", "bark_us", "bite_ms", "bite_us", "route"});
inline constexpr std::array kScheduler = std::to_array<Name>(
    {"name", "options", "stats_ms", "stats_us", "unload_after_ms", "unload_after_us", "times"});
inline constexpr std::array kTask =
    std::to_array<Name>({"name", "count", "class", "prio", "nice", "cpus", "start_us", "start", "once", "template",
                         "program"});
inline constexpr std::array kStart = std::to_array<Name>({"event", "where", "hart", "after_us"});
inline constexpr std::array kStep = std::to_array<Name>(
    {"run_us", "sleep_us", "yield", "wait_irq", "fork", "exit", "affinity", "nice", "class", "prio", "of"});
inline constexpr std::array kStimulus = std::to_array<Name>({"at", "press", "irq", "for_us"});
inline constexpr std::array kWhen = std::to_array<Name>({"cycle", "us", "event", "where", "hart", "after_us"});
inline constexpr std::array kRun = std::to_array<Name>({"seed", "until_ms", "until_us", "stop_when", "reboots_max"});
inline constexpr std::array kStopWhen = std::to_array<Name>({"event", "where", "hart", "after_us"});
inline constexpr std::array kWaves = std::to_array<Name>({"around", "before_us", "after_us", "from", "to"});
inline constexpr std::array kMatch = std::to_array<Name>({"event", "where", "hart"});
inline constexpr std::array kCompare = std::to_array<Name>({"equal", "not", "at_least", "at_most", "contains"});
inline constexpr std::array kMsg = std::to_array<Name>({"contains"});
inline constexpr std::array kExit = std::to_array<Name>({"kind", "code", "reason", "msg"});

// One list per form of expectation; the first key tells the form. `event` also takes the event's own fields.
inline constexpr std::array kExpectForms =
    std::to_array<Name>({"event", "never", "eventually", "count", "sequence", "ending", "exit", "metric"});
inline constexpr std::array kExpectAlways = std::to_array<Name>({"event", "always", "where", "hart", "after"});
inline constexpr std::array kExpectNever = std::to_array<Name>({"never", "where", "hart", "after"});
inline constexpr std::array kExpectEventually =
    std::to_array<Name>({"eventually", "where", "hart", "after", "within_us"});
inline constexpr std::array kExpectCount =
    std::to_array<Name>({"count", "where", "hart", "after", "equal", "at_least", "at_most"});
inline constexpr std::array kExpectSequence =
    std::to_array<Name>({"sequence", "same_hart", "within", "each", "without", "hart", "after"});
inline constexpr std::array kExpectEnding = std::to_array<Name>({"ending"});
inline constexpr std::array kExpectExit = std::to_array<Name>({"exit"});
inline constexpr std::array kExpectMetric = std::to_array<Name>({"metric", "equal", "at_least", "at_most"});

// Named values, in the order of their enums.
inline constexpr std::array kPreemptNames = std::to_array<Name>({"none", "voluntary", "full"});
inline constexpr std::array kSpinlockNames = std::to_array<Name>({"ticket", "test_and_set"});
inline constexpr std::array kNohzNames = std::to_array<Name>({"off", "idle"});
inline constexpr std::array kConsoleNames = std::to_array<Name>({"sideband", "uart"});
inline constexpr std::array kRetryNames = std::to_array<Name>({"kick", "resched_curr", "none"});
inline constexpr std::array kRouteNames = std::to_array<Name>({"plic", "msip", "nmi"});
inline constexpr std::array kClassNames = std::to_array<Name>({"normal", "fifo", "batch", "idle", "ext"});
inline constexpr std::array kDefectNames = std::to_array<Name>({"no_qseq_branding"});  // bit 0 first
inline constexpr std::array kEndingNames =
    std::to_array<Name>({"running", "ejected", "unregistered", "hw_watchdog_reset"});

struct Section {
  std::string_view title;
  std::span<const Name> keys;
};

inline constexpr std::array kSections = std::to_array<Section>({
    {"scenario", kScenario},
    {"hardware", kHardware},
    {"kernel", kKernel},
    {"kernel.breakout", kBreakout},
    {"kernel.hw_watchdog", kHwWatchdog},
    {"scheduler", kScheduler},
    {"tasks", kTask},
    {"tasks.start", kStart},
    {"tasks.program", kStep},
    {"stimuli", kStimulus},
    {"stimuli.at", kWhen},
    {"run", kRun},
    {"run.stop_when", kStopWhen},
    {"waves", kWaves},
    {"event reference", kMatch},
    {"where", kCompare},
    {"expect: always", kExpectAlways},
    {"expect: never", kExpectNever},
    {"expect: eventually", kExpectEventually},
    {"expect: count", kExpectCount},
    {"expect: sequence", kExpectSequence},
    {"expect: ending", kExpectEnding},
    {"expect: exit", kExpectExit},
    {"exit record", kExit},
    {"exit record: msg", kMsg},
    {"expect: metric", kExpectMetric},
});

}  // namespace tb::config::keys
