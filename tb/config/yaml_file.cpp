// SPDX-License-Identifier: Apache-2.0
#include "tb/config/yaml_file.h"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

namespace tb::config {

namespace {

// Builds the tree from yaml-cpp's events rather than from its nodes: the nodes drop repeated keys and expand aliases
// without a word.
class TreeBuilder final : public YAML::EventHandler {
 public:
  explicit TreeBuilder(std::shared_ptr<const std::string> source) : source_(std::move(source)) {}

  [[nodiscard]] Tree take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { add_leaf(node(mark, anchor, "", Tree::Kind::kNull)); }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    throw ConfigError(place(mark), "", "aliases are not allowed here: write the value out");
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, const std::string& value) override {
    Tree leaf = node(mark, anchor, tag, Tree::Kind::kScalar);
    leaf.text = value;
    leaf.quoted = tag == "!";
    add_leaf(std::move(leaf));
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(node(mark, anchor, tag, Tree::Kind::kSequence));
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YAML::EmitterStyle::value) override {
    open(node(mark, anchor, tag, Tree::Kind::kMap));
  }
  void OnMapEnd() override { close(); }

 private:
  struct Level {
    Tree tree;
    bool has_key = false;
    std::string key;
    Place key_place;
  };

  [[nodiscard]] Place place(const YAML::Mark& mark) const { return {source_, mark.line + 1, mark.column + 1}; }

  Tree node(const YAML::Mark& mark, YAML::anchor_t anchor, const std::string& tag, Tree::Kind kind) {
    Tree tree;
    tree.kind = kind;
    tree.place = place(mark);
    if (anchor != YAML::NullAnchor) throw ConfigError(tree.place, "", "anchors are not allowed here: write the value out");
    if (!tag.empty() && tag != "?" && tag != "!")
      throw ConfigError(tree.place, "", fmt::format("tags are not allowed here: {}", tag));
    if (++nodes_ > kNodesMax) throw ConfigError(tree.place, "", fmt::format("more than {} values in one file", kNodesMax));
    return tree;
  }

  void open(Tree tree) {
    require_value_position(tree);
    if (levels_.size() >= kNestingMax)
      throw ConfigError(tree.place, "", fmt::format("nested deeper than {} levels", kNestingMax));
    levels_.push_back({std::move(tree), false, {}, {}});
  }

  void close() {
    Tree done = std::move(levels_.back().tree);
    levels_.pop_back();
    add_value(std::move(done));
  }

  // In a map, every other scalar is a key.
  void add_leaf(Tree leaf) {
    if (!levels_.empty() && levels_.back().tree.is_map() && !levels_.back().has_key) take_key(leaf);
    else add_value(std::move(leaf));
  }

  void take_key(const Tree& leaf) {
    Level& level = levels_.back();
    if (!leaf.is_scalar() || leaf.text.empty()) throw ConfigError(leaf.place, "", "expected a key");
    for (const TreeEntry& entry : level.tree.entries)
      if (entry.key == leaf.text)
        throw ConfigError(leaf.place, "", fmt::format("key '{}' is given twice; first in line {}", leaf.text, entry.place.line));
    level.has_key = true;
    level.key = leaf.text;
    level.key_place = leaf.place;
  }

  void require_value_position(const Tree& tree) const {
    if (!levels_.empty() && levels_.back().tree.is_map() && !levels_.back().has_key)
      throw ConfigError(tree.place, "", fmt::format("{} cannot be a key", describe(tree)));
  }

  void add_value(Tree value) {
    if (levels_.empty()) {
      root_ = std::move(value);
      return;
    }
    Level& level = levels_.back();
    if (level.tree.is_sequence()) {
      level.tree.items.push_back(std::move(value));
      return;
    }
    level.tree.entries.push_back({std::move(level.key), std::move(level.key_place), std::move(value)});
    level.has_key = false;
  }

  std::shared_ptr<const std::string> source_;
  std::vector<Level> levels_;
  Tree root_;
  std::size_t nodes_ = 0;
};

// yaml-cpp takes control characters for content and reads on; no configuration has a use for them.
void refuse_control_characters(std::string_view text, const std::shared_ptr<const std::string>& source) {
  Place place{source, 1, 1};
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 && c != '\n' && c != '\r' && c != '\t')
      throw ConfigError(place, "", fmt::format("control character 0x{:02x}", byte));
    ++place.column;
    if (c == '\n') {
      ++place.line;
      place.column = 1;
    }
  }
}

}  // namespace

Tree parse_yaml(std::string_view text, const std::string& source) {
  const auto name = std::make_shared<const std::string>(source);
  const Place whole{name, 0, 0};
  if (text.size() > kFileBytesMax) throw ConfigError(whole, "", fmt::format("larger than {} KiB", kFileBytesMax / 1024));
  refuse_control_characters(text, name);
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    TreeBuilder builder(name);
    if (!parser.HandleNextDocument(builder)) throw ConfigError(whole, "", "the file is empty");
    Tree tree = builder.take();
    TreeBuilder more(name);
    if (parser.HandleNextDocument(more)) throw ConfigError(more.take().place, "", "a second document in one file");
    return tree;
  } catch (const YAML::Exception& error) {
    throw ConfigError(Place{name, error.mark.line + 1, error.mark.column + 1}, "", fmt::format("not YAML: {}", error.msg));
  }
}

Tree read_yaml_file(const std::string& path) {
  const Place whole{std::make_shared<const std::string>(path), 0, 0};
  std::error_code ignored;  // opening it says what is wrong
  if (std::filesystem::is_directory(path, ignored)) throw ConfigError(whole, "", "is a directory");
  std::ifstream file(path, std::ios::binary);
  if (!file) throw ConfigError(whole, "", fmt::format("cannot be read: {}", std::strerror(errno)));
  std::string text;
  text.resize(kFileBytesMax + 1);
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  return parse_yaml(text, path);
}

}  // namespace tb::config
