// SPDX-License-Identifier: Apache-2.0
// The events of a run as the page's table of events takes them: the records of its log.
#pragma once

#include <array>
#include <filesystem>
#include <string>
#include <vector>

#include "event_schema.h"  // generated
#include "tb/page/pack.h"

namespace tb::page {

using EventCounts = std::array<std::uint64_t, trace::schema::kEvents.size()>;

// Kinds that the table does not hold so that it holds no more than `most` events: the most frequent ones.
[[nodiscard]] std::vector<std::uint8_t> kinds_to_leave_out(const EventCounts& counts, std::size_t most);

// All records of DIR/events.bin but those of these kinds, with the cycles since the record before.
// Throws event_log::LogError.
[[nodiscard]] Packer pack_events(const std::filesystem::path& log, const std::vector<std::uint8_t>& left_out);

}  // namespace tb::page
