// SPDX-License-Identifier: Apache-2.0
#include "tb/config/emit.h"

#include <algorithm>
#include <charconv>

namespace tb::config {

namespace {

// A plain scalar may hold what flow style gives a meaning to only inside quotes.
std::string scalar(const Tree& tree) {
  const bool needs_quotes =
      tree.quoted || tree.text.empty() || tree.text.find_first_of(",[]{}#:\"'&*!|>%@`\n") != std::string::npos;
  if (!needs_quotes) return tree.text;
  std::string text = "\"";
  for (const char c : tree.text) {
    if (c == '"' || c == '\\') text += '\\';
    if (c == '\n') text += "\\n";
    else if (c == '\t') text += "\\t";
    else if (c == '\r') text += "\\r";
    else text += c;
  }
  return text + '"';
}

bool is_leaf(const Tree& tree) { return !tree.is_map() && !tree.is_sequence(); }

bool flat(const Tree& tree) {
  return std::all_of(tree.entries.begin(), tree.entries.end(), [](const TreeEntry& e) { return is_leaf(e.value); });
}

void block_map(const Tree& tree, const std::string& indent, std::string& out) {
  for (const TreeEntry& entry : tree.entries) {
    out += indent + entry.key + ":";
    const Tree& value = entry.value;
    if (value.is_map() && indent.empty() && !value.entries.empty() && !flat(value)) {
      out += '\n';
      block_map(value, indent + "  ", out);
    } else if (value.is_sequence() && indent.empty() && !value.items.empty()) {
      out += '\n';
      for (const Tree& item : value.items) out += indent + "  - " + emit_flow(item) + '\n';
    } else {
      out += ' ' + emit_flow(value) + '\n';
    }
  }
}

}  // namespace

std::string emit_flow(const Tree& tree) {
  if (tree.kind == Tree::Kind::kNull) return "null";
  if (tree.is_scalar()) return scalar(tree);
  std::string text;
  if (tree.is_sequence()) {
    for (const Tree& item : tree.items) text += (text.empty() ? "" : ", ") + emit_flow(item);
    return "[" + text + "]";
  }
  for (const TreeEntry& entry : tree.entries) text += (text.empty() ? " " : ", ") + entry.key + ": " + emit_flow(entry.value);
  return text.empty() ? "{}" : "{" + text + " }";
}

std::string emit_yaml(const Tree& tree) {
  if (!tree.is_map()) return emit_flow(tree) + '\n';
  std::string out;
  block_map(tree, "", out);
  return out;
}

json::Value to_json(const Tree& tree) {
  switch (tree.kind) {
    case Tree::Kind::kNull: return nullptr;
    case Tree::Kind::kSequence: {
      auto list = json::Value::array();
      for (const Tree& item : tree.items) list.push_back(to_json(item));
      return list;
    }
    case Tree::Kind::kMap: {
      auto map = json::Value::object();
      for (const TreeEntry& entry : tree.entries) map[entry.key] = to_json(entry.value);
      return map;
    }
    case Tree::Kind::kScalar: break;
  }
  if (!tree.quoted) {
    if (tree.text == "true") return true;
    if (tree.text == "false") return false;
    std::int64_t number = 0;
    const char* end = tree.text.data() + tree.text.size();
    if (std::from_chars(tree.text.data(), end, number).ptr == end) return number;
  }
  return tree.text;
}

}  // namespace tb::config
