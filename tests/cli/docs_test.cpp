// SPDX-License-Identifier: Apache-2.0
// Goal: docs/interfaces.md says what the program does: events and fields, result keys, exit codes, scenario keys,
// options, the words that harts share, the kernel's invariants.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <regex>
#include <set>

#include "json/value.h"
#include "tb/config/keys.h"
#include "log/decode.h"
#include "tb/monitor/metrics.h"
#include "tb/result/outcome.h"
#include "tests/tb/support.h"

namespace tb {
namespace {

using Words = std::set<std::string>;

// The page without its examples.
std::string page() {
  std::ifstream file(SCX_TEST_DOCS "/interfaces.md");
  std::string text;
  bool example = false;
  for (std::string line; std::getline(file, line);) {
    const bool fence = line.starts_with("```");
    if (fence) example = !example;
    if (!fence && !example) text += line + '\n';
  }
  return text;
}

// The first group of every match.
Words matches(const std::string& text, const std::regex& pattern) {
  Words words;
  for (std::sregex_iterator match(text.begin(), text.end(), pattern), end; match != end; ++match)
    words.insert((*match)[1]);
  return words;
}

Words quoted_words(const std::string& text) {
  static const std::regex word("`([^`]+)`");
  return matches(text, word);
}

// The rows of the table that comes first after `heading`, as cells.
std::vector<std::vector<std::string>> table_after(const std::string& heading) {
  const std::string text = page();
  const std::size_t at = text.find(heading);
  EXPECT_NE(at, std::string::npos) << heading;
  std::istringstream lines(text.substr(at));
  std::vector<std::vector<std::string>> rows;
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with('|')) {
      if (!rows.empty()) break;
      continue;
    }
    std::vector<std::string> cells;
    std::istringstream row(line.substr(1));
    for (std::string cell; std::getline(row, cell, '|');)
      cells.push_back(cell.substr(cell.find_first_not_of(' ') == std::string::npos ? 0 : cell.find_first_not_of(' ')));
    for (std::string& cell : cells) cell.erase(cell.find_last_not_of(' ') + 1);
    rows.push_back(cells);
  }
  if (rows.size() >= 2) rows.erase(rows.begin(), rows.begin() + 2);  // heading and rule
  EXPECT_FALSE(rows.empty()) << heading;
  return rows;
}

