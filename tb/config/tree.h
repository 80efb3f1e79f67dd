// SPDX-License-Identifier: Apache-2.0
// A configuration document as written: scalars keep their text and every node its place, so that each reader decides
// what a value means and each error can point at it.
#pragma once

#include <cstddef>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace tb::config {

struct Place {
  std::shared_ptr<const std::string> source;  // file name as given, or "--set"
  int line = 0;                               // from 1; 0: the place is the whole source
  int column = 0;
};

[[nodiscard]] std::string to_string(const Place& place);

// A configuration that cannot be run. Each message is complete: place, key path, what was expected.
class ConfigError : public std::runtime_error {
 public:
  ConfigError(const Place& place, std::string_view path, std::string_view what);
  explicit ConfigError(const std::string& message) : ConfigError(std::vector<std::string>{message}) {}
  explicit ConfigError(std::vector<std::string> messages);

  // One or more; what() has each on a line.
  [[nodiscard]] const std::vector<std::string>& messages() const { return messages_; }

 private:
  std::vector<std::string> messages_;
};

// "file:line:column: path: text".
[[nodiscard]] std::string located(const Place& place, std::string_view path, std::string_view text);

struct TreeEntry;

struct Tree {
  enum class Kind { kNull, kScalar, kSequence, kMap };

  Kind kind = Kind::kNull;
  Place place;
  std::string text;                // kScalar
  bool quoted = false;             // kScalar: "5" is a text, 5 a number
  std::vector<Tree> items;         // kSequence
  std::vector<TreeEntry> entries;  // kMap, in the order written, keys unique

  [[nodiscard]] bool is_scalar() const { return kind == Kind::kScalar; }
  [[nodiscard]] bool is_sequence() const { return kind == Kind::kSequence; }
  [[nodiscard]] bool is_map() const { return kind == Kind::kMap; }
  [[nodiscard]] const Tree* find(std::string_view key) const;
  [[nodiscard]] Tree* find(std::string_view key);
  // Replaces the value of key, or appends the pair.
  void set(std::string_view key, Tree value);
  void erase(std::string_view key);
};

struct TreeEntry {
  std::string key;
  Place place;
  Tree value;
};

// What a node is, for messages: "a map", "the text 'abc'".
[[nodiscard]] std::string describe(const Tree& tree);

// Nodes without a place, for what the program itself writes.
[[nodiscard]] Tree make_scalar(std::string_view text);
[[nodiscard]] Tree make_text(std::string_view text);  // quoted where it could be read as anything else
[[nodiscard]] Tree make_number(unsigned long long value);
[[nodiscard]] Tree make_map();
[[nodiscard]] Tree make_sequence();

}  // namespace tb::config
