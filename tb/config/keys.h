// SPDX-License-Identifier: Apache-2.0
// The scenario and hardware languages, declared once: every key, what its value may be, every named value. The readers
// know nothing else, the JSON schema is generated from it, and the documentation is checked against it.
#pragma once

#include <array>
#include <span>
#include <string_view>

#include "tb/config/expect_keys.h"
#include "tb/config/key_types.h"
#include "tb/config/key_values.h"
#include "tb/config/study_keys.h"
#include "tb/config/value_names.h"

namespace tb::config::keys {

// --- keys ---

inline constexpr Key kScenarioKeys[] = {
    {"name", identifier(kNameLengthMax), kNeeded, "names the directory of the results"},
    {"question", text(kQuestionLengthMax), kNeeded, "the question that a run answers"},
    {"base", identifier(kNameLengthMax), kOptional, "the name of the scenario as written among its variants; default: base"},
    {"show", list(kShowItem, 1, kShowMax, true), kOptional,
     "the columns of the table that run prints: paths below metrics of result.json, or metrics derived from them; default: "
     "waits, switches, utilization, interrupts off, "
     "warnings"},
    {"hardware", either(kHardwareForms), kNeeded, "the machine: name of a file in configs/hardware/ or ../hardware/, or a map"},
    {"kernel", map(SectionId::kKernel), kOptional, "parameters of the kernel"},
    {"scheduler", either(kSchedulerForms), kOptional,
     "the policy, or several that are loaded in turn; without it, or null: all tasks run under fair"},
    {"tasks", list(kTaskItem, 1, kTaskGroupsMax), kNeeded, "the tasks, in groups of copies"},
    {"stimuli", list(kStimulusItem, 0, kStimuliMax), kOptional,
     "what the testbench does to the machine: keys, interrupts, power, signals"},
    {"run", map(SectionId::kRun), kNeeded, "how long the run is, and its seed"},
    {"waves", either(kWavesForms), kOptional, "the parts of the run that are dumped as waves"},
    {"expect", kExpect, kNeeded, "conditions on the run; the run fails if one does not hold"},
    {"variants", of_type(Value::Type::kVariants), kOptional,
     "by name: dotted paths and values that replace those of the scenario, and an expect of its own"},
};
inline constexpr Key kHardwareKeys[] = {
    {"name", identifier(kNameLengthMax), kOptional, "the name of the machine"},
    {"base", identifier(kNameLengthMax), kOptional, "a machine from which all other keys are taken"},
    {"harts", integer(1, kernel::kNrCpusMax), kOptional, "number of harts"},
    {"clock_mhz", integer(1, 10'000), kOptional, "cycles per microsecond"},
    {"mem_latency", integer(0, kLatencyMax), kOptional, "cycles a memory access waits beyond the bus itself"},
    {"ipi_latency", integer(0, kLatencyMax), kOptional, "cycles from a write to MSIP to the pending bit at the hart"},
    {"interrupt_entry_latency", integer(0, kLatencyMax), kOptional, "cycles from taking a trap to the handler's first op"},
    {"timer_prescale", integer(0, 0xffff), kOptional, "clocks per mtime tick, minus 1"},
    {"ram_kib", integer(64, 64 * 1024), kOptional, "KiB of RAM"},
    {"costs", of_type(Value::Type::kCosts), kOptional, "cycles of kernel operations by name; default: firmware/kernel/costs.def"},
};
#define KNOB_NUMBER(key, member, least, most, standard, says) {#key, integer(least, most), kOptional, says},
#define KNOB_NAMED(key, member, type, standard, says) {#key, name(k##type##Names), kOptional, says},
#define KNOB_TIME(key, member, standard, says) {#key "_ms", kUnitMs, kOptional, says}, {#key "_us", kUnitUs, kOptional, says},
#define KNOB_FLAG(key, member, standard, says) {#key, boolean(), kOptional, says},
#define KNOB_BITS(key, member, type, says) {#key, list(k##type, 0, k##type##Names.size()), kOptional, says},
inline constexpr Key kKernelKeys[] = {
    KERNEL_KNOBS(KNOB_NUMBER, KNOB_NAMED, KNOB_NUMBER, KNOB_BITS){"breakout", map(SectionId::kBreakout), kOptional,
                                                                  "what ends a balance whose ops.dispatch() loops"},
    {"hw_watchdog", map(SectionId::kHwWatchdog), kOptional, "the hardware watchdog"},
};
inline constexpr Key kBreakoutKeys[] = {BREAKOUT_KNOBS(KNOB_NUMBER, KNOB_NAMED)};
inline constexpr Key kHwWatchdogKeys[] = {HW_WATCHDOG_KNOBS(KNOB_FLAG, KNOB_TIME, KNOB_NAMED)};
#undef KNOB_NUMBER
#undef KNOB_NAMED
#undef KNOB_TIME
#undef KNOB_FLAG
#undef KNOB_BITS
inline constexpr Key kSchedulerKeys[] = {
    {"name", kPolicyName, kNeeded, "the policy"},
    {"options", of_type(Value::Type::kOptions), kOptional, "options of the policy, see scx-cosim list"},
    {"stats_ms", kUnitMs, kOptional,
     "period at which the loader prints statistics and checks whether its policy is still loaded"},
    {"stats_us", kUnitUs, kOptional, "the same in microseconds"},
    {"unload_after_ms", kUnitMs, kOptional, "time after which the loader unloads the policy"},
    {"unload_after_us", kUnitUs, kOptional, "the same in microseconds"},
    {"times", integer(1, kLoadsMax), kOptional, "number of loads, one after the other; a load that is refused is the last one"},
};
inline constexpr Key kTaskKeys[] = {
    {"name", kTaskName, kNeeded, "name (comm); copies are numbered: sleeper0, sleeper1"},
    {"count", integer(1, kTaskCountMax), kOptional, "number of copies"},
    {"class", name(kClassNames), kOptional, "scheduling class"},
    {"prio", kPrio, kOptional, "real-time priority; class fifo or rr only"},
    {"nice", integer(-20, 19), kOptional, "nice value; not class fifo or rr"},
    {"cpus", either(kCpusForms), kOptional, "CPUs the task may run on; each: copy i on CPU i modulo harts"},
    {"start_us", range(0, kTaskUsMax), kOptional, "time that the task sleeps before its first step"},
    {"start", map(SectionId::kStart), kOptional, "event that the task waits for before its first step"},
    {"once", boolean(), kOptional, "the task ends with its program; otherwise the program repeats"},
    {"template", boolean(), kOptional, "the task does not start by itself; fork steps make children of it"},
    {"program", kProgram, kNeeded, "the steps of the task"},
};
inline constexpr Key kTaskNestKeys[] = {
    {"name", identifier(kernel::kTaskCommLen - 1), kNeeded,
     "name of the group, which its tasks have before their own: pair1-reader"},
    {"count", integer(1, kTaskGroupsMax), kOptional, "number of copies of the whole group"},
    {"tasks", list(kTaskItem, 1, kTaskGroupsMax), kNeeded, "the tasks of the group, or further groups; at most four deep"},
};
inline constexpr Key kStartKeys[] = {
    {"event", event_name(), kNeeded, "the first occurrence of this event counts"},
    {"where", kWhereValue, kOptional, "fields that the event must have"},
    {"hart", kHart, kOptional, "only an event of this hart"},
    {"after_us", range(0, kRunUsMax), kOptional, "time after the event"},
};
// The first ones say what the step does; those from prio on go with some of them.
inline constexpr Key kStepKeys[] = {
    {"run_us", kTaskUs, kOptional, "computes in user mode for that time"},
    {"sleep_us", kTaskUs, kOptional, "sleeps for that time"},
    {"timer_us", kTaskUs, kOptional,
     "ends a period of that length: sleeps until its deadline, unless that has passed; the first such step of a task begins "
     "the first period"},
    {"yield", of_type(Value::Type::kTrue), kOptional, "sched_yield"},
    {"wait_irq", integer(1, kIrqSources - 1), kOptional, "sleeps until this test source raises its interrupt"},
    {"wait", of_type(Value::Type::kTrue), kOptional,
     "sleeps until another task wakes it; each wake ends one wait, even one that comes later"},
    {"wake", kTaskName, kOptional, "ends one wait of that task"},
    {"lock", kTaskName, kOptional, "takes a mutex of that name; waiters get it in the order of their arrival"},
    {"unlock", kTaskName, kOptional, "releases the mutex to the task that has waited longest"},
    {"cond_wait", kTaskName, kOptional,
     "releases the mutex, waits for a signal of this condition variable, takes the mutex again"},
    {"cond_signal", kTaskName, kOptional, "wakes the task that has waited longest for it; lost if none waits"},
    {"cond_broadcast", kTaskName, kOptional, "wakes all tasks that wait for it"},
    {"barrier", kTaskName, kOptional, "sleeps until so many tasks have come to the barrier of that name; then it begins anew"},
    {"loop", map(SectionId::kLoop), kOptional, "repeats its steps"},
    {"fork", kTaskName, kOptional, "creates a child from a template task"},
    {"exit", range(0, 255), kOptional, "ends the task with that status"},
    {"affinity", either(kAffinityForms), kOptional, "changes the CPUs the task may run on"},
    {"nice", range(-20, 19), kOptional, "changes the nice value"},
    {"class", name(kClassNames), kOptional, "changes the scheduling class"},
    {"prio", range(1, 99), kOptional, "priority; with class: fifo or rr only"},
    {"mode", name(kTimerModeNames), kOptional,
     "with timer_us: what a deadline that has passed does to the next one; absolute, the default: nothing, they stay a period "
     "apart; relative: the next period begins where the late one ends"},
    {"mutex", kTaskName, kOptional, "with cond_wait: the mutex, which the task must have"},
    {"waiters", integer(1, kTaskCountMax), kOptional,
     "with barrier: how many tasks; default: as many as have a step with it, which no template may then"},
    {"of", kTaskName, kOptional, "with affinity, nice or class: changes that task instead of the own"},
};
inline constexpr Key kLoopKeys[] = {
    {"times", range(1, kLoopTimesMax), kNeeded, "number of rounds"},
    {"program", kProgram, kNeeded, "the steps; loops nest four deep"},
};
inline constexpr Key kStimulusKeys[] = {
    {"at", map(SectionId::kWhen), kNeeded, "the time"},
    {"press", of_type(Value::Type::kPress), kOptional, "presses a key: CPU irq_cpu gets the interrupt of test source 0"},
    {"irq", integer(1, kIrqSources - 1), kOptional, "raises the interrupt of this test source"},
    {"power", boolean(), kOptional, "moves the power switch of a hart"},
    {"hart", integer(0, kernel::kNrCpusMax - 1), kOptional, "the hart whose switch is moved; hart 0 cannot go off"},
    {"signal", name(kSignalNames), kOptional, "sends a signal"},
    {"task", kTaskName, kOptional, "all copies of this task get the signal"},
    {"loader", kPolicyName, kOptional, "the loader of this policy gets the signal"},
    {"for_us", range(1, kRunUsMax), kOptional, "time for which the line of the key or test source stays up"},
};
inline constexpr Key kWhenKeys[] = {
    {"cycle", integer(0), kOptional, "cycle since power-on"},
    {"us", range(0, kRunUsMax), kOptional, "microseconds since power-on"},
    {"event", event_name(), kOptional, "the first occurrence of this event counts"},
    {"where", kWhereValue, kOptional, "fields that the event must have"},
    {"hart", kHart, kOptional, "only an event of this hart"},
    {"after_us", range(0, kRunUsMax), kOptional, "time after the event"},
};
inline constexpr Key kRunKeys[] = {
    {"seed", integer(0), kOptional, "seed of everything random: durations, start times, initial state of the RTL"},
    {"until_ms", kUnitMs, kOptional, "simulated time at which the run ends"},
    {"until_us", kUnitUs, kOptional, "simulated time at which the run ends"},
    {"stop_when", map(SectionId::kStopWhen), kOptional,
     "event at which the run ends earlier; it must come, or the run has timed_out"},
    {"reboots_max", integer(0, 16), kOptional, "watchdog resets after which the kernel boots again; the next one ends the run"},
};
inline constexpr Key kStopWhenKeys[] = {
    {"event", event_name(), kNeeded, "the first occurrence of this event counts"},
    {"where", kWhereValue, kOptional, "fields that the event must have"},
    {"hart", kHart, kOptional, "only an event of this hart"},
    {"after_us", kAfterUs, kOptional, "time after the event"},
};
inline constexpr Key kWavesKeys[] = {
    {"around", either(kReferenceForms), kOptional, "the event around whose first occurrence waves are dumped"},
    {"before_us", kAfterUs, kOptional, "time before the event"},
    {"after_us", kUnitUs, kOptional, "time after the event"},
    {"from", integer(0), kOptional, "first cycle"},
    {"to", integer(1), kOptional, "last cycle"},
    {"before_failure", integer(1, kFailureWindowMax), kOptional,
     "cycles that are dumped before the first failure; a run without a failure dumps nothing and takes no longer"},
};
inline constexpr Key kMatchKeys[] = {
    {"event", event_name(), kNeeded, "name of the event"},
    {"where", kWhereValue, kOptional, "fields that the event must have"},
    {"hart", kHart, kOptional, "only an event of this hart"},
};
inline constexpr Key kCompareKeys[] = {
    {"equal", kFieldValue, kOptional, "the field has this value"},
    {"not", kFieldValue, kOptional, "the field has another value"},
    {"at_least", integer(kAnyMin), kOptional, "the field is this or more"},
    {"at_most", integer(kAnyMin), kOptional, "the field is this or less"},
    {"contains", text(), kOptional, "the field contains this text"},
};
// --- keys that exclude each other ---

inline constexpr std::array kUntil = std::to_array<Name>({"until_ms", "until_us"});
inline constexpr std::array kBark = std::to_array<Name>({"bark_ms", "bark_us"});
inline constexpr std::array kBite = std::to_array<Name>({"bite_ms", "bite_us"});
inline constexpr std::array kStats = std::to_array<Name>({"stats_ms", "stats_us"});
inline constexpr std::array kUnloadAfter = std::to_array<Name>({"unload_after_ms", "unload_after_us"});
inline constexpr std::array kWhenForms = std::to_array<Name>({"cycle", "us", "event"});
inline constexpr std::array kActions = std::to_array<Name>({"press", "irq", "power", "signal"});
inline constexpr std::array kSignalTargets = std::to_array<Name>({"task", "loader"});
inline constexpr std::array kSpanForms = std::to_array<Name>({"around", "from", "before_failure"});
inline constexpr std::array kStepVerbs =
    std::to_array<Name>({"run_us", "sleep_us", "timer_us", "yield", "wait_irq", "wait", "wake", "lock", "unlock", "cond_wait",
                         "cond_signal", "cond_broadcast", "barrier", "loop", "fork", "exit", "affinity", "nice", "class"});
inline constexpr std::array kBounds = std::to_array<Name>({"equal", "at_least", "at_most"});
inline constexpr std::array kBoundAbove = std::to_array<Name>({"equal", "at_most"});
inline constexpr std::array kBoundBelow = std::to_array<Name>({"equal", "at_least"});
inline constexpr std::array kOneOrEach = std::to_array<Name>({"hart", "per_hart"});

inline constexpr Group kHwWatchdogGroups[] = {{kBark, Choice::kAtMostOne}, {kBite, Choice::kAtMostOne}};
inline constexpr Group kSchedulerGroups[] = {{kStats, Choice::kAtMostOne}, {kUnloadAfter, Choice::kAtMostOne}};
inline constexpr Group kStepGroups[] = {{kStepVerbs, Choice::kExactlyOne}};
inline constexpr Group kStimulusGroups[] = {{kActions, Choice::kExactlyOne}, {kSignalTargets, Choice::kAtMostOne}};
inline constexpr Group kWhenGroups[] = {{kWhenForms, Choice::kExactlyOne}};
inline constexpr Group kRunGroups[] = {{kUntil, Choice::kExactlyOne}};
inline constexpr Group kWavesGroups[] = {{kSpanForms, Choice::kExactlyOne}};
inline constexpr Group kPerHartGroups[] = {{kOneOrEach, Choice::kAtMostOne}};
inline constexpr Group kCountGroups[] = {{kBounds, Choice::kAtLeastOne},
                                         {kBoundAbove, Choice::kAtMostOne},
                                         {kBoundBelow, Choice::kAtMostOne},
                                         {kOneOrEach, Choice::kAtMostOne}};
inline constexpr Group kMetricGroups[] = {
    {kBounds, Choice::kAtLeastOne}, {kBoundAbove, Choice::kAtMostOne}, {kBoundBelow, Choice::kAtMostOne}};

// --- keys that go with others ---

inline constexpr std::array kEventKey = std::to_array<Name>({"event"});
inline constexpr std::array kSignalKey = std::to_array<Name>({"signal"});
inline constexpr std::array kPowerKey = std::to_array<Name>({"power"});
inline constexpr std::array kHartKey = std::to_array<Name>({"hart"});
inline constexpr std::array kLines = std::to_array<Name>({"press", "irq"});
inline constexpr std::array kAroundKey = std::to_array<Name>({"around"});
inline constexpr std::array kFromKey = std::to_array<Name>({"from"});
inline constexpr std::array kToKey = std::to_array<Name>({"to"});
inline constexpr std::array kChanges = std::to_array<Name>({"affinity", "nice", "class"});

inline constexpr std::array kTimerKey = std::to_array<Name>({"timer_us"});
inline constexpr std::array kCondWaitKey = std::to_array<Name>({"cond_wait"});
inline constexpr std::array kMutexKey = std::to_array<Name>({"mutex"});
inline constexpr std::array kBarrierKey = std::to_array<Name>({"barrier"});

inline constexpr Tie kStepTies[] = {
    {"of", kChanges}, {"mode", kTimerKey}, {"mutex", kCondWaitKey}, {"cond_wait", kMutexKey}, {"waiters", kBarrierKey}};
inline constexpr Tie kStimulusTies[] = {{"signal", kSignalTargets}, {"task", kSignalKey}, {"loader", kSignalKey},
                                        {"power", kHartKey},        {"hart", kPowerKey},  {"for_us", kLines}};
inline constexpr Tie kWhenTies[] = {{"where", kEventKey}, {"hart", kEventKey}, {"after_us", kEventKey}};
inline constexpr Tie kWavesTies[] = {{"before_us", kAroundKey}, {"after_us", kAroundKey}, {"to", kFromKey}, {"from", kToKey}};
inline constexpr std::array kRealtime = std::to_array<Name>({"fifo", "rr"});
inline constexpr ValueTie kTaskValueTies[] = {{"class", kRealtime, "prio", "nice"}};
inline constexpr ValueTie kStepValueTies[] = {{"class", kRealtime, "prio"}};

// The same quantity in two units: of a value and an override the last word wins.
inline constexpr std::span<const Name> kTwoUnits[] = {kUntil, kBark, kBite, kStats, kUnloadAfter};

// --- sections, in the order of SectionId ---

inline constexpr std::array kSections = std::to_array<Section>({
    {SectionId::kScenario, "scenario", kScenarioKeys},
    {SectionId::kHardware, "hardware", kHardwareKeys},
    {SectionId::kKernel, "kernel", kKernelKeys},
    {SectionId::kBreakout, "kernel.breakout", kBreakoutKeys},
    {SectionId::kHwWatchdog, "kernel.hw_watchdog", kHwWatchdogKeys, kHwWatchdogGroups},
    {SectionId::kScheduler, "scheduler", kSchedulerKeys, kSchedulerGroups},
    {SectionId::kTask, "tasks", kTaskKeys, {}, {}, kTaskValueTies},
    {SectionId::kTaskNest, "tasks: group of tasks", kTaskNestKeys},
    {SectionId::kStart, "tasks.start", kStartKeys},
    {SectionId::kStep, "tasks.program", kStepKeys, kStepGroups, kStepTies, kStepValueTies},
    {SectionId::kLoop, "tasks.program.loop", kLoopKeys},
    {SectionId::kStimulus, "stimuli", kStimulusKeys, kStimulusGroups, kStimulusTies},
    {SectionId::kWhen, "stimuli.at", kWhenKeys, kWhenGroups, kWhenTies},
    {SectionId::kRun, "run", kRunKeys, kRunGroups},
    {SectionId::kStopWhen, "run.stop_when", kStopWhenKeys},
    {SectionId::kWaves, "waves", kWavesKeys, kWavesGroups, kWavesTies},
    {SectionId::kMatch, "event reference", kMatchKeys},
    {SectionId::kCompare, "where", kCompareKeys},
    {SectionId::kExpectAlways, "expect: always", kExpectAlwaysKeys, kPerHartGroups, {}, {}, true},
    {SectionId::kExpectNever, "expect: never", kExpectNeverKeys},
    {SectionId::kExpectEventually, "expect: eventually", kExpectEventuallyKeys, kPerHartGroups},
    {SectionId::kExpectCount, "expect: count", kExpectCountKeys, kCountGroups},
    {SectionId::kExpectSequence, "expect: sequence", kExpectSequenceKeys},
    {SectionId::kExpectEnding, "expect: ending", kExpectEndingKeys},
    {SectionId::kExpectExit, "expect: exit", kExpectExitKeys},
    {SectionId::kExit, "exit record", kExitKeys},
    {SectionId::kMsg, "exit record: msg", kMsgKeys},
    {SectionId::kExpectMetric, "expect: metric", kExpectMetricKeys, kMetricGroups},
    {SectionId::kExpectInclude, "expect: include", kExpectIncludeKeys},
    {SectionId::kStudy, "study", kStudyKeys},
    {SectionId::kAxis, "axes", kAxisKeys, kAxisGroups, kAxisTies},
    {SectionId::kDesign, "design", kDesignKeys, kDesignGroups, kDesignTies},
    {SectionId::kResponse, "responses", kResponseKeys, kResponseGroups, kResponseTies},
    {SectionId::kCliff, "cliffs", kCliffKeys},
    {SectionId::kPareto, "pareto", kParetoKeys},
});

constexpr const Section& section(SectionId id) { return kSections[static_cast<std::size_t>(id)]; }

// The first key of an expectation's section tells its form.
constexpr Name form_key(const Value& form) { return section(form.section).keys[0].name; }

static_assert([] {
  for (std::size_t i = 0; i < kSections.size(); ++i)
    if (kSections[i].id != static_cast<SectionId>(i)) return false;
  for (const Section& section : kSections)
    for (const Key& key : section.keys)
      if (key.says.empty()) return false;
  return true;
}());

}  // namespace tb::config::keys
