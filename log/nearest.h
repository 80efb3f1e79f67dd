// SPDX-License-Identifier: Apache-2.0
// "Did you mean ...": the known word closest to one that is not known.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace words {

// Edits (insert, delete, replace, swap of neighbours) between two words.
[[nodiscard]] unsigned edit_distance(std::string_view a, std::string_view b);

// The closest candidate if it is close enough to be a slip of the same word; the first of equals.
[[nodiscard]] std::optional<std::string> nearest(std::string_view word, std::span<const std::string> candidates);

// "; did you mean 'x'?", or "; known: a, b, c" when nothing is close.
[[nodiscard]] std::string hint(std::string_view word, std::span<const std::string> candidates);

}  // namespace words
