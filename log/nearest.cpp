// SPDX-License-Identifier: Apache-2.0
#include "log/nearest.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

namespace words {

unsigned edit_distance(std::string_view a, std::string_view b) {
  // Three rows of the usual table: a swap looks two rows back.
  std::vector<unsigned> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = static_cast<unsigned>(j);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = static_cast<unsigned>(i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const unsigned replace = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({replace, last[j] + 1, row[j - 1] + 1});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    std::swap(before, last);
    std::swap(last, row);
  }
  return last[b.size()];
}

std::optional<std::string> nearest(std::string_view word, std::span<const std::string> candidates) {
  constexpr std::size_t kWordMax = 64;  // longer ones are no slips, and the table grows with the square
  if (word.size() > kWordMax) return std::nullopt;
  const unsigned close_enough = std::max(1U, static_cast<unsigned>(word.size() + 2) / 3);
  std::optional<std::string> best;
  unsigned best_distance = close_enough + 1;
  for (const std::string& candidate : candidates) {
    unsigned distance = edit_distance(word, candidate);
    // A word cut short, or with its unit forgotten, is a slip of the longer one: "until" for "until_ms".
    if (word.size() >= 3 && candidate.starts_with(word)) distance = std::min(distance, 1U);
    if (distance < best_distance) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

std::string hint(std::string_view word, std::span<const std::string> candidates) {
  if (const auto close = nearest(word, candidates)) return fmt::format("; did you mean '{}'?", *close);
  if (candidates.empty()) return {};
  return fmt::format("; known: {}", fmt::join(candidates, ", "));
}

}  // namespace words