std::string kernel_source(const std::string& name) {
  std::ifstream file(SCX_TEST_DOCS "/../firmware/kernel/" + name);
  EXPECT_TRUE(file) << name;
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(DocsTest, EventTableIsTheSchema) {
  Words documented, declared;
  for (const auto& row : table_after("## Events")) {
    std::string line = row.at(0);
    for (const std::string& field : quoted_words(row.at(1))) line.append(" ").append(field);
    documented.insert(line);
  }
  for (const auto& event : trace::schema::kEvents) {
    std::string line = fmt::format("`{}`{}", event.name, event.verbose ? " (verbose)" : "");
    Words fields;
    for (const auto& field : event.fields) fields.emplace(field.name);
    for (const std::string& field : fields) line.append(" ").append(field);
    declared.insert(line);
  }
  EXPECT_EQ(documented, declared);
}

TEST(DocsTest, NamesOfEnumValuesAreListed) {
  const Words words = quoted_words(page());
  for (const auto* values : trace::schema::kEnums) {
    if (values->name == "site") continue;  // the page says what they are, not each
    for (const auto& item : values->names)
      EXPECT_TRUE(words.count(std::string(item.name))) << values->name << " " << item.name;
  }
  for (const auto names : {std::span<const std::string_view>(config::keys::kPreemptNames),
                           std::span<const std::string_view>(config::keys::kSpinlockKindNames),
                           std::span<const std::string_view>(config::keys::kConsoleKindNames),
                           std::span<const std::string_view>(config::keys::kBreakoutRetryNames),
                           std::span<const std::string_view>(config::keys::kBarkRouteNames),
                           std::span<const std::string_view>(config::keys::kClassNames),
                           std::span<const std::string_view>(config::keys::kSignalNames),
                           std::span<const std::string_view>(config::keys::kEndingNames)})
    for (const auto name : names) EXPECT_TRUE(words.count(std::string(name))) << name;
}

TEST(DocsTest, ExitCodesAreTheProgramsOwn) {
  Words documented, declared{"2 ", "15 "};
  for (const auto& row : table_after("### Exit codes")) documented.insert(row.at(0) + " " + row.at(1));
  for (const auto& outcome : kOutcomes)
    declared.insert(fmt::format("{} `{}`", outcome.exit_code, outcome.name));
  EXPECT_EQ(documented, declared);
}

TEST(DocsTest, ScenarioKeysAreThoseTheReadersKnow) {
  std::map<std::string, Words> documented;
  for (const auto& row : table_after("\n| section | keys |")) documented[row.at(0)] = quoted_words(row.at(1));
  for (const auto& section : config::keys::kSections) {
    const auto found = documented.find(std::string(section.title));
    ASSERT_NE(found, documented.end()) << section.title;
    for (const auto& key : section.keys)
      EXPECT_TRUE(found->second.count(std::string(key.name))) << section.title << ": " << key.name;
  }
  EXPECT_EQ(documented.size(), config::keys::kSections.size());
}

// Leaves of a JSON value as dotted paths; lists and the free-form parts by their own name.
void collect(const json::Value& node, const std::string& path, Words& out) {
  const bool free_form = path == "config" || path == "waves" || path == "exit" || path.ends_with("histogram");
  if (path == "versions" || path == "metrics.refused") out.insert(path + ".*");
  else if (path == "expect") out.insert(path + "[]");
  else if (!node.is_object() || free_form) out.insert(path);
  else
    for (const auto& [key, child] : node.items()) collect(child, path.empty() ? key : path + "." + key, out);
}

TEST(DocsTest, ResultKeysAreThoseOfAResult) {
  test::TempDir dir;
  const std::string command =
      std::string(SCX_COSIM " run " SCX_TEST_SCENARIO " --variant kick --quiet --out ") + dir.path().string();
  ASSERT_EQ(std::system(command.c_str()), 0);
  const json::Value result = json::read_file(dir / "stall/kick/result.json");
  Words documented, present;
  for (const auto& row : table_after("### result.json"))
    for (const std::string& key : quoted_words(row.at(0))) documented.insert(key);
  collect(result, "", present);
  EXPECT_EQ(documented, present);
  const Words words = quoted_words(page());
  for (const char* list : {"waves", "expect"}) {
    const auto& keys = result[list].is_array() ? result[list][0] : result[list];
    for (const auto& [key, value] : keys.items()) EXPECT_TRUE(words.count(key)) << list << ": " << key;
  }
  for (const auto& item : result["metrics"]["refused"].items()) EXPECT_TRUE(words.count(item.key)) << item.key;
}

TEST(DocsTest, VerbsAndOptionsAreThoseOfTheHelp) {
  test::TempDir dir;
  const auto help_of = [&](const std::string& verb) {
    const std::string file = (dir / "help.txt").string();
    EXPECT_EQ(std::system((std::string(SCX_COSIM " ") + verb + " --help >" + file).c_str()), 0);
    std::ifstream stream(file);
    return std::string(std::istreambuf_iterator<char>(stream), {});
  };
  const auto options_in = [](const std::string& text) {
    static const std::regex option("--[a-z][a-z-]*");
    Words words;
    for (std::sregex_iterator match(text.begin(), text.end(), option), end; match != end; ++match)
      words.insert(match->str());
    words.erase("--help");
    return words;
  };
  for (const std::string verb : {"run", "list", "events", "replay", "wave"}) {
    Words documented;
    for (const auto& row : table_after("| option of `" + verb + "`")) documented.merge(options_in(row.at(0)));
    Words offered = options_in(help_of(verb));
    EXPECT_EQ(documented, offered) << verb;
  }
  Words verbs;
  for (const auto& row : table_after("## Command line")) verbs.merge(quoted_words(row.at(0)));
  EXPECT_EQ(verbs, (Words{"run", "check", "list", "events", "replay", "schema", "wave", "version", "help"}));
}

TEST(DocsTest, SharedWordsAreThoseOfTheKernelsList) {
  Words documented;
  for (const auto& row : table_after("| word | written by |")) {
    std::string word = row.at(0);
    std::erase(word, '`');
    documented.insert(word);
  }
  Words declared = matches(kernel_source("shared_words.h"), std::regex("// \\| ([^|]*[^| ]) *\\|[^\n]*"));
  declared.erase("word");  // the heading
  EXPECT_EQ(documented, declared);
}

TEST(DocsTest, InvariantsAreThoseTheKernelChecks) {
  Words documented;
  for (const auto& row : table_after("| invariant | what must hold |")) documented.merge(quoted_words(row.at(0)));
  const std::regex named("require\\([^\"]*, \"([a-z_]+)\"");
  EXPECT_EQ(documented, matches(kernel_source("invariants.cpp"), named));
}

}  // namespace
}  // namespace tb
