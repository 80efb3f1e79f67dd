// SPDX-License-Identifier: Apache-2.0
// Goal: docs/reference/results.md names exactly the keys that a result has. Other tables are generated (scripts/gen_docs.py).
#include <gtest/gtest.h>

#include <fstream>
#include <regex>
#include <set>

#include "json/value.h"
#include "tests/tb/support.h"

namespace tb {
namespace {

using Words = std::set<std::string>;

std::string page() {
  std::ifstream file(SCX_TEST_DOCS "/reference/results.md");
  EXPECT_TRUE(file);
  return {std::istreambuf_iterator<char>(file), {}};
}

Words quoted_words(const std::string& text) {
  static const std::regex word("`([^`]+)`");
  Words words;
  for (std::sregex_iterator match(text.begin(), text.end(), word), end; match != end; ++match) words.insert((*match)[1]);
  return words;
}

// The keys that the tables of the page have rows for.
Words documented_keys() {
  const std::string text = page();
  std::istringstream lines(text.substr(0, text.find("\n## Warnings\n")));  // its table is of kinds
  Words keys;
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with("| `")) keys.merge(quoted_words(line.substr(0, line.find('|', 1))));
  return keys;
}

void collect_histogram(const json::Value& node, const std::string& path, Words& out);
void collect_tasks(const json::Value& node, const std::string& path, Words& out);

// Leaves of a JSON value as dotted paths; lists and the free-form parts by their own name.
void collect(const json::Value& node, const std::string& path, Words& out) {
  const bool free_form = path == "config" || path == "waves" || path == "exit" || path.ends_with("histogram");
  if (path == "versions" || path == "metrics.refused" || path == "metrics.warnings") out.insert(path + ".*");
  else if (path == "expect" || path == "broken_laws" || path == "warnings") out.insert(path + "[]");
  else if (node.is_object() && node.contains("p50")) collect_histogram(node, path, out);
  else if (path == "metrics.all_tasks") collect_tasks(node, path, out);
  else if (path == "metrics.classes" || path == "metrics.tasks")
    collect_tasks(node.items().empty() ? json::Value() : node.items().begin()->value, path, out);
  else if (!node.is_object() || free_form) out.insert(path);
  else
    for (const auto& [key, child] : node.items()) collect(child, path.empty() ? key : path + "." + key, out);
}

void collect_histogram(const json::Value& node, const std::string& path, Words& out) {
  static const Words kKeys = {"count", "sum", "min", "p50", "p90", "p99", "max", "from"};
  out.insert(path + ".*");
  for (const auto& [key, child] : node.items()) out.insert((kKeys.contains(key) ? "HISTOGRAM." : path + ".") + key);
}

void collect_tasks(const json::Value& node, const std::string& path, Words& out) {
  out.insert(path + ".*");
  if (node.is_object()) collect(node, "TASKS", out);
}

TEST(DocsTest, ResultKeysAreThoseOfAResult) {
  test::TempDir dir;
  const std::string command =
      std::string(SCX_COSIM " run " SCX_TEST_SCENARIO " --variant kick --quiet --out ") + dir.path().string();
  ASSERT_EQ(std::system(command.c_str()), 0);
  const json::Value result = json::read_file(dir / "stall/kick/result.json");
  Words present;
  collect(result, "", present);
  EXPECT_EQ(documented_keys(), present);
  const Words words = quoted_words(page());
  for (const char* list : {"waves", "expect"}) {
    const auto& keys = result[list].is_array() ? result[list][0] : result[list];
    for (const auto& [key, value] : keys.items()) EXPECT_TRUE(words.count(key)) << list << ": " << key;
  }
  for (const auto& item : result["metrics"]["refused"].items()) EXPECT_TRUE(words.count(item.key)) << item.key;
}

}  // namespace
}  // namespace tb
