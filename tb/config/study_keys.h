// SPDX-License-Identifier: Apache-2.0
// The language of studies: its keys. The sections are listed in keys.h.
#pragma once

#include <array>

#include "tb/config/key_types.h"
#include "tb/config/value_names.h"

namespace tb::config::keys {

inline constexpr std::array kDesignWords = std::to_array<Name>({"grid", "zip"});
inline constexpr std::array kGoalNames = std::to_array<Name>({"less", "more"});

inline constexpr Value kAxisItem[] = {map(SectionId::kAxis)};
inline constexpr Value kDesignForms[] = {name(kDesignWords), map(SectionId::kDesign)};
inline constexpr Value kConditionItem[] = {text()};
inline constexpr Value kConditionForms[] = {text(), list(kConditionItem, 1, kConditionsMax)};
inline constexpr Value kVariantItem[] = {identifier(kNameLengthMax)};
inline constexpr Value kSeedsForms[] = {integer(0), of_type(Value::Type::kLevels)};
inline constexpr Value kResponseItem[] = {map(SectionId::kResponse)};
inline constexpr Value kCliffItem[] = {map(SectionId::kCliff)};
inline constexpr Value kParetoItem[] = {map(SectionId::kPareto)};
inline constexpr Value kSampleCount = integer(1, kPointsMax);

inline constexpr Key kStudyKeys[] = {
    {"name", identifier(kNameLengthMax), kNeeded, "names the directory of the results"},
    {"question", text(kQuestionLengthMax), kNeeded, "the question that the study answers"},
    {"scenario", text(), kNeeded, "a shipped scenario, or a file; a path counts from the folder of the study"},
    {"variant", identifier(kNameLengthMax), kOptional, "the variant of the scenario that runs; default: the scenario as written"},
    {"set", of_type(Value::Type::kPaths), kOptional, "dotted paths and values that hold in all runs"},
    {"axes", list(kAxisItem, 1, kAxesMax), kNeeded, "the factors that the study varies"},
    {"design", either(kDesignForms), kOptional,
     "the points that run: grid (all combinations, the default), zip (the first level of each axis, then the second), or a "
     "sample"},
    {"when", either(kConditionForms), kOptional, "conditions on axes, like 'harts <= 8 or bus < 20'; other points are left out"},
    {"seeds", either(kSeedsForms), kOptional,
     "the seeds of each point, the same at all points: a number, a list or A..B; default: 1"},
    {"responses", list(kResponseItem, 1, kResponsesMax), kNeeded, "the quantities that the study measures"},
    {"cliffs", list(kCliffItem, 1, kCliffsMax), kOptional,
     "axes along which the study searches the value at which a response flips"},
    {"pareto", list(kParetoItem, 1, kCliffsMax), kOptional, "pairs of responses of which no point is better in both"},
};
inline constexpr Key kAxisKeys[] = {
    {"name", identifier(kNameLengthMax), kNeeded, "the name of the factor, in tables and conditions"},
    {"key", text(), kOptional, "the dotted path that the axis sets"},
    {"values", of_type(Value::Type::kLevels), kOptional,
     "values of the key: a list, '2..64 step 2', '1..10000 log 9' (so many, evenly spaced by ratio), or A..B [log] to sample "
     "from"},
    {"levels", of_type(Value::Type::kPaths), kOptional, "levels by name, each a map of dotted paths and values that go together"},
    {"variants", list(kVariantItem, 1, kVariantsMax, true), kOptional, "variants of the scenario"},
    {"unit", text(kNameLengthMax), kOptional, "the unit of the values, for tables and pictures"},
};
inline constexpr Key kDesignKeys[] = {
    {"random", kSampleCount, kOptional, "so many points, drawn evenly"},
    {"latin_hypercube", kSampleCount, kOptional, "so many points, one in each of as many strata of each axis"},
    {"sobol", kSampleCount, kOptional, "so many points of a scrambled Sobol sequence"},
    {"morris", kSampleCount, kOptional, "so many trajectories of elementary effects: mu*, sigma of each axis"},
    {"saltelli", kSampleCount, kOptional, "so many base points for Sobol indices, first and total; best a power of two"},
    {"morris_levels", integer(2, 64), kOptional, "levels of each axis in Morris trajectories, an even number; default: 4"},
    {"seed", integer(0), kOptional, "seed of the sample; default: 1"},
};
inline constexpr Key kResponseKeys[] = {
    {"name", identifier(kNameLengthMax), kNeeded, "the name of the response, in tables and files"},
    {"metric", of_type(Value::Type::kMetric), kOptional, "path below metrics of result.json"},
    {"cycles", of_type(Value::Type::kTrue), kOptional, "the length of the run"},
    {"passed", of_type(Value::Type::kTrue), kOptional, "1 if all expectations of the scenario held, else 0"},
    {"ending", name(kEndingNames), kOptional, "1 if the run ended so, else 0"},
    {"first", event_name(), kOptional, "the cycle of the first such event"},
    {"count", event_name(), kOptional, "the number of such events"},
    {"where", of_type(Value::Type::kWhere), kOptional, "fields that the event must have"},
    {"hart", integer(0, kernel::kNrCpusMax - 1), kOptional, "only an event of this hart"},
    {"unit", text(kNameLengthMax), kOptional, "cycles, us or ms for times, which are converted; else any word"},
    {"goal", name(kGoalNames), kOptional, "less or more is better; default: less"},
};
inline constexpr Key kCliffKeys[] = {
    {"axis", identifier(kNameLengthMax), kNeeded, "an axis of integer values"},
    {"of", identifier(kNameLengthMax), kNeeded, "the response"},
    {"at_least", of_type(Value::Type::kScalar), kOptional,
     "the response flips when it reaches this number, in its unit; default: 1"},
};
inline constexpr Key kParetoKeys[] = {
    {"x", identifier(kNameLengthMax), kNeeded, "a response"},
    {"y", identifier(kNameLengthMax), kNeeded, "another response"},
};

inline constexpr std::array kAxisForms = std::to_array<Name>({"key", "levels", "variants"});
inline constexpr std::array kAxisKeyName = std::to_array<Name>({"key"});
inline constexpr std::array kAxisValuesName = std::to_array<Name>({"values"});
inline constexpr std::array kSamples = std::to_array<Name>({"random", "latin_hypercube", "sobol", "morris", "saltelli"});
inline constexpr std::array kMorrisName = std::to_array<Name>({"morris"});
inline constexpr std::array kResponseForms = std::to_array<Name>({"metric", "cycles", "passed", "ending", "first", "count"});
inline constexpr std::array kEventForms = std::to_array<Name>({"first", "count"});

inline constexpr Group kAxisGroups[] = {{kAxisForms, Choice::kExactlyOne}};
inline constexpr Group kDesignGroups[] = {{kSamples, Choice::kExactlyOne}};
inline constexpr Group kResponseGroups[] = {{kResponseForms, Choice::kExactlyOne}};
inline constexpr Tie kAxisTies[] = {{"key", kAxisValuesName}, {"values", kAxisKeyName}};
inline constexpr Tie kDesignTies[] = {{"morris_levels", kMorrisName}};
inline constexpr Tie kResponseTies[] = {{"where", kEventForms}, {"hart", kEventForms}};

}  // namespace tb::config::keys
