// SPDX-License-Identifier: Apache-2.0
// The scenario and hardware languages, declared once: every key, what its value may be, every named value. The readers
// know nothing else, the JSON schema is generated from it, and the documentation is checked against it.
#pragma once

#include <array>
#include <limits>
#include <span>
#include <string_view>

#include "tb/config/limits.h"

namespace tb::config::keys {

using Name = std::string_view;

enum class SectionId : std::uint8_t {
  kScenario, kHardware, kKernel, kBreakout, kHwWatchdog, kScheduler, kTask, kStart, kStep, kLoop, kStimulus, kWhen, kRun,
  kStopWhen, kWaves, kMatch, kCompare, kExpectAlways, kExpectNever, kExpectEventually, kExpectCount, kExpectSequence,
  kExpectEnding, kExpectExit, kExit, kMsg, kExpectMetric, kExpectInclude
};

struct Value {
  enum class Type : std::uint8_t {
    kInteger,     // from min to max
    kRange,       // such an integer, or [least, most] of which one is drawn
    kBool,        // true, false, on, off
    kTrue,        // true, on: what is false is left out
    kText,        // up to max characters
    kIdentifier,  // a name of up to max characters
    kName,        // one of `names`
    kMap,         // of a section
    kList,        // min to max of forms[0]
    kEither,      // any of `forms`
    kNull,
    kEvent,       // the name of an event
    kScalar,      // a value of an event's field
    kWhere,       // fields of an event, each with a scalar or a comparison
    kMetric,      // path of a metric
    kPolicy,      // name of a policy
    kOptions,     // of the policy beside it
    kCosts,       // names of kernel operations and cycles
    kVariants,    // names and maps of paths
    kPress,       // sysrq- and a letter
  };
  Type type;
  std::int64_t min = 0;
  std::int64_t max = std::numeric_limits<std::int64_t>::max();
  std::span<const Name> names = {};
  SectionId section = SectionId::kScenario;
  std::span<const Value> forms = {};
  bool unique = false;  // kList: no value twice
};

struct Key {
  Name name;
  Value value;
  bool needed = false;
};

// Of these keys at most one, exactly one, or at least one.
enum class Choice : std::uint8_t { kAtMostOne, kExactlyOne, kAtLeastOne };
struct Group {
  std::span<const Name> keys;
  Choice choice;
};

// A key that says something only beside one of others.
struct Tie {
  Name key;
  std::span<const Name> beside;
};

// If `key` is `value`, then `needs` must be there and `excludes` must not; `needs` goes with that value only.
struct ValueTie {
  Name key;
  Name value;
  Name needs;
  Name excludes = {};
};

struct Section {
  SectionId id;
  Name title;
  std::span<const Key> keys;
  std::span<const Group> groups = {};
  std::span<const Tie> ties = {};
  std::span<const ValueTie> value_ties = {};
  bool event_fields = false;  // fields of its event are keys too

