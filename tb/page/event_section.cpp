// SPDX-License-Identifier: Apache-2.0
#include "tb/page/event_section.h"

#include <algorithm>
#include <numeric>

#include "log/reader.h"

namespace tb::page {

std::vector<std::uint8_t> kinds_to_leave_out(const EventCounts& counts, std::size_t most) {
  std::vector<std::uint8_t> kinds(counts.size());
  std::iota(kinds.begin(), kinds.end(), std::uint8_t{0});
  std::ranges::stable_sort(kinds, std::ranges::greater{}, [&counts](std::uint8_t kind) { return counts[kind]; });
  std::uint64_t kept = std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
  std::size_t n = 0;
  while (n < kinds.size() && kept > most) kept -= counts[kinds[n++]];
  kinds.resize(n);
  return kinds;
}

Packer pack_events(const std::filesystem::path& log, const std::vector<std::uint8_t>& left_out) {
  Packer packer;
  event_log::LogReader reader(log.string());
  event_log::EventView event;
  sim::Cycle previous = 0;
  while (reader.next(event)) {
    if (std::ranges::find(left_out, event.id) != left_out.end()) continue;
    const auto payload = reader.payload();
    packer.put(event.cycle - previous);
    packer.put(event.hart);
    packer.put(event.id);
    packer.put(payload.size());
    packer.put(payload);
    previous = event.cycle;
  }
  return packer;
}

}  // namespace tb::page
