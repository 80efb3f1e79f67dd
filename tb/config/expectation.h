// SPDX-License-Identifier: Apache-2.0
// What a scenario claims about its run, as plain data.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "log/match.h"
#include "tb/result/ending.h"

namespace tb::config {

struct Bounds {
  std::optional<std::int64_t> at_least;
  std::optional<std::int64_t> at_most;
};

struct Expectation {
  enum class Kind : std::uint8_t {
    kAlways,      // every `match` also fulfils `must`, and there is one
    kNever,       // no `match`
    kEventually,  // a `match`, within `within_us` if given
    kCount,       // number of `match` in `bounds`
    kSequence,    // `steps` one after the other
    kEnding,
    kExit,
    kMetric,  // the metric at `metric` in `bounds`
  };

  Kind kind = Kind::kNever;
  std::string text;  // as written, on one line
  event_log::Match match;
  std::vector<event_log::Condition> must;      // kAlways
  std::optional<event_log::Match> after;       // only what follows the first such event counts
  std::optional<std::uint64_t> within_us;      // kEventually: since `after`, or since the start
  Bounds bounds;                               // kCount, kMetric
  bool per_hart = false;                       // kAlways, kEventually, kCount, kMetric: on each hart by itself
  std::vector<event_log::Match> steps;         // kSequence
  std::vector<event_log::Match> without;       // kSequence: not between its first and last step
  bool same_hart = false;                      // kSequence
  bool each = false;                           // kSequence: every first step must be followed, not only one
  std::optional<std::uint64_t> within_cycles;  // kSequence
  Ending ending = Ending::kRunning;
  std::optional<std::string> msg_contains;  // kExit: part of the message
  std::optional<ExitRecord> exit;           // kExit; nothing: no policy may have been ejected
  std::string metric;
};

}  // namespace tb::config
