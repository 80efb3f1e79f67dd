// SPDX-License-Identifier: Apache-2.0
// Goal: YAML is read as written or refused with its place; nothing is dropped, guessed or expanded.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tb/config/emit.h"
#include "tb/config/strict_map.h"
#include "tests/tb/support.h"

namespace tb::config {
namespace {

using test::config_error;
using testing::HasSubstr;
using testing::StartsWith;

std::string parse_error(const std::string& text) {
  return config_error([&] { static_cast<void>(parse_yaml(text, "f.yaml")); });
}

TEST(YamlTest, KeepsTextPlaceAndQuotes) {
  const Tree tree = parse_yaml("# comment\na: 010\nb: { c: \"7\" }\n", "f.yaml");
  EXPECT_EQ(tree.find("a")->text, "010");
  EXPECT_EQ(to_string(tree.find("a")->place), "f.yaml:2:4");
  EXPECT_FALSE(tree.find("a")->quoted);
  EXPECT_TRUE(tree.find("b")->find("c")->quoted);
  EXPECT_EQ(to_string(tree.find("b")->find("c")->place), "f.yaml:3:9");
}

TEST(YamlTest, RefusesAKeyGivenTwiceAndSaysWhereTheFirstIs) {
  EXPECT_THAT(parse_error("a: 1\nb: 2\na: 3\n"), StartsWith("f.yaml:3:1: key 'a' is given twice; first in line 1"));
  EXPECT_THAT(parse_error("x: { a: 1, a: 2 }\n"), StartsWith("f.yaml:1:12: key 'a' is given twice"));
}

TEST(YamlTest, RefusesAnchorsAliasesTagsAndSecondDocuments) {
  EXPECT_THAT(parse_error("a: &x 1\n"), HasSubstr("anchors are not allowed"));
  EXPECT_THAT(parse_error("a: &x [1]\nb: *x\n"), HasSubstr("anchors are not allowed"));
  EXPECT_THAT(parse_error("a: !!int 1\n"), HasSubstr("tags are not allowed"));
  EXPECT_THAT(parse_error("a: 1\n---\nb: 1\n"), HasSubstr("a second document"));
}

TEST(YamlTest, RefusesWhatIsNoYamlWithLineAndColumn) {
  EXPECT_THAT(parse_error("a: [1, 2\nb: 3\n"), HasSubstr("not YAML"));
  EXPECT_THAT(parse_error("a: [1, 2\nb: 3\n"), StartsWith("f.yaml:"));
  EXPECT_THAT(parse_error(""), HasSubstr("the file is empty"));
  EXPECT_THAT(parse_error(std::string("a: 1\0b", 6)), HasSubstr("control character 0x00"));
}

TEST(YamlTest, NestingSizeAndNodesAreBounded) {
  EXPECT_EQ(parse_error(std::string(kNestingMax, '[') + std::string(kNestingMax, ']')), "");
  EXPECT_THAT(parse_error(std::string(kNestingMax + 1, '[') + std::string(kNestingMax + 1, ']')),
              HasSubstr("nested deeper than 20 levels"));
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "[\n";
  EXPECT_THAT(parse_error(deep), StartsWith("f.yaml:1:1: ")) << "refused, and long before the stack ends";
  EXPECT_THAT(parse_error(std::string(kFileBytesMax + 1, ' ')), HasSubstr("larger than 256 KiB"));
  std::string many = "a: [";
  for (std::size_t i = 0; i < kNodesMax; ++i) many += "1,";
  EXPECT_THAT(parse_error(many + "1]"), HasSubstr("more than 20000 values"));
}

TEST(StrictMapTest, IntegersAreDecimalAndInRange) {
  const auto read = [](const std::string& text, Range range) {
    const Tree tree = parse_yaml("k: " + text, "f.yaml");
    return config_error([&] { static_cast<void>(read_integer(*tree.find("k"), "k", range)); });
  };
  EXPECT_EQ(read("0", {}), "");
  EXPECT_EQ(read("-5", {-5, 5}), "");
  EXPECT_EQ(read("9223372036854775807", {}), "");
  EXPECT_THAT(read("010", {}), HasSubstr("'010' has a leading zero"));
  EXPECT_EQ(read("6", {1, 5}), "f.yaml:1:4: k: expected an integer from 1 to 5, got '6'");
  for (const char* wrong :
       {"0x10", "1_000", "1.0", "1e3", "+1", "--1", "true", "\"1\"", "~", "[1]", "{a: 1}", "9223372036854775808"})
    EXPECT_THAT(read(wrong, {}), HasSubstr("expected an integer")) << wrong;
}

TEST(StrictMapTest, UnknownKeyNamesTheNearestKnownOne) {
  const Tree tree = parse_yaml("limt: 3\n", "f.yaml");
  constexpr std::string_view kKeys[] = {"limit", "retry"};
  EXPECT_EQ(config_error([&] { StrictMap(tree, "kernel.breakout", kKeys); }),
            "f.yaml:1:1: kernel.breakout.limt: unknown key; did you mean 'limit'?");
}

TEST(StrictMapTest, MissingKeyPointsAtTheMap) {
  const Tree tree = parse_yaml("\n\nx: { a: 1 }\n", "f.yaml");
  constexpr std::string_view kKeys[] = {"a", "b"};
  const StrictMap map(*tree.find("x"), "x", kKeys);
  EXPECT_EQ(config_error([&] { static_cast<void>(map.require("b")); }), "f.yaml:3:4: x: missing key 'b'");
}

TEST(StrictMapTest, ASectionSaysWhatIsNeededAndWhatItsKeysMayBe) {
  const auto read = [](const std::string& text, const auto& use) {
    const Tree tree = parse_yaml(text, "f.yaml");
    return config_error([&] { use(StrictMap(tree, "loop", keys::SectionId::kLoop)); });
  };
  const auto nothing = [](const StrictMap&) {};
  EXPECT_EQ(read("times: 3\n", nothing), "f.yaml:1:1: loop: missing key 'program'");
  EXPECT_EQ(read("times: 3\nprogramm: []\n", nothing), "f.yaml:2:1: loop.programm: unknown key; did you mean 'program'?");
  EXPECT_EQ(read("times: 0\nprogram: []\n", [](const StrictMap& map) { static_cast<void>(map.integer("times")); }),
            "f.yaml:1:8: loop.times: expected an integer from 1 to 1000000, got '0'");
}

TEST(EmitTest, FlowFormReadsBackAsItself) {
  const std::string text = "{ a: 1, b: [1, \"2\", x y], c: { d: null, e: \"a: b, {c} #\" }, f: \"\", g: [], h: {} }";
  const Tree tree = parse_yaml(text, "f.yaml");
  EXPECT_EQ(emit_flow(tree), text);
  EXPECT_EQ(emit_flow(parse_yaml(emit_yaml(tree), "f.yaml")), text) << "block form";
}

TEST(EmitTest, JsonHasNumbersBooleansAndNull) {
  const Tree tree = parse_yaml("{ a: 1, b: true, c: x, d: \"1\", e: ~ }", "f.yaml");
  EXPECT_EQ(to_json(tree).dump(), R"({"a":1,"b":true,"c":"x","d":"1","e":null})");
}

}  // namespace
}  // namespace tb::config
