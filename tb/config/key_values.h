// SPDX-License-Identifier: Apache-2.0
// Values of the languages that are made of others, by the names that keys.h and expect_keys.h use.
#pragma once

#include "tb/config/key_types.h"
#include "tb/config/value_names.h"

namespace tb::config::keys {

inline constexpr Value kCpu[] = {integer(0, kernel::kNrCpusMax - 1)};
inline constexpr Value kCpuList = list(kCpu, 1, kernel::kNrCpusMax, true);
inline constexpr Value kCpusForms[] = {kCpuList, name(kCpusNames)};
inline constexpr Value kAffinityForms[] = {kCpuList, name(kAffinityNames)};
inline constexpr Value kDefect[] = {name(kDefectNames)};
inline constexpr Value kReferenceForms[] = {event_name(), map(SectionId::kMatch)};
inline constexpr Value kReference[] = {either(kReferenceForms)};
inline constexpr Value kReferencesForms[] = {event_name(), map(SectionId::kMatch), list(kReference, 1, kSequenceStepsMax)};
inline constexpr Value kHardwareForms[] = {identifier(kNameLengthMax), map(SectionId::kHardware)};
inline constexpr Value kSchedulerItem[] = {map(SectionId::kScheduler)};
inline constexpr Value kSchedulerForms[] = {kSchedulerItem[0], list(kSchedulerItem, 1, kSchedulersMax),
                                            of_type(Value::Type::kNull)};
inline constexpr Value kTaskForms[] = {map(SectionId::kTask), map(SectionId::kTaskNest)};
inline constexpr Value kTaskItem[] = {either(kTaskForms)};
inline constexpr Value kStepItem[] = {map(SectionId::kStep)};
inline constexpr Value kProgram = list(kStepItem, 1, kProgramStepsMax);
inline constexpr Value kStimulusItem[] = {map(SectionId::kStimulus)};
inline constexpr Value kWavesItem[] = {map(SectionId::kWaves)};
inline constexpr Value kWavesForms[] = {name(kWavesNames), kWavesItem[0], list(kWavesItem, 1, kWaveSpansMax)};
inline constexpr Value kNeverForms[] = {event_name(), name(kWarningWord)};
inline constexpr Value kShowForms[] = {of_type(Value::Type::kMetric), name(kDerivedMetricNames)};
inline constexpr Value kShowItem[] = {either(kShowForms)};
inline constexpr Value kMsgForms[] = {text(), map(SectionId::kMsg)};
inline constexpr Value kExitForms[] = {of_type(Value::Type::kNull), map(SectionId::kExit)};
inline constexpr Value kExpectForms[] = {
    map(SectionId::kExpectAlways), map(SectionId::kExpectNever),    map(SectionId::kExpectEventually),
    map(SectionId::kExpectCount),  map(SectionId::kExpectSequence), map(SectionId::kExpectEnding),
    map(SectionId::kExpectExit),   map(SectionId::kExpectMetric),   map(SectionId::kExpectInclude)};
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

}  // namespace tb::config::keys
