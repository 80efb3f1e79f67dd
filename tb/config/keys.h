// SPDX-License-Identifier: Apache-2.0
// The scenario and hardware languages, declared once: every key, what its value may be, every named value. The readers
// know nothing else, the JSON schema is generated from it, and the documentation is checked against it.
#pragma once

#include <array>
#include <span>
#include <string_view>

#include "tb/config/key_types.h"
#include "tb/config/value_names.h"

namespace tb::config::keys {

// --- values made of others ---

inline constexpr Value kCpu[] = {integer(0, kernel::kNrCpusMax - 1)};
inline constexpr Value kCpuList = list(kCpu, 1, kernel::kNrCpusMax, true);
inline constexpr Value kCpusForms[] = {kCpuList, name(kCpusNames)};
inline constexpr Value kAffinityForms[] = {kCpuList, name(kAffinityNames)};
inline constexpr Value kDefect[] = {name(kDefectNames)};
inline constexpr Value kReferenceForms[] = {event_name(), map(SectionId::kMatch)};
inline constexpr Value kReference[] = {either(kReferenceForms)};
inline constexpr Value kReferencesForms[] = {event_name(), map(SectionId::kMatch),
                                            list(kReference, 1, kSequenceStepsMax)};
inline constexpr Value kHardwareForms[] = {identifier(kNameLengthMax), map(SectionId::kHardware)};
inline constexpr Value kSchedulerItem[] = {map(SectionId::kScheduler)};
inline constexpr Value kSchedulerForms[] = {kSchedulerItem[0], list(kSchedulerItem, 1, kSchedulersMax),
                                            of_type(Value::Type::kNull)};
inline constexpr Value kTaskItem[] = {map(SectionId::kTask)};
inline constexpr Value kStepItem[] = {map(SectionId::kStep)};
inline constexpr Value kProgram = list(kStepItem, 1, kProgramStepsMax);
inline constexpr Value kStimulusItem[] = {map(SectionId::kStimulus)};
inline constexpr Value kWavesItem[] = {map(SectionId::kWaves)};
inline constexpr Value kWavesForms[] = {name(kWavesNames), kWavesItem[0], list(kWavesItem, 1, kWaveSpansMax)};
inline constexpr Value kMsgForms[] = {text(), map(SectionId::kMsg)};
inline constexpr Value kExitForms[] = {of_type(Value::Type::kNull), map(SectionId::kExit)};
inline constexpr Value kExpectForms[] = {map(SectionId::kExpectAlways),   map(SectionId::kExpectNever),
                                         map(SectionId::kExpectEventually), map(SectionId::kExpectCount),
                                         map(SectionId::kExpectSequence), map(SectionId::kExpectEnding),
                                         map(SectionId::kExpectExit),     map(SectionId::kExpectMetric),
                                         map(SectionId::kExpectInclude)};
inline constexpr Value kExpectItem[] = {either(kExpectForms)};
inline constexpr Value kExpect = list(kExpectItem, 1, kExpectationsMax);
inline constexpr Value kTaskName = identifier(kernel::kTaskCommLen - 1);
inline constexpr Value kPolicyName = of_type(Value::Type::kPolicy);
inline constexpr Value kPrio = integer(1, 99);
inline constexpr Value kTaskUs = range(1, kTaskUsMax);
inline constexpr Value kAfterUs = integer(0, kRunUsMax);
inline constexpr Value kUnitMs = integer(1, kRunUsMax / 1000);
inline constexpr Value kUnitUs = integer(1, kRunUsMax);
inline constexpr Value kHart = integer(0, kernel::kNrCpusMax - 1);
inline constexpr Value kWhereValue = of_type(Value::Type::kWhere);
inline constexpr Value kFieldValue = of_type(Value::Type::kScalar);

// --- keys ---

inline constexpr Key kScenarioKeys[] = {
    {"name", identifier(kNameLengthMax), kNeeded, "names the directory of the results"},
    {"question", text(kQuestionLengthMax), kNeeded, "what a run answers"},
    {"base", identifier(kNameLengthMax), kOptional, "what the scenario as written is called among its variants"},
    {"hardware", either(kHardwareForms), kNeeded, "name of a machine, or a machine of its own"},
    {"kernel", map(SectionId::kKernel), kOptional, "knobs of the kernel"},
    {"scheduler", either(kSchedulerForms), kOptional,
     "the policy, or several loaded in turn; null or none: all tasks under fair"},
    {"tasks", list(kTaskItem, 1, kTaskGroupsMax), kNeeded, "what runs"},
    {"stimuli", list(kStimulusItem, 0, kStimuliMax), kOptional, "what comes from outside"},
    {"run", map(SectionId::kRun), kNeeded, "how long, and from which seed"},
    {"waves", either(kWavesForms), kOptional, "which stretches go into the waveform file"},
    {"expect", kExpect, kNeeded, "what must hold of the run"},
    {"variants", of_type(Value::Type::kVariants), kOptional,
     "by name: paths and values laid over the scenario, and an own expect"},
};
inline constexpr Key kHardwareKeys[] = {
    {"name", identifier(kNameLengthMax), kOptional, "what the machine is called"},
    {"base", identifier(kNameLengthMax), kOptional, "a machine of which only what is given here is different"},
#define HARDWARE(key, least, most, says) {#key, integer(least, most), kOptional, says},
#include "machine/hardware.def"
#undef HARDWARE
    {"costs", of_type(Value::Type::kCosts), kOptional, "cycles of kernel operations, by name; the rest as committed"},
};
#define KNOB_NUMBER(key, member, least, most, standard, says) {#key, integer(least, most), kOptional, says},
#define KNOB_NAMED(key, member, type, standard, says) {#key, name(k##type##Names), kOptional, says},
#define KNOB_TIME(key, member, standard, says) \
  {#key "_ms", kUnitMs, kOptional, says}, {#key "_us", kUnitUs, kOptional, says},
#define KNOB_FLAG(key, member, standard, says) {#key, boolean(), kOptional, says},
#define KNOB_BITS(key, member, type, says) {#key, list(k##type, 0, k##type##Names.size()), kOptional, says},
inline constexpr Key kKernelKeys[] = {
    KERNEL_KNOBS(KNOB_NUMBER, KNOB_NAMED, KNOB_NUMBER, KNOB_BITS)
    {"breakout", map(SectionId::kBreakout), kOptional, "the way out of a looping ops.dispatch()"},
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
    {"name", kPolicyName, kNeeded, "a policy of this build"},
    {"options", of_type(Value::Type::kOptions), kOptional, "the policy's own"},
    {"stats_ms", kUnitMs, kOptional, "how often the loader prints statistics and looks after its policy"},
    {"stats_us", kUnitUs, kOptional, "the same in us"},
    {"unload_after_ms", kUnitMs, kOptional, "then the loader detaches it"},
    {"unload_after_us", kUnitUs, kOptional, "the same in us"},
    {"times", integer(1, kLoadsMax), kOptional, "loads, one after the other"},
};
inline constexpr Key kTaskKeys[] = {
    {"name", kTaskName, kNeeded, "shown as the comm; copies are numbered"},
    {"count", integer(1, kTaskCountMax), kOptional, "copies"},
    {"class", name(kClassNames), kOptional, "scheduling class"},
    {"prio", kPrio, kOptional, "of fifo"},
    {"nice", integer(-20, 19), kOptional, "of the other classes"},
    {"cpus", either(kCpusForms), kOptional, "a list, all, or each: copy i on CPU i modulo harts"},
    {"start_us", range(0, kTaskUsMax), kOptional, "sleeps that long before the first step"},
    {"start", map(SectionId::kStart), kOptional, "waits for that event before the first step"},
    {"once", boolean(), kOptional, "ends with the program; otherwise it repeats"},
    {"template", boolean(), kOptional, "runs as the child of fork steps alone"},
    {"program", kProgram, kNeeded, "what it does"},
};
inline constexpr Key kStartKeys[] = {
    {"event", event_name(), kNeeded, "its first occurrence"},
    {"where", kWhereValue, kOptional, "fields it must have"},
    {"hart", kHart, kOptional, "on that hart"},
    {"after_us", range(0, kRunUsMax), kOptional, "that long after it"},
};
// The first ones say what the step does; the last two go with some of them.
inline constexpr Key kStepKeys[] = {
    {"run_us", kTaskUs, kOptional, "computes in user mode"},
    {"sleep_us", kTaskUs, kOptional, "sleeps"},
    {"yield", of_type(Value::Type::kTrue), kOptional, "gives the CPU away"},
    {"wait_irq", integer(1, kIrqSources - 1), kOptional, "sleeps until that test source fires"},
    {"wait", of_type(Value::Type::kTrue), kOptional, "sleeps until woken; each wake lets one wait through"},
    {"wake", kTaskName, kOptional, "wakes a task that waits, or is yet to wait"},
    {"lock", kTaskName, kOptional, "takes a mutex, first come, first served"},
    {"unlock", kTaskName, kOptional, "gives it to the next in line"},
    {"loop", map(SectionId::kLoop), kOptional, "repeats steps"},
    {"fork", kTaskName, kOptional, "makes a child of a template"},
    {"exit", range(0, 255), kOptional, "ends with that status"},
    {"affinity", either(kAffinityForms), kOptional, "changes the allowed CPUs"},
    {"nice", range(-20, 19), kOptional, "changes the nice value"},
    {"class", name(kClassNames), kOptional, "changes the scheduling class"},
    {"prio", range(1, 99), kOptional, "of class fifo"},
    {"of", kTaskName, kOptional, "changes that task instead of itself"},
};
inline constexpr Key kLoopKeys[] = {
    {"times", range(1, kLoopTimesMax), kNeeded, "rounds"},
    {"program", kProgram, kNeeded, "what is repeated"},
};
inline constexpr Key kStimulusKeys[] = {
    {"at", map(SectionId::kWhen), kNeeded, "when"},
    {"press", of_type(Value::Type::kPress), kOptional, "a key"},
    {"irq", integer(1, kIrqSources - 1), kOptional, "raises a test source"},
    {"power", boolean(), kOptional, "switches a hart off or on"},
    {"hart", integer(0, kernel::kNrCpusMax - 1), kOptional, "which hart; 0 cannot go off"},
    {"signal", name(kSignalNames), kOptional, "to all copies of a task, or to a loader"},
    {"task", kTaskName, kOptional, "who gets the signal"},
    {"loader", kPolicyName, kOptional, "the loader of that policy gets it"},
    {"for_us", range(1, kRunUsMax), kOptional, "how long the line stays up"},
};
inline constexpr Key kWhenKeys[] = {
    {"cycle", integer(0), kOptional, "at that cycle"},
    {"us", range(0, kRunUsMax), kOptional, "at that time"},
    {"event", event_name(), kOptional, "at its first occurrence"},
    {"where", kWhereValue, kOptional, "fields it must have"},
    {"hart", kHart, kOptional, "on that hart"},
    {"after_us", range(0, kRunUsMax), kOptional, "that long after it"},
};
inline constexpr Key kRunKeys[] = {
    {"seed", integer(0), kOptional, "drives everything random"},
    {"until_ms", kUnitMs, kOptional, "simulated time"},
    {"until_us", kUnitUs, kOptional, "simulated time"},
    {"stop_when", map(SectionId::kStopWhen), kOptional, "ends the run at an event"},
    {"reboots_max", integer(0, 16), kOptional, "watchdog resets survived"},
};
inline constexpr Key kStopWhenKeys[] = {
    {"event", event_name(), kNeeded, "its first occurrence"},
    {"where", kWhereValue, kOptional, "fields it must have"},
    {"hart", kHart, kOptional, "on that hart"},
    {"after_us", kAfterUs, kOptional, "that long after it"},
};
inline constexpr Key kWavesKeys[] = {
    {"around", either(kReferenceForms), kOptional, "an event: its first occurrence"},
    {"before_us", kAfterUs, kOptional, "from that long before it"},
    {"after_us", kUnitUs, kOptional, "to that long after it"},
    {"from", integer(0), kOptional, "from that cycle"},
    {"to", integer(1), kOptional, "to that cycle"},
};
inline constexpr Key kMatchKeys[] = {
    {"event", event_name(), kNeeded, "its name"},
    {"where", kWhereValue, kOptional, "fields it must have"},
    {"hart", kHart, kOptional, "on that hart"},
};
inline constexpr Key kCompareKeys[] = {
    {"equal", kFieldValue, kOptional, "has that value"},
    {"not", kFieldValue, kOptional, "has another value"},
    {"at_least", integer(kAnyMin), kOptional, "is no smaller"},
    {"at_most", integer(kAnyMin), kOptional, "is no greater"},
    {"contains", text(), kOptional, "has that text in it"},
};
inline constexpr Key kExpectAlwaysKeys[] = {
    {"event", event_name(), kNeeded, "whenever it happens, and it must"},
    {"always", of_type(Value::Type::kTrue), kNeeded, "true"},
    {"where", kWhereValue, kOptional, "only those with these fields"},
    {"hart", kHart, kOptional, "only of that hart"},
    {"after", either(kReferenceForms), kOptional, "only what follows that event"},
    {"per_hart", boolean(), kOptional, "on each hart by itself"},
};
inline constexpr Key kExpectNeverKeys[] = {
    {"never", event_name(), kNeeded, "the event that must not happen"},
    {"where", kWhereValue, kOptional, "only those with these fields"},
    {"hart", kHart, kOptional, "only of that hart"},
    {"after", either(kReferenceForms), kOptional, "only what follows that event"},
};
inline constexpr Key kExpectEventuallyKeys[] = {
    {"eventually", event_name(), kNeeded, "the event that must happen"},
    {"where", kWhereValue, kOptional, "with these fields"},
    {"hart", kHart, kOptional, "on that hart"},
    {"after", either(kReferenceForms), kOptional, "only what follows that event"},
    {"within_us", kUnitUs, kOptional, "that soon"},
    {"per_hart", boolean(), kOptional, "on each hart by itself"},
};
inline constexpr Key kExpectCountKeys[] = {
    {"count", event_name(), kNeeded, "the event that is counted"},
    {"where", kWhereValue, kOptional, "only those with these fields"},
    {"hart", kHart, kOptional, "only of that hart"},
    {"after", either(kReferenceForms), kOptional, "only what follows that event"},
    {"per_hart", boolean(), kOptional, "on each hart by itself"},
    {"equal", integer(0), kOptional, "so many"},
    {"at_least", integer(0), kOptional, "so many or more"},
    {"at_most", integer(0), kOptional, "so many or fewer"},
};
inline constexpr Key kExpectSequenceKeys[] = {
    {"sequence", list(kReference, 2, kSequenceStepsMax), kNeeded,
     "events one after the other, others in between allowed"},
    {"same_hart", boolean(), kOptional, "all on one hart"},
    {"within", integer(1), kOptional, "cycles from the first to the last"},
    {"each", boolean(), kOptional, "every first step must be followed, not only one"},
    {"without", either(kReferencesForms), kOptional, "these must not come between"},
    {"hart", kHart, kOptional, "all on that hart"},
    {"after", either(kReferenceForms), kOptional, "only what follows that event"},
};
inline constexpr Key kExpectEndingKeys[] = {
    {"ending", name(kEndingNames), kNeeded, "how the run ends"},
};
inline constexpr Key kExpectExitKeys[] = {
    {"exit", either(kExitForms), kNeeded, "how the policy left; null: it stayed"},
};
inline constexpr Key kExitKeys[] = {
    {"kind", integer(0), kOptional, "SCX_EXIT_ number"},
    {"code", integer(kAnyMin), kOptional, "exit code"},
    {"reason", text(), kOptional, "its text"},
    {"msg", either(kMsgForms), kOptional, "the whole message, or a part of it"},
};
inline constexpr Key kMsgKeys[] = {
    {"contains", text(), kNeeded, "a part of the message"},
};
inline constexpr Key kExpectMetricKeys[] = {
    {"metric", of_type(Value::Type::kMetric), kNeeded, "a path below metrics of result.json"},
    {"per_hart", boolean(), kOptional, "on each hart by itself"},
    {"equal", integer(0), kOptional, "that value"},
    {"at_least", integer(0), kOptional, "that value or more"},
    {"at_most", integer(0), kOptional, "that value or less"},
};

inline constexpr Key kExpectIncludeKeys[] = {
    {"include", identifier(kNameLengthMax), kNeeded, "the expectations in expect/NAME.yaml"},
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
inline constexpr std::array kSpanForms = std::to_array<Name>({"around", "from"});
inline constexpr std::array kStepVerbs =
    std::to_array<Name>({"run_us", "sleep_us", "yield", "wait_irq", "wait", "wake", "lock", "unlock", "loop", "fork",
                         "exit", "affinity", "nice", "class"});
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

inline constexpr Tie kStepTies[] = {{"of", kChanges}};
inline constexpr Tie kStimulusTies[] = {{"signal", kSignalTargets}, {"task", kSignalKey}, {"loader", kSignalKey},
                                         {"power", kHartKey},        {"hart", kPowerKey},  {"for_us", kLines}};
inline constexpr Tie kWhenTies[] = {{"where", kEventKey}, {"hart", kEventKey}, {"after_us", kEventKey}};
inline constexpr Tie kWavesTies[] = {
    {"before_us", kAroundKey}, {"after_us", kAroundKey}, {"to", kFromKey}, {"from", kToKey}};
inline constexpr ValueTie kTaskValueTies[] = {{"class", "fifo", "prio", "nice"}};
inline constexpr ValueTie kStepValueTies[] = {{"class", "fifo", "prio"}};

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
