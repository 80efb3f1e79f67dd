// SPDX-License-Identifier: Apache-2.0
// The kernel's small tools: random numbers, lists, sets of CPUs.
#include <gtest/gtest.h>

#include "firmware/kernel/base/cpumask.h"
#include "firmware/kernel/base/list.h"
#include "firmware/kernel/base/random.h"
#include "tests/kernel/in_kernel.h"
#include "tests/kernel/test_policies.h"

namespace kernel {

using namespace test;

namespace {

struct Item {
  ListNode<Item> node;
};
using Items = List<Item, &Item::node>;

std::vector<const Item*> forwards(const Items& list) {
  std::vector<const Item*> found;
  for (const Item* item = list.front(); item != nullptr; item = Items::next(*item)) found.push_back(item);
  return found;
}

std::vector<const Item*> backwards(const Items& list) {
  std::vector<const Item*> found;
  for (const Item* item = list.back(); item != nullptr; item = Items::prev(*item)) found.insert(found.begin(), item);
  return found;
}

void expect_order(const Items& list, const std::vector<const Item*>& wanted) {
  EXPECT_EQ(forwards(list), wanted);
  EXPECT_EQ(backwards(list), wanted);
  EXPECT_EQ(list.size(), wanted.size());
  EXPECT_EQ(list.empty(), wanted.empty());
}

// Runs `script` in the kernel: what it panics with.
std::string panic_of(void (*script)(Task&)) {
  KernelRun run(1);
  test_ops = {};
  run_script(run, script);
  try {
    run.run_us(5'000);
  } catch (const host::HostPanic& panic) {
    return panic.what();
  }
  return "none";
}

}  // namespace

// Scenarios are the same on every machine for ever: SplitMix64, whose first numbers for this seed are published.
TEST(RandomTest, IsSplitMix64) {
  Random random(1234567);
  for (const std::uint64_t expected :
       {6457827717110365317u, 3203168211198807973u, 9817491932198370423u, 4593380528125082431u, 16408922859458223821u}) {
    EXPECT_EQ(random.next(), expected);
  }
}

TEST(RandomTest, BothEndsOfARangeAreInIt) {
  Random random(1);
  unsigned seen[4] = {};
  for (int i = 0; i < 1'000; ++i) {
    const std::uint64_t drawn = random.between(7, 10);
    ASSERT_GE(drawn, 7u);
    ASSERT_LE(drawn, 10u);
    ++seen[drawn - 7];
  }
  for (const unsigned count : seen) EXPECT_NEAR(count, 250, 80);
  EXPECT_EQ(random.between(5, 5), 5u);
  Random same = random;
  EXPECT_EQ(random.between(0, ~0ull), same.next()) << "all of them";
}

TEST(ListTest, KeepsItsOrderBothWays) {
  Items list;
  Item a, b, c, d;
  expect_order(list, {});
  list.push_back(b);
  list.push_back(d);
  list.push_front(a);
  list.insert_before(&d, c);
  expect_order(list, {&a, &b, &c, &d});
  list.erase(a);
  list.erase(c);
  list.erase(d);
  expect_order(list, {&b});
  EXPECT_FALSE(a.node.linked());
  EXPECT_TRUE(list.contains(b));
  EXPECT_FALSE(list.contains(a));
  list.erase(b);
  expect_order(list, {});
}

TEST(ListTest, AnItemIsOnOneListAtMost) {
  EXPECT_NE(panic_of([](Task&) {
              Items one, other;
              Item item;
              one.push_back(item);
              other.push_back(item);
            }).find("on a list already"),
            std::string::npos);
  EXPECT_NE(panic_of([](Task&) {
              Items one, other;
              Item item;
              one.push_back(item);
              other.erase(item);
            }).find("not on this list"),
            std::string::npos);
}

TEST(CpumaskTest, UpTo64Cpus) {
  EXPECT_EQ(cpumask_all(1), 1u);
  EXPECT_EQ(cpumask_all(63), ~0ull >> 1);
  EXPECT_EQ(cpumask_all(64), ~0ull);
  EXPECT_TRUE(cpumask_test(cpumask_of(63), 63));
  EXPECT_FALSE(cpumask_test(cpumask_of(63), 62));
  EXPECT_EQ(cpumask_weight(0xf0f0), 8u);
  EXPECT_EQ(cpumask_first(0xf0f0), 4u);
}

TEST(CpumaskTest, NextComesRound) {
  EXPECT_EQ(cpumask_next_wrap(0b1010, 0), 1u);
  EXPECT_EQ(cpumask_next_wrap(0b1010, 1), 3u);
  EXPECT_EQ(cpumask_next_wrap(0b1010, 3), 1u);
  EXPECT_EQ(cpumask_next_wrap(0b1000, 3), 3u) << "itself, when there is no other";
  EXPECT_EQ(cpumask_next_wrap(cpumask_of(63) | cpumask_of(62), 62), 63u);
  EXPECT_EQ(cpumask_next_wrap(cpumask_of(63) | cpumask_of(5), 63), 5u);
}

// One word for 32 CPUs: nothing of one shows in the other.
TEST(CpumaskTest, SharedOverTwoWords) {
  static bool done;
  done = false;
  KernelRun run(40);
  test_ops = {};
  run_script(run, [](Task&) {
    SharedCpumask mask;
    mask.place(cpumask_of(35) | cpumask_of(3));
    EXPECT_EQ(mask.load(), cpumask_of(35) | cpumask_of(3));
    EXPECT_TRUE(mask.test_and_set(35));
    EXPECT_FALSE(mask.test_and_set(36));
    EXPECT_FALSE(mask.test_and_set(4));
    EXPECT_EQ(mask.load(), cpumask_of(36) | cpumask_of(35) | cpumask_of(4) | cpumask_of(3));
    EXPECT_TRUE(mask.test_and_clear(35));
    EXPECT_FALSE(mask.test_and_clear(35));
    EXPECT_EQ(mask.load(), cpumask_of(36) | cpumask_of(4) | cpumask_of(3));
    mask.store(cpumask_of(39) | cpumask_of(31));
    EXPECT_EQ(mask.load(), cpumask_of(39) | cpumask_of(31));
    done = true;
  });
  run.run_us(5'000);
  EXPECT_TRUE(done);
}

}  // namespace kernel
