// SPDX-License-Identifier: Apache-2.0
// Conditions on the axes of a study: "harts <= 8 or bus < 20", "ipi * 4 < tick and variant != base".
//   or: and: not: comparisons (== != < <= > >=): + -: * /: names of axes, numbers, words of levels, ( )
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tb/config/tree.h"

namespace tb::campaign {

// What an axis is at a point: a number, or a word that stands for its level.
struct AxisValue {
  double number = 0;  // NaN: none
  std::string_view word;
};

class Condition {
 public:
  struct Axis {
    std::string name;
    bool ordered = true;  // all its levels are numbers
  };
  // `axes` may occur, and `words`, the names of levels. Throws ConfigError with place and `path`: for one, an axis of words is
  // compared by less or more.
  Condition(const config::Tree& text, const std::string& path, std::span<const Axis> axes, std::span<const std::string> words);

  // One value per axis, in the order of `axes`.
  [[nodiscard]] bool holds(std::span<const AxisValue> point) const;
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  enum class Op : std::uint8_t {
    number,
    word,
    axis,
    negate,
    logical_not,
    add,
    subtract,
    multiply,
    divide,
    equal,
    unequal,
    less,
    at_most,
    more,
    at_least,
    both,
    either
  };
  struct Step {  // of a stack machine
    Op op;
    double number = 0;
    std::string word = {};
    std::size_t axis = 0;
  };
  class Parser;

  std::string text_;
  std::vector<Step> steps_;
};

}  // namespace tb::campaign
