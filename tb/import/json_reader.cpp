// SPDX-License-Identifier: Apache-2.0
#include "tb/import/json_reader.h"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>

namespace tb::import {

namespace {

using config::ConfigError;
using config::Place;
using config::Tree;

constexpr unsigned kDepthMax = 32;

bool is_of_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.';
}

class Parser {
 public:
  Parser(std::string_view text, const std::string& source) : text_(text), source_(std::make_shared<const std::string>(source)) {}

  Tree document() {
    Tree tree = value(0);
    skip();
    if (!at_end()) fail("nothing after the outermost value");
    return tree;
  }

 private:
  [[nodiscard]] bool at_end() const { return next_ == text_.size(); }
  [[nodiscard]] char peek() const { return at_end() ? '\0' : text_[next_]; }
  [[nodiscard]] Place place() const { return {source_, line_, static_cast<int>(next_ - line_start_) + 1}; }

  [[noreturn]] void fail(std::string_view expected) const {
    const std::string got = at_end() ? std::string("the end of the file") : fmt::format("'{}'", peek());
    throw ConfigError(place(), "", fmt::format("expected {}, got {}", expected, got));
  }

  char take() {
    const char c = text_[next_++];
    if (c == '\n') {
      ++line_;
      line_start_ = next_;
    }
    return c;
  }

  // White space and comments.
  void skip() {
    for (;;) {
      const std::string_view rest = text_.substr(next_);
      if (rest.starts_with("//")) {
        while (!at_end() && peek() != '\n') take();
      } else if (rest.starts_with("/*")) {
        const Place begin = place();
        const std::size_t end = text_.find("*/", next_ + 2);
        if (end == std::string_view::npos) throw ConfigError(begin, "", "expected '*/': the comment has no end");
        while (next_ < end + 2) take();
      } else if (!rest.empty() && std::string_view(" \t\r\n").find(rest[0]) != std::string_view::npos) {
        take();
      } else {
        return;
      }
    }
  }

  Tree value(unsigned depth) {
    skip();
    if (depth == kDepthMax) fail(fmt::format("at most {} levels", kDepthMax));
    Tree tree;
    tree.place = place();
    if (peek() == '{') {
      object(tree, depth);
    } else if (peek() == '[') {
      array(tree, depth);
    } else if (peek() == '"') {
      tree.kind = Tree::Kind::kScalar;
      tree.quoted = true;
      tree.text = string();
    } else if (is_of_word(peek())) {
      word(tree);
    } else {
      fail("a value");
    }
    return tree;
  }

  void object(Tree& tree, unsigned depth) {
    tree.kind = Tree::Kind::kMap;
    take();
    for (skip(); peek() != '}'; skip()) {
      if (peek() != '"') fail("a key in quotes, or '}'");
      const Place key_place = place();
      std::string key = string();
      skip();
      if (peek() != ':') fail(fmt::format("':' after the key \"{}\"", key));
      take();
      tree.entries.push_back({std::move(key), key_place, value(depth + 1)});
      if (!comma('}')) break;
    }
    take();
  }

  void array(Tree& tree, unsigned depth) {
    tree.kind = Tree::Kind::kSequence;
    take();
    for (skip(); peek() != ']'; skip()) {
      tree.items.push_back(value(depth + 1));
      if (!comma(']')) break;
    }
    take();
  }

  // False: the end of the list follows.
  bool comma(char end) {
    skip();
    if (peek() == end) return false;
    if (peek() != ',') fail(fmt::format("',' or '{}'", end));
    take();
    return true;
  }

  std::string string() {
    std::string out;
    take();
    while (peek() != '"') {
      if (at_end() || peek() == '\n') fail("'\"' at the end of the string");
      const char c = take();
      out += c == '\\' ? escaped() : c;
    }
    take();
    return out;
  }

  // Names and numbers of rt-app need no more of Unicode than that it does no harm.
  char escaped() {
    constexpr std::string_view kLetters = "\"\\/bfnrt", kMeant = "\"\\/\b\f\n\r\t";
    const std::size_t which = at_end() ? std::string_view::npos : kLetters.find(peek());
    if (which == std::string_view::npos) fail("one of \" \\ / b f n r t after '\\'");
    take();
    return kMeant[which];
  }

  void word(Tree& tree) {
    const std::size_t begin = next_;
    while (is_of_word(peek())) take();
    tree.text = std::string(text_.substr(begin, next_ - begin));
    if (tree.text == "null") return;
    tree.kind = Tree::Kind::kScalar;
    const char first = tree.text[0];
    if (tree.text == "true" || tree.text == "false" || first == '-' || (first >= '0' && first <= '9')) return;
    throw ConfigError(tree.place, "", fmt::format("expected a value, got '{}'", tree.text));
  }

  std::string_view text_;
  std::shared_ptr<const std::string> source_;
  std::size_t next_ = 0;
  std::size_t line_start_ = 0;
  int line_ = 1;
};

}  // namespace

Tree parse_json(std::string_view text, const std::string& source) { return Parser(text, source).document(); }

std::string read_text_file(const std::string& path, std::size_t bytes_max) {
  const Place whole{std::make_shared<const std::string>(path)};
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  if (error) throw ConfigError(whole, "", fmt::format("cannot be read: {}", error.message()));
  if (size > bytes_max) throw ConfigError(whole, "", fmt::format("{} bytes; at most {} can be imported", size, bytes_max));
  std::ifstream stream(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(stream), {}};
  if (!stream && text.empty() && size > 0) throw ConfigError(whole, "", "cannot be read");
  return text;
}

}  // namespace tb::import
