// SPDX-License-Identifier: Apache-2.0
// What a declaration of the languages is made of; the declarations are in keys.h.
#pragma once

#include <array>
#include <limits>
#include <span>
#include <string_view>

#include "tb/config/limits.h"

namespace tb::config::keys {

using Name = std::string_view;

enum class SectionId : std::uint8_t {
  kScenario,
  kHardware,
  kKernel,
  kBreakout,
  kHwWatchdog,
  kScheduler,
  kTask,
  kTaskNest,
  kStart,
  kStep,
  kLoop,
  kStimulus,
  kWhen,
  kRun,
  kStopWhen,
  kWaves,
  kMatch,
  kCompare,
  kExpectAlways,
  kExpectNever,
  kExpectEventually,
  kExpectCount,
  kExpectSequence,
  kExpectEnding,
  kExpectExit,
  kExit,
  kMsg,
  kExpectMetric,
  kExpectInclude,
  kStudy,
  kAxis,
  kDesign,
  kResponse,
  kCliff,
  kPareto
};

inline constexpr std::int64_t kAnyMax = std::numeric_limits<std::int64_t>::max();
inline constexpr std::int64_t kAnyMin = std::numeric_limits<std::int64_t>::min();

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
    kEvent,     // the name of an event
    kScalar,    // a value of an event's field
    kWhere,     // fields of an event, each with a scalar or a comparison
    kMetric,    // path of a metric
    kPolicy,    // name of a policy
    kOptions,   // of the policy beside it
    kCosts,     // names of kernel operations and cycles
    kVariants,  // names and maps of paths
    kPress,     // sysrq- and a letter
    kPaths,     // a map of dotted paths and values, or of names and such maps
    kLevels,    // a list of scalars, or a text like 1..64 step 2
  };
  Type type;
  std::int64_t min = 0;
  std::int64_t max = kAnyMax;
  std::span<const Name> names = {};
  SectionId section = SectionId::kScenario;
  std::span<const Value> forms = {};
  bool unique = false;  // kList: no value twice
};

struct Key {
  Name name;
  Value value;
  bool needed;
  Name says;  // what it means, for editors
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

// If `key` is one of `values`, then `needs` must be there and `excludes` must not; `needs` goes with those values only.
struct ValueTie {
  Name key;
  std::span<const Name> values;
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
inline constexpr bool kOptional = false;

constexpr Value integer(std::int64_t min, std::int64_t max = kAnyMax) { return {Value::Type::kInteger, min, max}; }
constexpr Value range(std::int64_t min, std::int64_t max) { return {Value::Type::kRange, min, max}; }
constexpr Value of_type(Value::Type type) { return {type}; }
constexpr Value text(std::size_t length_max = 1023) { return {Value::Type::kText, 1, static_cast<std::int64_t>(length_max)}; }
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

}  // namespace tb::config::keys
