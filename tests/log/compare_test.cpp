// SPDX-License-Identifier: Apache-2.0
// Goal: two logs are found to be the same, to part, or to be one the beginning of the other, in either order.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "log/compare.h"
#include "log/reader.h"
#include "tests/log/write_log.h"
#include "tests/tb/support.h"

namespace event_log {
namespace {

namespace test = tb::test;
using test::Played;

const auto wfi = [] { trace::wfi_enter(0); };
const auto awake = [] { trace::wfi_exit(); };
const auto verbose = [] { trace::lock_acquired(3, 0); };

class CompareTest : public testing::Test {
 protected:
  std::string write(const std::string& name, const std::vector<Played>& script) { return test::write_log(dir_ / name, script); }
  Comparison compare(const std::vector<Played>& first, const std::vector<Played>& second) {
    const std::string a = write("a.bin", first);
    return compare_logs(a, write("b.bin", second));
  }

  test::TempDir dir_;
};

TEST_F(CompareTest, TheSame) {
  const Comparison same = compare({{5, 0, wfi}, {9, 1, awake}}, {{5, 0, wfi}, {9, 1, awake}});
  EXPECT_FALSE(same.difference);
  EXPECT_EQ(same.equal, 2U);
  EXPECT_TRUE(same.first_is_prefix());
  EXPECT_TRUE(same.second_is_prefix());
  EXPECT_FALSE(compare({}, {}).difference);
}

TEST_F(CompareTest, OneThatGoesOnAloneIsADifference) {
  const std::vector<Played> whole{{5, 0, wfi}, {9, 1, awake}, {12, 0, wfi}};
  const std::vector<Played> part{{5, 0, wfi}, {9, 1, awake}};
  const Comparison shorter_first = compare(part, whole);
  ASSERT_TRUE(shorter_first.difference);
  EXPECT_EQ(shorter_first.equal, 2U);
  EXPECT_EQ(shorter_first.difference->cycle, 12U);
  EXPECT_EQ(shorter_first.difference->first, "");
  EXPECT_EQ(shorter_first.difference->second, "hart 0 wfi_enter held=0");
  EXPECT_TRUE(shorter_first.first_is_prefix());
  EXPECT_FALSE(shorter_first.second_is_prefix());
  const Comparison shorter_second = compare(whole, part);
  ASSERT_TRUE(shorter_second.difference);
  EXPECT_EQ(shorter_second.equal, 2U);
  EXPECT_EQ(shorter_second.difference->cycle, 12U);
  EXPECT_EQ(shorter_second.difference->first, "hart 0 wfi_enter held=0");
  EXPECT_EQ(shorter_second.difference->second, "");
  EXPECT_FALSE(shorter_second.first_is_prefix());
  EXPECT_TRUE(shorter_second.second_is_prefix());
  EXPECT_TRUE(compare({}, whole).first_is_prefix()) << "an empty one begins all";
}

TEST_F(CompareTest, EachPartOfAnEventCounts) {
  const auto parts_at = [this](const Played& first, const Played& second) {
    const Comparison c = compare({{5, 0, wfi}, first, {20, 0, wfi}}, {{5, 0, wfi}, second, {20, 0, wfi}});
    EXPECT_FALSE(c.first_is_prefix());
    EXPECT_FALSE(c.second_is_prefix());
    EXPECT_EQ(c.equal, 1U);
    return *c.difference;
  };
  const Difference hart = parts_at({9, 0, wfi}, {9, 1, wfi});
  EXPECT_EQ(hart.cycle, 9U);
  EXPECT_EQ(hart.first, "hart 0 wfi_enter held=0");
  EXPECT_EQ(hart.second, "hart 1 wfi_enter held=0");
  EXPECT_EQ(parts_at({9, 0, wfi}, {9, 0, awake}).second, "hart 0 wfi_exit");
  EXPECT_EQ(parts_at({9, 0, wfi}, {9, 0, [] { trace::wfi_enter(1); }}).second, "hart 0 wfi_enter held=1");
  const Difference later = parts_at({9, 0, wfi}, {11, 0, wfi});
  EXPECT_EQ(later.cycle, 9U) << "at the earlier one's cycle the other has nothing";
  EXPECT_EQ(later.first, "hart 0 wfi_enter held=0");
  EXPECT_EQ(later.second, "hart 0 wfi_enter held=0 (at cycle 11)");
  const Difference earlier = parts_at({11, 0, wfi}, {9, 0, wfi});
  EXPECT_EQ(earlier.cycle, 9U);
  EXPECT_EQ(earlier.first, "hart 0 wfi_enter held=0 (at cycle 11)");
  EXPECT_EQ(earlier.second, "hart 0 wfi_enter held=0");
}

TEST_F(CompareTest, VerboseEventsAreLeftOut) {
  const Comparison c =
      compare({{5, 0, wfi}, {6, 0, verbose}, {9, 1, awake}, {10, 1, verbose}}, {{1, 0, verbose}, {5, 0, wfi}, {9, 1, awake}});
  EXPECT_FALSE(c.difference);
  EXPECT_EQ(c.equal, 2U);
  EXPECT_FALSE(compare({{5, 0, verbose}}, {{5, 0, [] { trace::lock_acquired(4, 1); }}}).difference);
}

TEST_F(CompareTest, WhatIsNoLogIsRefused) {
  EXPECT_THROW((void)compare_logs(write("a.bin", {}), (dir_ / "none.bin").string()), LogError);
}

}  // namespace
}  // namespace event_log
