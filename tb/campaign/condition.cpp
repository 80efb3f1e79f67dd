// SPDX-License-Identifier: Apache-2.0
#include "tb/campaign/condition.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>

#include "log/nearest.h"

namespace tb::campaign {

// Recursive descent; each level of precedence is a function.
class Condition::Parser {
 public:
  Parser(const config::Tree& tree, const std::string& path, std::span<const Axis> axes, std::span<const std::string> words,
         std::vector<Step>& out)
      : tree_(tree), path_(path), text_(tree.text), axes_(axes), words_(words), out_(out) {}

  void parse() {
    next();
    either();
    if (!token_.empty()) fail(fmt::format("'{}' does not belong there", token_));
  }

 private:
  [[noreturn]] void fail(const std::string& what) const { throw config::ConfigError(tree_.place, path_, what); }

  static bool in_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '-' || c == '.'; }

  void next() {
    while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_]))) ++at_;
    const std::size_t from = at_;
    if (at_ == text_.size()) {
      token_ = {};
      return;
    }
    constexpr std::array<std::string_view, 4> kTwo = {"==", "!=", "<=", ">="};
    const char c = text_[at_];
    if (std::find(kTwo.begin(), kTwo.end(), text_.substr(at_, 2)) != kTwo.end()) at_ += 2;
    else if (std::isalnum(static_cast<unsigned char>(c)) || c == '_') at_ = word_end();
    else ++at_;
    token_ = text_.substr(from, at_ - from);
  }

  // A minus within a word is part of it where a name is known that way: no-kick.
  [[nodiscard]] std::size_t word_end() const {
    std::size_t end = at_;
    while (end < text_.size() && in_word(text_[end])) ++end;
    while (end > at_ + 1 && !known(text_.substr(at_, end - at_)) &&
           text_.substr(at_, end - at_).find('-') != std::string_view::npos)
      end = at_ + text_.substr(at_, end - at_).rfind('-');
    return end;
  }
  [[nodiscard]] std::span<const Axis>::iterator axis(std::string_view word) const {
    return std::find_if(axes_.begin(), axes_.end(), [word](const Axis& one) { return one.name == word; });
  }
  [[nodiscard]] bool known(std::string_view word) const {
    return axis(word) != axes_.end() || std::find(words_.begin(), words_.end(), word) != words_.end();
  }

  bool take(std::string_view word) {
    if (token_ != word) return false;
    next();
    return true;
  }

  void either() {
    both();
    while (take("or")) {
      both();
      out_.push_back({Op::either});
    }
  }
  void both() {
    negation();
    while (take("and")) {
      negation();
      out_.push_back({Op::both});
    }
  }
  void negation() {
    if (!take("not")) return comparison();
    negation();
    out_.push_back({Op::logical_not});
  }
  void comparison() {
    constexpr std::array<std::pair<std::string_view, Op>, 6> kComparisons = {
        {{"==", Op::equal}, {"!=", Op::unequal}, {"<", Op::less}, {"<=", Op::at_most}, {">", Op::more}, {">=", Op::at_least}}};
    const std::size_t left = out_.size();
    sum();
    for (const auto& [sign, op] : kComparisons)
      if (take(sign)) {
        const std::size_t right = out_.size();
        sum();
        if (op != Op::equal && op != Op::unequal) {
          refuse_words(left, right);
          refuse_words(right, out_.size());
        }
        out_.push_back({op});
        return;
      }
  }
  // Of a side that is compared by less or more.
  void refuse_words(std::size_t from, std::size_t to) const {
    for (std::size_t i = from; i < to; ++i)
      if (out_[i].op == Op::word || (out_[i].op == Op::axis && !axes_[out_[i].axis].ordered))
        fail(
            fmt::format("'{}' is no number, and has no order", out_[i].op == Op::word ? out_[i].word : axes_[out_[i].axis].name));
  }
  void sum() {
    product();
    while (true) {
      const Op op = token_ == "+" ? Op::add : Op::subtract;
      if (token_ != "+" && token_ != "-") return;
      next();
      product();
      out_.push_back({op});
    }
  }
  void product() {
    operand();
    while (token_ == "*" || token_ == "/") {
      const Op op = token_ == "*" ? Op::multiply : Op::divide;
      next();
      operand();
      out_.push_back({op});
    }
  }

  void operand() {
    if (++depth_ > kDepthMax) fail("nested too deep");
    if (take("-")) {
      operand();
      out_.push_back({Op::negate});
    } else if (take("(")) {
      either();
      if (!take(")")) fail("a ')' is missing");
    } else {
      word();
    }
    --depth_;
  }

  void word() {
    if (token_.empty()) fail("it ends too early: expected an axis, a number or a level");
    if (const auto found = axis(token_); found != axes_.end()) {
      out_.push_back({Op::axis, 0, {}, static_cast<std::size_t>(found - axes_.begin())});
    } else if (std::find(words_.begin(), words_.end(), token_) != words_.end() && !number()) {
      out_.push_back({Op::word, 0, std::string(token_)});
    } else if (const auto value = number()) {
      out_.push_back({Op::number, *value});
    } else {
      std::vector<std::string> all;
      for (const Axis& one : axes_) all.push_back(one.name);
      all.insert(all.end(), words_.begin(), words_.end());
      fail(fmt::format("'{}' is no axis, number or level{}", token_, words::hint(token_, all)));
    }
    next();
  }

  [[nodiscard]] std::optional<double> number() const {
    double value = 0;
    const auto [end, error] = std::from_chars(token_.data(), token_.data() + token_.size(), value);
    if (error != std::errc{} || end != token_.data() + token_.size()) return {};
    return value;
  }

  static constexpr unsigned kDepthMax = 100;
  const config::Tree& tree_;
  const std::string& path_;
  std::string_view text_;
  std::span<const Axis> axes_;
  std::span<const std::string> words_;
  std::vector<Step>& out_;
  std::size_t at_ = 0;
  std::string_view token_;
  unsigned depth_ = 0;
};

