// SPDX-License-Identifier: Apache-2.0
// Events as lines: for people, as JSON (one object per line) and as CSV.
#pragma once

#include <cstdint>
#include <cstdio>
#include <string>

#include "log/decode.h"
#include "log/filter.h"
#include "log/reader.h"

namespace event_log {

enum class Format : std::uint8_t { kText, kJson, kCsv };

[[nodiscard]] std::string format_event(const EventView& event, Format format);
// First line of a CSV file; empty for the other formats.
[[nodiscard]] std::string format_header(Format format);

// Prints the log at `path` and says how far it goes; on `diagnostics` what the filter names and no event has. Throws LogError.
[[nodiscard]] LogExtent print_log(const std::string& path, Filter filter, Format format, std::FILE* out, std::FILE* diagnostics);

}  // namespace event_log
