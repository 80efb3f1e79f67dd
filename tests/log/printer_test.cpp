// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "json/value.h"
#include "log/printer.h"
#include "tests/log/script.h"

namespace event_log {
namespace {

using testing::HasSubstr;

// As RFC 4180 has it: fields of a line, quotes taken off.
std::vector<std::string> csv_fields(const std::string& line) {
  std::vector<std::string> fields(1);
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '"' && quoted && i + 1 < line.size() && line[i + 1] == '"') fields.back() += line[++i];
    else if (line[i] == '"') quoted = !quoted;
    else if (line[i] == ',' && !quoted) fields.emplace_back();
    else fields.back() += line[i];
  }
  EXPECT_FALSE(quoted) << line;
  return fields;
}

TEST(PrinterTest, CsvQuotesFieldsAndTheValuesInThem) {
  const auto fields_of = [](const std::function<void()>& emit) {
    std::vector<std::string> fields;
    test::for_each_event({{7, 1, emit}}, [&](const EventView& event) { fields = csv_fields(format_event(event, Format::kCsv)); });
    return fields;
  };
  using testing::ElementsAre;
  EXPECT_THAT(fields_of([] { trace::policy_print("CPU 2 going offline, x=\"1\""); }),
              ElementsAre("7", "1", "policy_print", R"(text="CPU 2 going offline, x=""1""")"));
  EXPECT_THAT(fields_of([] { trace::policy_print(""); }), ElementsAre("7", "1", "policy_print", R"(text="")"));
  EXPECT_THAT(fields_of([] { trace::policy_print("a,b"); }), ElementsAre("7", "1", "policy_print", "text=a,b"));
  EXPECT_THAT(fields_of([] { trace::kick(1, 6, false); }), ElementsAre("7", "1", "kick", "target_cpu=1 flags=6 self=false"));
}

TEST(PrinterTest, TextAndJsonNameEnums) {
  test::for_each_event({kScript[2]}, [](const EventView& event) {
    EXPECT_THAT(format_event(event, Format::kText), HasSubstr("70000  hart 0   sched_switch prev_pid=0"));
    const auto json = json::parse(format_event(event, Format::kJson));
    EXPECT_EQ(json["event"], "sched_switch");
    EXPECT_EQ(json["next_pid"], 4096);
    EXPECT_EQ(json["next_class"], "ext");
    EXPECT_EQ(json["next_comm"], "sleeper,\"0\"");
  });
}

TEST(PrinterTest, NegativeNumbersKeepTheirSign) {
  test::for_each_event({{1, 0, [] { trace::task_exit(5, "t", -7); }}}, [](const EventView& event) {
    EXPECT_THAT(format_event(event, Format::kText), HasSubstr("status=-7"));
    EXPECT_THAT(format_event(event, Format::kJson), HasSubstr("\"status\":-7"));
  });
}

}  // namespace
}  // namespace event_log