Condition::Condition(const config::Tree& text, const std::string& path, std::span<const Axis> axes,
                     std::span<const std::string> words) {
  if (!text.is_scalar() || text.text.empty())
    throw config::ConfigError(text.place, path, fmt::format("expected a condition, got {}", config::describe(text)));
  text_ = text.text;
  Parser(text, path, axes, words, steps_).parse();
}

bool Condition::holds(std::span<const AxisValue> point) const {
  std::vector<AxisValue> stack;
  const auto pop = [&stack] {
    const AxisValue value = stack.back();
    stack.pop_back();
    return value;
  };
  const auto push = [&stack](double number) { stack.push_back({number, {}}); };
  const auto truth = [](const AxisValue& value) { return !std::isnan(value.number) && value.number != 0; };
  const auto same = [](const AxisValue& a, const AxisValue& b) {
    if (!std::isnan(a.number) && !std::isnan(b.number)) return a.number == b.number;
    return !a.word.empty() && a.word == b.word;
  };
  for (const Step& step : steps_) {
    switch (step.op) {
      case Op::number: push(step.number); continue;
      case Op::word: stack.push_back({std::numeric_limits<double>::quiet_NaN(), step.word}); continue;
      case Op::axis: stack.push_back(point[step.axis]); continue;
      case Op::negate: push(-pop().number); continue;
      case Op::logical_not: push(!truth(pop())); continue;
      default: break;
    }
    const AxisValue b = pop(), a = pop();
    switch (step.op) {
      case Op::add: push(a.number + b.number); break;
      case Op::subtract: push(a.number - b.number); break;
      case Op::multiply: push(a.number * b.number); break;
      case Op::divide: push(a.number / b.number); break;
      case Op::equal: push(same(a, b)); break;
      case Op::unequal: push(!same(a, b)); break;
      case Op::less: push(a.number < b.number); break;
      case Op::at_most: push(a.number <= b.number); break;
      case Op::more: push(a.number > b.number); break;
      case Op::at_least: push(a.number >= b.number); break;
      case Op::both: push(truth(a) && truth(b)); break;
      default: push(truth(a) || truth(b)); break;
    }
  }
  return truth(pop());
}

}  // namespace tb::campaign
