// SPDX-License-Identifier: Apache-2.0
#include "json/value.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <limits>

namespace json {
namespace {

using testing::HasSubstr;

std::string error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

TEST(JsonTest, ObjectsKeepTheOrderInWhichTheyWereWritten) {
  Value value{{"z", 1}, {"a", nullptr}, {"list", Value::array({true, "x", 2.5})}};
  value["m"]["inner"] = "y";
  value["z"] = 3;
  EXPECT_EQ(value.dump(), R"({"z":3,"a":null,"list":[true,"x",2.5],"m":{"inner":"y"}})");
  EXPECT_EQ(parse(value.dump()), value);
}

TEST(JsonTest, IsPrintedInOneLineOrIndented) {
  EXPECT_EQ((Value{{"a", Value::array({1})}}).dump(2), "{\n  \"a\": [\n    1\n  ]\n}");
  EXPECT_EQ(Value::object().dump(), "{}");
  EXPECT_EQ(Value::array().dump(2), "[]");
}

TEST(JsonTest, BytesThatAreNoUtf8AreReplaced) { EXPECT_EQ(Value("a\xff").dump(), "\"a\xef\xbf\xbd\""); }

TEST(JsonTest, NumbersKeepAllTheirDigits) {
  constexpr auto kMax = std::numeric_limits<std::uint64_t>::max();
  constexpr auto kMin = std::numeric_limits<std::int64_t>::min();
  EXPECT_EQ(parse(Value(kMax).dump()).get<std::uint64_t>(), kMax);
  EXPECT_EQ(parse(Value(kMin).dump()).get<std::int64_t>(), kMin);
  EXPECT_EQ(parse("0.1").get<double>(), 0.1);
}

TEST(JsonTest, NumbersAreComparedByValue) {
  EXPECT_EQ(Value(3), Value(3u));
  EXPECT_EQ(Value(3), Value(3.0));
  EXPECT_NE(Value(-1), Value(std::numeric_limits<std::uint64_t>::max()));
  EXPECT_NE(Value(1), Value(true));
  EXPECT_GT(Value(4), 3);
  EXPECT_LE(Value(2.5), 2.5);
}

TEST(JsonTest, ANumberThatDoesNotFitIsAnError) {
  EXPECT_THAT(error_of([] { (void)Value(300).get<std::uint8_t>(); }), HasSubstr("a number in range is wanted, not 300"));
  EXPECT_THAT(error_of([] { (void)Value(-1).get<unsigned>(); }), HasSubstr("a number in range is wanted, not -1"));
  EXPECT_THAT(error_of([] { (void)Value(1.5).get<int>(); }), HasSubstr("an integer is wanted, not 1.5"));
}

TEST(JsonTest, SaysWhatIsMissingOrOfAnotherKind) {
  const Value value{{"a", Value::array({1})}};
  EXPECT_EQ(error_of([&] { (void)value["b"]; }), "no member 'b'");
  EXPECT_EQ(error_of([&] { (void)value["a"][1]; }), "no value 1 in a list of 1");
  EXPECT_EQ(error_of([&] { (void)value["a"]["b"]; }), "an object with 'b' is wanted, not a list");
  EXPECT_EQ(error_of([&] { (void)value["a"].get<std::string>(); }), "a text is wanted, not [1]");
  EXPECT_EQ(error_of([&] { (void)value.get<bool>(); }), "true or false is wanted, not {\"a\":[1]}");
  EXPECT_EQ(error_of([&] { (void)Value().elements(); }), "a list is wanted, not null");
}

TEST(JsonTest, AMemberMayBeMissingButNotOfAnotherKind) {
  const Value value{{"a", 1}, {"none", nullptr}};
  EXPECT_EQ(value.value("a", 7), 1);
  EXPECT_EQ(value.value("b", 7), 7);
  EXPECT_EQ(value.value("b", "x"), "x");
  EXPECT_EQ(Value().value("b", 7), 7);
  EXPECT_THAT(error_of([&] { (void)value.value("none", 7); }), HasSubstr("wanted, not null"));
}

TEST(JsonTest, CollectionsComeAndGo) {
  const std::vector<std::string> names{"a", "b"};
  EXPECT_EQ(Value(names).get<std::vector<std::string>>(), names);
  const std::map<std::string, double> figures{{"x", 1.5}, {"y", 2}};
  EXPECT_EQ((Value(figures).get<std::map<std::string, double>>()), figures);
  EXPECT_TRUE(Value(std::optional<int>()).is_null());
  EXPECT_EQ(Value(std::optional<int>(4)), 4);
}

TEST(JsonTest, MembersAreSetAndErased) {
  Value value{{"a", 1}, {"b", 2}};
  value.update(Value{{"b", 3}, {"c", 4}});
  value.erase("a");
  value.erase("nothing");
  EXPECT_EQ(value.dump(), R"({"b":3,"c":4})");
  value["list"].push_back(1);
  EXPECT_EQ(value["list"].size(), 1u);
  EXPECT_EQ(error_of([&] { value["b"].push_back(1); }), "a list is wanted, not 3");
}

TEST(JsonTest, ATextThatIsNoJsonSaysWhere) {
  EXPECT_THAT(error_of([] { (void)parse("{\"a\": 1,}"); }), HasSubstr("line 1, column 9"));
  EXPECT_THAT(error_of([] { (void)read_file("/nowhere/result.json"); }), HasSubstr("/nowhere/result.json: cannot be read"));
}

}  // namespace
}  // namespace json