  [[nodiscard]] constexpr const Key* find(Name name) const {
    for (const Key& key : keys)
      if (key.name == name) return &key;
    return nullptr;
  }
};

inline constexpr bool kNeeded = true;
inline constexpr std::int64_t kAnyMax = std::numeric_limits<std::int64_t>::max();
inline constexpr std::int64_t kAnyMin = std::numeric_limits<std::int64_t>::min();

constexpr Value integer(std::int64_t min, std::int64_t max = kAnyMax) { return {Value::Type::kInteger, min, max}; }
constexpr Value range(std::int64_t min, std::int64_t max) { return {Value::Type::kRange, min, max}; }
constexpr Value of_type(Value::Type type) { return {type}; }
constexpr Value text(std::size_t length_max = 1023) {
  return {Value::Type::kText, 1, static_cast<std::int64_t>(length_max)};
}
constexpr Value identifier(std::size_t length_max) {
  return {Value::Type::kIdentifier, 1, static_cast<std::int64_t>(length_max)};
}
constexpr Value name(std::span<const Name> names) { return {Value::Type::kName, 0, 0, names}; }
constexpr Value map(SectionId section) { return {Value::Type::kMap, 0, 0, {}, section}; }
constexpr Value list(std::span<const Value, 1> item, std::size_t min, std::size_t max, bool unique = false) {
  return {Value::Type::kList, static_cast<std::int64_t>(min), static_cast<std::int64_t>(max), {}, {}, item, unique};
}
constexpr Value either(std::span<const Value> forms) { return {Value::Type::kEither, 0, 0, {}, {}, forms}; }
constexpr Value boolean() { return of_type(Value::Type::kBool); }
constexpr Value event_name() { return of_type(Value::Type::kEvent); }

// --- named values, in the order of their enums ---

inline constexpr std::array kPreemptNames = std::to_array<Name>({"none", "voluntary", "full"});
inline constexpr std::array kSpinlockNames = std::to_array<Name>({"ticket", "test_and_set"});
inline constexpr std::array kNohzNames = std::to_array<Name>({"off", "idle"});
inline constexpr std::array kConsoleNames = std::to_array<Name>({"sideband", "uart"});
inline constexpr std::array kRetryNames = std::to_array<Name>({"kick", "resched_curr", "none"});
inline constexpr std::array kRouteNames = std::to_array<Name>({"plic", "msip", "nmi"});
inline constexpr std::array kClassNames = std::to_array<Name>({"normal", "fifo", "batch", "idle", "ext"});
inline constexpr std::array kDefectNames = std::to_array<Name>({"no_qseq_branding"});  // bit 0 first
inline constexpr std::array kSignalNames = std::to_array<Name>({"kill", "stop", "cont"});
inline constexpr std::array kWavesNames = std::to_array<Name>({"none", "all"});
inline constexpr std::array kCpusNames = std::to_array<Name>({"all", "each"});
inline constexpr std::array kAffinityNames = std::to_array<Name>({"all"});
inline constexpr std::array kBaseNames = std::to_array<Name>({"base"});
inline constexpr std::array kEndingNames =
    std::to_array<Name>({"running", "ejected", "unregistered", "hw_watchdog_reset"});

// --- values made of others ---

inline constexpr Value kCpu[] = {integer(0, kNrCpusMax - 1)};
inline constexpr Value kCpuList = list(kCpu, 1, kNrCpusMax, true);
inline constexpr Value kCpusForms[] = {kCpuList, name(kCpusNames)};
inline constexpr Value kAffinityForms[] = {kCpuList, name(kAffinityNames)};
inline constexpr Value kDefect[] = {name(kDefectNames)};
inline constexpr Value kReferenceForms[] = {event_name(), map(SectionId::kMatch)};
inline constexpr Value kReference[] = {either(kReferenceForms)};
inline constexpr Value kReferencesForms[] = {event_name(), map(SectionId::kMatch), list(kReference, 1, kSequenceStepsMax)};
inline constexpr Value kHardwareForms[] = {identifier(kNameLengthMax), map(SectionId::kHardware)};
inline constexpr Value kSchedulerItem[] = {map(SectionId::kScheduler)};
inline constexpr Value kSchedulerForms[] = {kSchedulerItem[0], list(kSchedulerItem, 1, kSchedulersMax)};
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
inline constexpr Value kTaskName = identifier(kTaskCommLen - 1);
inline constexpr Value kPrio = integer(1, 99);
inline constexpr Value kTaskUs = range(1, kTaskUsMax);
inline constexpr Value kAfterUs = integer(0, kRunUsMax);
inline constexpr Value kUnitMs = integer(1, kRunUsMax / 1000);
inline constexpr Value kUnitUs = integer(1, kRunUsMax);
inline constexpr Value kHart = integer(0, kNrCpusMax - 1);
inline constexpr Value kWhereValue = of_type(Value::Type::kWhere);
inline constexpr Value kFieldValue = of_type(Value::Type::kScalar);

// --- keys ---

inline constexpr Key kScenarioKeys[] = {
    {"name", identifier(kNameLengthMax), kNeeded},
    {"question", text(kQuestionLengthMax), kNeeded},
    {"base", identifier(kNameLengthMax)},
    {"hardware", either(kHardwareForms), kNeeded},
    {"kernel", map(SectionId::kKernel)},
    {"scheduler", either(kSchedulerForms)},
    {"tasks", list(kTaskItem, 1, kTaskGroupsMax), kNeeded},
    {"stimuli", list(kStimulusItem, 0, kStimuliMax)},
    {"run", map(SectionId::kRun), kNeeded},
    {"waves", either(kWavesForms)},
    {"expect", kExpect, kNeeded},
    {"variants", of_type(Value::Type::kVariants)},
};
inline constexpr Key kHardwareKeys[] = {
    {"name", identifier(kNameLengthMax)},
    {"base", identifier(kNameLengthMax)},
    {"harts", integer(1, kNrCpusMax)},
    {"clock_mhz", integer(1, 10'000)},
    {"mem_latency", integer(0, kLatencyMax)},
    {"ipi_latency", integer(0, kLatencyMax)},
    {"interrupt_entry_latency", integer(0, kLatencyMax)},
    {"timer_prescale", integer(0, 0xffff)},
    {"ram_kib", integer(64, 64 * 1024)},
    {"costs", of_type(Value::Type::kCosts)},
};
inline constexpr Key kKernelKeys[] = {
    {"hz", integer(10, 10'000)},
    {"preempt", name(kPreemptNames)},
    {"spinlock", name(kSpinlockNames)},
    {"nohz", name(kNohzNames)},
    {"console", name(kConsoleNames)},
    {"irq_cpu", integer(0, kNrCpusMax - 1)},
    {"watchdog_timeout_ms", integer(1, kWatchdogMsMax)},
    {"slice_dfl_us", integer(1, kTaskUsMax)},
    {"defects", list(kDefect, 0, kDefectNames.size())},
    {"breakout", map(SectionId::kBreakout)},
    {"hw_watchdog", map(SectionId::kHwWatchdog)},
};
inline constexpr Key kBreakoutKeys[] = {{"limit", integer(0, 1'000'000)}, {"retry", name(kRetryNames)}};
inline constexpr Key kHwWatchdogKeys[] = {
    {"enable", boolean()}, {"bark_ms", kUnitMs}, {"bark_us", kUnitUs},
    {"bite_ms", kUnitMs},  {"bite_us", kUnitUs}, {"route", name(kRouteNames)},
};
inline constexpr Key kSchedulerKeys[] = {
    {"name", of_type(Value::Type::kPolicy), kNeeded},
    {"options", of_type(Value::Type::kOptions)},
    {"stats_ms", kUnitMs},
    {"stats_us", kUnitUs},
    {"unload_after_ms", kUnitMs},
    {"unload_after_us", kUnitUs},
    {"times", integer(1, kLoadsMax)},
};
inline constexpr Key kTaskKeys[] = {
    {"name", kTaskName, kNeeded},
    {"count", integer(1, kTaskCountMax)},
    {"class", name(kClassNames)},
    {"prio", kPrio},
    {"nice", integer(-20, 19)},
    {"cpus", either(kCpusForms)},
    {"start_us", range(0, kTaskUsMax)},
    {"start", map(SectionId::kStart)},
    {"once", boolean()},
    {"template", boolean()},
    {"program", kProgram, kNeeded},
};
inline constexpr Key kStartKeys[] = {
    {"event", event_name(), kNeeded}, {"where", kWhereValue}, {"hart", kHart}, {"after_us", range(0, kRunUsMax)}};
// The first ones say what the step does; the last two go with some of them.
inline constexpr Key kStepKeys[] = {
    {"run_us", kTaskUs},
    {"sleep_us", kTaskUs},
    {"yield", of_type(Value::Type::kTrue)},
    {"wait_irq", integer(1, kIrqSources - 1)},
    {"wait", of_type(Value::Type::kTrue)},
    {"wake", kTaskName},
    {"lock", kTaskName},
    {"unlock", kTaskName},
    {"loop", map(SectionId::kLoop)},
    {"fork", kTaskName},
    {"exit", range(0, 255)},
    {"affinity", either(kAffinityForms)},
    {"nice", range(-20, 19)},
    {"class", name(kClassNames)},
    {"prio", range(1, 99)},
    {"of", kTaskName},
};
inline constexpr Key kLoopKeys[] = {{"times", range(1, kLoopTimesMax), kNeeded}, {"program", kProgram, kNeeded}};
inline constexpr Key kStimulusKeys[] = {
    {"at", map(SectionId::kWhen), kNeeded},
    {"press", of_type(Value::Type::kPress)},
    {"irq", integer(1, kIrqSources - 1)},
    {"power", boolean()},
    {"hart", integer(0, kNrCpusMax - 1)},
    {"signal", name(kSignalNames)},
    {"task", kTaskName},
    {"for_us", range(1, kRunUsMax)},
};
inline constexpr Key kWhenKeys[] = {
    {"cycle", integer(0)}, {"us", range(0, kRunUsMax)}, {"event", event_name()},
    {"where", kWhereValue}, {"hart", kHart},            {"after_us", range(0, kRunUsMax)},
};
inline constexpr Key kRunKeys[] = {
    {"seed", integer(0)},
    {"until_ms", kUnitMs},
    {"until_us", kUnitUs},
    {"stop_when", map(SectionId::kStopWhen)},
    {"reboots_max", integer(0, 16)},
};
inline constexpr Key kStopWhenKeys[] = {
    {"event", event_name(), kNeeded}, {"where", kWhereValue}, {"hart", kHart}, {"after_us", kAfterUs}};
inline constexpr Key kWavesKeys[] = {
    {"around", either(kReferenceForms)}, {"before_us", kAfterUs}, {"after_us", kUnitUs},
    {"from", integer(0)},                {"to", integer(1)},
};
inline constexpr Key kMatchKeys[] = {{"event", event_name(), kNeeded}, {"where", kWhereValue}, {"hart", kHart}};
inline constexpr Key kCompareKeys[] = {{"equal", kFieldValue},
                                       {"not", kFieldValue},
                                       {"at_least", integer(kAnyMin)},
                                       {"at_most", integer(kAnyMin)},
                                       {"contains", text()}};
inline constexpr Key kExpectAlwaysKeys[] = {
    {"event", event_name(), kNeeded}, {"always", of_type(Value::Type::kTrue), kNeeded},  {"where", kWhereValue},
    {"hart", kHart},                  {"after", either(kReferenceForms)}, {"per_hart", boolean()}};
inline constexpr Key kExpectNeverKeys[] = {
    {"never", event_name(), kNeeded}, {"where", kWhereValue}, {"hart", kHart}, {"after", either(kReferenceForms)}};
inline constexpr Key kExpectEventuallyKeys[] = {{"eventually", event_name(), kNeeded}, {"where", kWhereValue},
                                                {"hart", kHart},                       {"after", either(kReferenceForms)},
                                                {"within_us", kUnitUs},                {"per_hart", boolean()}};
inline constexpr Key kExpectCountKeys[] = {
    {"count", event_name(), kNeeded}, {"where", kWhereValue},  {"hart", kHart},         {"after", either(kReferenceForms)},
    {"per_hart", boolean()},          {"equal", integer(0)}, {"at_least", integer(0)}, {"at_most", integer(0)}};
inline constexpr Key kExpectSequenceKeys[] = {{"sequence", list(kReference, 2, kSequenceStepsMax), kNeeded},
                                              {"same_hart", boolean()},
                                              {"within", integer(1)},
                                              {"each", boolean()},
                                              {"without", either(kReferencesForms)},
                                              {"hart", kHart},
                                              {"after", either(kReferenceForms)}};
inline constexpr Key kExpectEndingKeys[] = {{"ending", name(kEndingNames), kNeeded}};
inline constexpr Key kExpectExitKeys[] = {{"exit", either(kExitForms), kNeeded}};
inline constexpr Key kExitKeys[] = {
    {"kind", integer(0)}, {"code", integer(kAnyMin)}, {"reason", text()}, {"msg", either(kMsgForms)}};
inline constexpr Key kMsgKeys[] = {{"contains", text(), kNeeded}};
inline constexpr Key kExpectMetricKeys[] = {{"metric", of_type(Value::Type::kMetric), kNeeded},
                                            {"per_hart", boolean()},
                                            {"equal", integer(0)},
                                            {"at_least", integer(0)},
                                            {"at_most", integer(0)}};

inline constexpr Key kExpectIncludeKeys[] = {{"include", identifier(kNameLengthMax), kNeeded}};

// --- keys that exclude each other ---

inline constexpr std::array kUntil = std::to_array<Name>({"until_ms", "until_us"});
inline constexpr std::array kBark = std::to_array<Name>({"bark_ms", "bark_us"});
inline constexpr std::array kBite = std::to_array<Name>({"bite_ms", "bite_us"});
inline constexpr std::array kStats = std::to_array<Name>({"stats_ms", "stats_us"});
inline constexpr std::array kUnloadAfter = std::to_array<Name>({"unload_after_ms", "unload_after_us"});
inline constexpr std::array kWhenForms = std::to_array<Name>({"cycle", "us", "event"});
inline constexpr std::array kActions = std::to_array<Name>({"press", "irq", "power", "signal"});
inline constexpr std::array kSpanForms = std::to_array<Name>({"around", "from"});
inline constexpr std::array kStepVerbs =
    std::to_array<Name>({"run_us", "sleep_us", "yield", "wait_irq", "wait", "wake", "lock", "unlock", "loop", "fork", "exit",
                         "affinity", "nice", "class"});
inline constexpr std::array kBounds = std::to_array<Name>({"equal", "at_least", "at_most"});
inline constexpr std::array kBoundAbove = std::to_array<Name>({"equal", "at_most"});
inline constexpr std::array kBoundBelow = std::to_array<Name>({"equal", "at_least"});
inline constexpr std::array kOneOrEach = std::to_array<Name>({"hart", "per_hart"});

inline constexpr Group kHwWatchdogGroups[] = {{kBark, Choice::kAtMostOne}, {kBite, Choice::kAtMostOne}};
inline constexpr Group kSchedulerGroups[] = {{kStats, Choice::kAtMostOne}, {kUnloadAfter, Choice::kAtMostOne}};
inline constexpr Group kStepGroups[] = {{kStepVerbs, Choice::kExactlyOne}};
inline constexpr Group kStimulusGroups[] = {{kActions, Choice::kExactlyOne}};
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
inline constexpr std::array kTaskKey = std::to_array<Name>({"task"});
inline constexpr std::array kLines = std::to_array<Name>({"press", "irq"});
inline constexpr std::array kAroundKey = std::to_array<Name>({"around"});
inline constexpr std::array kFromKey = std::to_array<Name>({"from"});
inline constexpr std::array kToKey = std::to_array<Name>({"to"});
inline constexpr std::array kChanges = std::to_array<Name>({"affinity", "nice", "class"});

inline constexpr Tie kStepTies[] = {{"of", kChanges}};
inline constexpr Tie kStimulusTies[] = {{"signal", kTaskKey}, {"task", kSignalKey}, {"power", kHartKey}, {"hart", kPowerKey},
                                         {"for_us", kLines}};
inline constexpr Tie kWhenTies[] = {{"where", kEventKey}, {"hart", kEventKey}, {"after_us", kEventKey}};
inline constexpr Tie kWavesTies[] = {{"before_us", kAroundKey}, {"after_us", kAroundKey}, {"to", kFromKey}, {"from", kToKey}};
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
  return true;
}());

}  // namespace tb::config::keys
