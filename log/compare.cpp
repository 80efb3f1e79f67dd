// SPDX-License-Identifier: Apache-2.0
#include "log/compare.h"

#include <algorithm>

#include "log/reader.h"

namespace event_log {

namespace {

bool next_of_default_level(LogReader& reader, EventView& event) {
  while (reader.next(event))
    if (!type_of(event.id).verbose) return true;
  return false;
}

bool same(const EventView& a, const LogReader& in_a, const EventView& b, const LogReader& in_b) {
  return a.cycle == b.cycle && a.hart == b.hart && a.id == b.id && std::ranges::equal(in_a.payload(), in_b.payload());
}

std::string text_of(const EventView& event) { return "hart " + std::to_string(event.hart) + " " + to_string(event); }

}  // namespace

Comparison compare_logs(const std::string& first, const std::string& second) {
  LogReader a(first), b(second);
  EventView in_a, in_b;
  Comparison out;
  for (;; ++out.equal) {
    const bool more_a = next_of_default_level(a, in_a);
    const bool more_b = next_of_default_level(b, in_b);
    if (!more_a && !more_b) return out;
    if (more_a && more_b && same(in_a, a, in_b, b)) continue;
    Difference difference;
    difference.cycle = std::min(more_a ? in_a.cycle : sim::kNever, more_b ? in_b.cycle : sim::kNever);
    if (more_a) difference.first = text_of(in_a);
    if (more_b) difference.second = text_of(in_b);
    if (more_a && more_b && in_a.cycle != in_b.cycle) {  // at the earlier one's cycle the other has nothing
      (in_a.cycle < in_b.cycle ? difference.second : difference.first) +=
          " (at cycle " + std::to_string(std::max(in_a.cycle, in_b.cycle)) + ")";
    }
    out.difference = std::move(difference);
    return out;
  }
}

}  // namespace event_log
