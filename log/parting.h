// SPDX-License-Identifier: Apache-2.0
// Where two event logs part: the first event that is not the same, and the first decision that is not the same whenever it was taken.
// Both logs are streamed. Verbose events are left out, as in the event hash.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "log/decisions.h"

namespace event_log {

// An event as it is told.
struct LoggedEvent {
  sim::Cycle cycle = 0;
  sim::HartId hart = 0;
  std::string text;  // "event field=value"
};

// A task on a hart.
struct Stay {
  std::string task;
  sim::Cycle from = 0;
};

// One of the two logs around the place.
struct PartingSide {
  std::vector<LoggedEvent> before;  // the last ones, the same in both but perhaps for their cycles
  std::vector<LoggedEvent> after;   // from the different one on; empty: nothing more comes
  std::optional<Stay> ran;          // what the hart ran when they parted; none: its log does not say
  std::vector<Stay> runs;           // and next
};

struct Parting {
  sim::Cycle cycle = 0;     // of the earlier of the two events
  sim::HartId hart = 0;     // and its hart
  StreamName stream;        // of a decision; else of the hart
  std::uint64_t equal = 0;  // events, or decisions of this stream, before it
  PartingSide a, b;
};

struct Partings {
  std::optional<Parting> event;     // none: both logs are the same
  std::optional<Parting> decision;  // none: as far as both logs go they decide the same
  std::uint64_t equal = 0;          // events before the first that differs, or all
};

// `context`: events told before and after, at most. Throws LogError.
[[nodiscard]] Partings find_partings(const std::string& a, const std::string& b, std::size_t context);

}  // namespace event_log
