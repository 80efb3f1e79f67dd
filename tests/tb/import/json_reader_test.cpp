// SPDX-License-Identifier: Apache-2.0
// Goal: what rt-app takes as JSON is read with its order, its repeated keys and its places; anything else is refused with a place.
#include "tb/import/json_reader.h"

#include <gmock/gmock.h>

namespace tb::import {
namespace {

using testing::HasSubstr;

std::string refusal(const std::string& text) {
  try {
    static_cast<void>(parse_json(text, "load.json"));
  } catch (const config::ConfigError& error) {
    return error.what();
  }
  return "none";
}

TEST(JsonReaderTest, KeepsOrderRepeatedKeysAndPlaces) {
  const config::Tree tree =
      parse_json("{ \"run\" : 1,\n  \"sleep\":2, \"run\": [ -3, \"x\\\"y\" ], \"n\": null, \"t\": true }", "f");
  ASSERT_EQ(tree.entries.size(), 5U);
  EXPECT_EQ(tree.entries[0].key, "run");
  EXPECT_EQ(tree.entries[2].key, "run");
  EXPECT_EQ(tree.entries[2].value.items[0].text, "-3");
  EXPECT_FALSE(tree.entries[2].value.items[0].quoted);
  EXPECT_EQ(tree.entries[2].value.items[1].text, "x\"y");
  EXPECT_TRUE(tree.entries[2].value.items[1].quoted);
  EXPECT_EQ(tree.entries[2].place.line, 2);
  EXPECT_EQ(tree.entries[2].place.column, 14);
  EXPECT_EQ(tree.entries[3].value.kind, config::Tree::Kind::kNull);
  EXPECT_EQ(tree.entries[4].value.text, "true");
}

TEST(JsonReaderTest, TakesCommentsAndACommaTooMany) {
  const config::Tree tree = parse_json("/* a\n * b */ { // c\n \"a\" : [ 1, 2, ], /* d */ \"b\" : {}, }\n// e", "f");
  ASSERT_EQ(tree.entries.size(), 2U);
  EXPECT_EQ(tree.entries[0].value.items.size(), 2U);
  EXPECT_TRUE(tree.entries[1].value.is_map());
  EXPECT_EQ(tree.entries[0].place.line, 3);
}

TEST(JsonReaderTest, RefusesWithAPlace) {
  EXPECT_THAT(refusal(""), HasSubstr("load.json:1:1: expected a value, got the end of the file"));
  EXPECT_THAT(refusal("{ \"a\" 1 }"), HasSubstr("load.json:1:7: expected ':' after the key \"a\", got '1'"));
  EXPECT_THAT(refusal("{ \"a\" : 1\n \"b\" : 2 }"), HasSubstr("load.json:2:2: expected ',' or '}', got '\"'"));
  EXPECT_THAT(refusal("{ a : 1 }"), HasSubstr("load.json:1:3: expected a key in quotes, or '}', got 'a'"));
  EXPECT_THAT(refusal("{ \"a\" : [ 1 2 ] }"), HasSubstr("load.json:1:13: expected ',' or ']', got '2'"));
  EXPECT_THAT(refusal("{ \"a\" : \"b\n\" }"), HasSubstr("load.json:1:11: expected '\"' at the end of the string"));
  EXPECT_THAT(refusal("{ \"a\" : \"\\q\" }"), HasSubstr("after '\\', got 'q'"));
  EXPECT_THAT(refusal("{ } x"), HasSubstr("load.json:1:5: expected nothing after the outermost value, got 'x'"));
  EXPECT_THAT(refusal("{ \"a\" : yes }"), HasSubstr("load.json:1:9: expected a value, got 'yes'"));
  EXPECT_THAT(refusal("\n /* { }"), HasSubstr("load.json:2:2: expected '*/': the comment has no end"));
  EXPECT_THAT(refusal(std::string(40, '[')), HasSubstr("load.json:1:33: expected at most 32 levels"));
  EXPECT_THAT(refusal("{ \"a\" : ,"), HasSubstr("load.json:1:9: expected a value, got ','"));
}

}  // namespace
}  // namespace tb::import
