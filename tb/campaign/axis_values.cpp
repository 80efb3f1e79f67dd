// SPDX-License-Identifier: Apache-2.0
#include "tb/campaign/axis_values.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>
#include <sstream>

#include "tb/config/strict_map.h"

namespace tb::campaign {
namespace {

using config::ConfigError;
using config::Tree;

constexpr std::string_view kForms = "a list of values, A..B step S, A..B log N, or A..B [log] to sample from";

Tree scalar(std::int64_t value, const Tree& like) {
  Tree tree = config::make_scalar(std::to_string(value));
  tree.place = like.place;
  return tree;
}

// The words of "A..B step S".
class RangeText {
 public:
  RangeText(const Tree& tree, const std::string& path) : tree_(tree), path_(path) {
    std::istringstream words(tree.text);
    for (std::string word; words >> word;) words_.push_back(word);
    const std::size_t dots = words_.empty() ? std::string::npos : words_[0].find("..");
    if (dots == std::string::npos) fail();
    span_.low = number(std::string_view(words_[0]).substr(0, dots));
    span_.high = number(std::string_view(words_[0]).substr(dots + 2));
    // Beyond, numbers are not exact in files and charts.
    constexpr std::int64_t kMost = std::int64_t{1} << 53;
    if (span_.low < -kMost || span_.high > kMost)
      throw ConfigError(tree_.place, path_, fmt::format("expected numbers from -2^53 to 2^53, got {}", words_[0]));
    if (span_.low >= span_.high) throw ConfigError(tree_.place, path_, fmt::format("an empty range: {}", words_[0]));
  }

  AxisValues read() {
    AxisValues out;
    if (words_.size() > 3) fail();
    const std::string kind = words_.size() > 1 ? words_[1] : "";
    if (kind == "step" && words_.size() == 3) steps(number(words_[2]), out);
    else if (kind == "log") logarithmic(out);
    else if (!kind.empty()) fail();
    out.span = span_;
    return out;
  }

 private:
  [[noreturn]] void fail() const {
    throw ConfigError(tree_.place, path_, fmt::format("expected {}, got {}", kForms, config::describe(tree_)));
  }
  [[nodiscard]] std::int64_t number(std::string_view text) const {
    const auto value = integer_of(text);
    if (!value) fail();
    return *value;
  }
  void refuse_many(std::int64_t count) const {
    if (count > config::kPointsMax)
      throw ConfigError(tree_.place, path_, fmt::format("{} values; at most {} are allowed", count, config::kPointsMax));
  }

  void steps(std::int64_t step, AxisValues& out) const {
    if (step <= 0) throw ConfigError(tree_.place, path_, "the step must be 1 or more");
    refuse_many((span_.high - span_.low) / step + 1);
    for (std::int64_t value = span_.low;; value += step) {
      out.values.push_back(scalar(value, tree_));
      if (span_.high - value < step) break;
    }
  }

  void logarithmic(AxisValues& out) {
    if (span_.low < 1) throw ConfigError(tree_.place, path_, "values spaced by ratio begin at 1 or more");
    span_.log = true;
    if (words_.size() == 2) return;
    const std::int64_t count = number(words_[2]);
    if (count < 2) throw ConfigError(tree_.place, path_, "expected 2 values or more");
    refuse_many(count);
    std::int64_t last = span_.low - 1;
    for (std::int64_t i = 0; i < count; ++i) {
      const std::int64_t value = span_.at(static_cast<double>(i) / static_cast<double>(count - 1));
      if (value != last) out.values.push_back(scalar(value, tree_));  // small ones may round to the same
      last = value;
    }
  }

  const Tree& tree_;
  const std::string& path_;
  std::vector<std::string> words_;
  Span span_;
};

// Charts draw such values evenly by ratio: each is half as much again as the one before, or more, and the last 20 times the first.
bool spread_by_ratio(std::vector<std::int64_t> numbers) {
  std::ranges::sort(numbers);
  if (numbers.size() < 3 || numbers.front() < 1 || numbers.back() / 20 < numbers.front()) return false;
  for (std::size_t i = 1; i < numbers.size(); ++i)
    if (2 * numbers[i] < 3 * numbers[i - 1]) return false;
  return true;
}

// The span of a list of integers.
std::optional<Span> span_of(const std::vector<Tree>& values) {
  std::vector<std::int64_t> numbers;
  for (const Tree& value : values) {
    const auto number = value.quoted ? std::nullopt : integer_of(value.text);
    if (!number) return {};
    numbers.push_back(*number);
  }
  const auto [low, high] = std::minmax_element(numbers.begin(), numbers.end());
  return Span{*low, *high, spread_by_ratio(numbers)};
}

AxisValues read_value_list(const Tree& tree, const std::string& path) {
  if (tree.items.empty()) throw ConfigError(tree.place, path, "an empty axis: expected one value or more");
  AxisValues out;
  std::set<std::string> seen;
  for (const Tree& item : tree.items) {
    if (!item.is_scalar()) throw ConfigError(item.place, path, fmt::format("expected a value, got {}", config::describe(item)));
    if (!seen.insert(item.text).second) throw ConfigError(item.place, path, fmt::format("'{}' is there twice", item.text));
    out.values.push_back(item);
  }
  out.span = span_of(out.values);
  return out;
}

}  // namespace

std::optional<std::int64_t> integer_of(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return {};
  return number;
}

AxisValues read_axis_values(const Tree& tree, const std::string& path) {
  if (tree.is_sequence()) return read_value_list(tree, path);
  if (!tree.is_scalar()) throw ConfigError(tree.place, path, fmt::format("expected {}, got {}", kForms, config::describe(tree)));
  return RangeText(tree, path).read();
}

std::vector<std::uint64_t> read_seeds(const Tree& tree, const std::string& path) {
  AxisValues values;
  const std::size_t dots = tree.is_scalar() ? tree.text.find("..") : std::string::npos;
  const bool one = dots != std::string::npos && tree.text.substr(0, dots) == tree.text.substr(dots + 2);  // 5..5
  if (one) values.values = {scalar(config::read_integer(config::make_scalar(tree.text.substr(0, dots)), path, {}), tree)};
  else if (tree.is_scalar() && dots == std::string::npos) values.values = {tree};
  else values = read_axis_values(tree, path);
  if (values.values.empty()) {  // A..B means each of them
    if (values.span->log) throw ConfigError(tree.place, path, "seeds are not spaced by ratio");
    if (values.span->high - values.span->low >= config::kSeedsMax)
      throw ConfigError(tree.place, path, fmt::format("at most {} seeds are allowed", config::kSeedsMax));
    for (std::int64_t seed = values.span->low; seed <= values.span->high; ++seed) values.values.push_back(scalar(seed, tree));
  }
  std::vector<std::uint64_t> seeds;
  for (const Tree& value : values.values) {
    if (value.is_scalar() && !integer_of(value.text))
      throw ConfigError(value.place, path,
                        fmt::format("expected a seed, a list of them, or a range A..B, got {}", config::describe(value)));
    seeds.push_back(static_cast<std::uint64_t>(config::read_integer(value, path, {0, config::keys::kAnyMax})));
  }
  return seeds;
}

}  // namespace tb::campaign
