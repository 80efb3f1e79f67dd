// SPDX-License-Identifier: Apache-2.0
// The language of expectations: its keys, a list for each form. The sections are listed in keys.h.
#pragma once

#include "tb/config/key_values.h"

namespace tb::config::keys {

inline constexpr Key kExpectAlwaysKeys[] = {
    {"event", event_name(), kNeeded, "the event; it must happen at least once"},
    {"always", of_type(Value::Type::kTrue), kNeeded, "marks this form"},
    {"where", kWhereValue, kOptional, "only events with these fields count"},
    {"hart", kHart, kOptional, "only events of this hart count"},
    {"after", either(kReferenceForms), kOptional, "only what follows the first such event counts; it must happen"},
    {"per_hart", boolean(), kOptional, "the expectation holds for each hart by itself"},
};
inline constexpr Key kExpectNeverKeys[] = {
    {"never", either(kNeverForms), kNeeded, "the event that must not happen; or the word warning: the run must have no warnings"},
    {"where", kWhereValue, kOptional, "only events with these fields count"},
    {"hart", kHart, kOptional, "only events of this hart count"},
    {"after", either(kReferenceForms), kOptional, "only what follows the first such event counts; it must happen"},
};
inline constexpr Key kExpectEventuallyKeys[] = {
    {"eventually", event_name(), kNeeded, "the event that must happen"},
    {"where", kWhereValue, kOptional, "fields that the event must have"},
    {"hart", kHart, kOptional, "only an event of this hart"},
    {"after", either(kReferenceForms), kOptional, "only what follows the first such event counts; it must happen"},
    {"within_us", kUnitUs, kOptional, "time within which the event must happen"},
    {"per_hart", boolean(), kOptional, "the expectation holds for each hart by itself"},
};
inline constexpr Key kExpectCountKeys[] = {
    {"count", event_name(), kNeeded, "the event that is counted"},
    {"where", kWhereValue, kOptional, "only events with these fields count"},
    {"hart", kHart, kOptional, "only events of this hart count"},
    {"after", either(kReferenceForms), kOptional, "only what follows the first such event counts; it must happen"},
    {"per_hart", boolean(), kOptional, "the expectation holds for each hart by itself"},
    {"equal", integer(0), kOptional, "exactly so many events"},
    {"at_least", integer(0), kOptional, "at least so many events"},
    {"at_most", integer(0), kOptional, "at most so many events"},
};
inline constexpr Key kExpectSequenceKeys[] = {
    {"sequence", list(kReference, 2, kSequenceStepsMax), kNeeded,
     "events that follow each other; other events may come between them"},
    {"same_hart", boolean(), kOptional, "all of them on one hart"},
    {"within", integer(1), kOptional, "at most so many cycles from the first to the last"},
    {"each", boolean(), kOptional,
     "every first event must be followed by the others; one that the end of the run cuts short does not fail"},
    {"without", either(kReferencesForms), kOptional, "events that must not come between them"},
    {"hart", kHart, kOptional, "all of them on this hart"},
    {"after", either(kReferenceForms), kOptional, "only what follows the first such event counts; it must happen"},
};
inline constexpr Key kExpectEndingKeys[] = {
    {"ending", name(kEndingNames), kNeeded, "the ending of the run"},
};
inline constexpr Key kExpectExitKeys[] = {
    {"exit", either(kExitForms), kNeeded, "the exit record; null: no policy left"},
};
inline constexpr Key kExitKeys[] = {
    {"kind", integer(0), kOptional, "number of the SCX_EXIT_ kind"},
    {"code", integer(kAnyMin), kOptional, "exit code"},
    {"reason", text(), kOptional, "text of the kind"},
    {"msg", either(kMsgForms), kOptional, "the message"},
};
inline constexpr Key kMsgKeys[] = {
    {"contains", text(), kNeeded, "text that the message contains"},
};
inline constexpr Key kExpectMetricKeys[] = {
    {"metric", of_type(Value::Type::kMetric), kNeeded,
     "path below metrics of result.json that leads to one number; with per_hart the name of a metric that has a "
     "per_hart list"},
    {"per_hart", boolean(), kOptional, "the expectation holds for each hart by itself"},
    {"equal", integer(0), kOptional, "exactly this value"},
    {"at_least", integer(0), kOptional, "this value or more"},
    {"at_most", integer(0), kOptional, "this value or less"},
};

inline constexpr Key kExpectIncludeKeys[] = {
    {"include", identifier(kNameLengthMax), kNeeded, "stands for the list of expectations in expect/NAME.yaml"},
};

}  // namespace tb::config::keys
