// SPDX-License-Identifier: Apache-2.0
#include "tb/config/problems.h"

#include <fmt/format.h>

#include <algorithm>

namespace tb::config {

void Problems::add(const ConfigError& error, std::string_view note) {
  for (const std::string& message : error.messages()) {
    const bool known =
        std::any_of(entries_.begin(), entries_.end(), [&message](const Entry& earlier) { return earlier.message == message; });
    if (!known) entries_.push_back({message, std::string(note)});
  }
}

void Problems::raise() const {
  constexpr std::size_t kShownMax = 20;
  if (entries_.empty()) return;
  std::vector<std::string> shown;
  for (const Entry& entry : entries_)
    if (shown.size() < kShownMax) shown.push_back(entry.message + entry.note);
  if (entries_.size() > kShownMax) shown.push_back(fmt::format("and {} more", entries_.size() - kShownMax));
  throw ConfigError(std::move(shown));
}

}  // namespace tb::config
