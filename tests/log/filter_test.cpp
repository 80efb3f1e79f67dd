// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "log/filter.h"
#include "tests/log/script.h"

namespace event_log {
namespace {

TEST(FilterTest, KeysCombineAndRepeatedOnesAreAlternatives) {
  const auto accepted = [](const std::string& text) {
    Filter filter = Filter::parse(text);
    std::string cycles;
    test::for_each_event(kScript, [&](const EventView& event) {
      if (filter.accepts(event)) cycles += std::to_string(event.cycle) + "/" + std::to_string(event.hart) + " ";
    });
    return cycles;
  };
  EXPECT_EQ(accepted(""), "5/0 5/1 70000/0 70001/2 ");
  EXPECT_EQ(accepted("hart=0"), "5/0 70000/0 ");
  EXPECT_EQ(accepted("event=irq_off,event=balance_exit"), "5/0 70001/2 ");
  EXPECT_EQ(accepted("from=6,to=70000"), "70000/0 ");
  EXPECT_EQ(accepted("from=5,to=5"), "5/0 5/1 ") << "both ends included";
  EXPECT_EQ(accepted("next_class=ext"), "70000/0 ");
  EXPECT_EQ(accepted("next_class=fair,next_class=ext"), "70000/0 ");
  EXPECT_EQ(accepted("trapped=false"), "");
  EXPECT_THROW(Filter::parse("event=nope"), std::invalid_argument);
  EXPECT_THROW(Filter::parse("nope=1"), std::invalid_argument);
  EXPECT_THROW(Filter::parse("hart"), std::invalid_argument);
  EXPECT_THROW(Filter::parse("from=x"), std::invalid_argument);
}

TEST(FilterTest, ACommaInAValueIsEscaped) {
  const auto accepted = [](const std::string& text) {
    Filter filter = Filter::parse(text);
    unsigned count = 0;
    test::for_each_event(kScript, [&](const EventView& event) { count += filter.accepts(event) ? 1 : 0; });
    return count;
  };
  EXPECT_EQ(accepted(R"(next_comm=sleeper\,"0")"), 1U);
  EXPECT_EQ(accepted(R"(next_comm=sleeper\,"0",hart=0)"), 1U) << "and the next key is one";
  EXPECT_EQ(accepted(R"(next_comm=sleeper\\,hart=0)"), 0U) << "a backslash of the value's own";
  EXPECT_THROW(Filter::parse(R"(next_comm=sleeper,"0")"), std::invalid_argument);
}

TEST(FilterTest, WhatNoEventHasIsNamed) {
  const auto never_seen = [](const std::string& text) {
    Filter filter = Filter::parse(text);
    test::for_each_event(kScript, [&](const EventView& event) { static_cast<void>(filter.accepts(event)); });
    return filter.never_seen();
  };
  using testing::ElementsAre;
  EXPECT_THAT(never_seen("hart=0,event=balance_exit"), testing::IsEmpty()) << "both are there, though not together";
  EXPECT_THAT(never_seen("hart=9"), ElementsAre("hart=9; there are harts 0 to 2"));
  EXPECT_THAT(never_seen("event=kick,hart=1"), ElementsAre("event=kick"));
  EXPECT_THAT(never_seen("prev_comm=swapper"), ElementsAre("prev_comm=swapper; did you mean 'swapper/0'?"));
  Filter one = Filter::parse("hart=9");
  test::for_each_event({kScript[0]}, [&](const EventView& event) { static_cast<void>(one.accepts(event)); });
  EXPECT_THAT(one.never_seen(), ElementsAre("hart=9; there is hart 0 only"));
}

}  // namespace
}  // namespace event_log
