// SPDX-License-Identifier: Apache-2.0
// Memory that grows: pools of items, and what a load asks for.
#include "firmware/kernel/base/pool.h"

#include <gtest/gtest.h>

#include <set>

#include "firmware/kernel/kernel.h"
#include "tests/kernel/kernel_run.h"
#include "tests/kernel/test_policies.h"

namespace kernel {

using namespace test;

namespace {

struct Item {
  unsigned number = 77;
  Item* self = nullptr;
};

}  // namespace

TEST(PoolTest, ItemsAreConstructedAndStayWhereTheyAre) {
  KernelRun run(1);
  run.run_us(1);
  Pool<Item, 4> pool;
  for (unsigned i = 0; i < 1'000; ++i) {
    Item* const item = pool.add();
    ASSERT_NE(item, nullptr);
    EXPECT_EQ(item->number, 77u);
    item->number = i;
    item->self = item;
    ASSERT_EQ(pool.size(), i + 1);
    ASSERT_EQ(&pool[i], item);
  }
  std::set<Item*> different;
  for (unsigned i = 0; i < pool.size(); ++i) {
    EXPECT_EQ(pool[i].number, i);
    EXPECT_EQ(pool[i].self, &pool[i]);
    different.insert(&pool[i]);
  }
  EXPECT_EQ(different.size(), 1'000u);
}

// The machine answers with null: so does the pool, and what is there stays.
TEST(PoolTest, NoMemoryLeft) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "the address sanitizer ends a program that asks for so much";
#endif
  KernelRun run(1);
  run.run_us(1);
  struct Huge {
    unsigned char bytes[size_t{1} << 46];
  };
  Pool<Huge, 1> pool;
  EXPECT_EQ(pool.add(), nullptr);
  EXPECT_EQ(pool.size(), 0u);
}

namespace {

size_t asked;
unsigned zeroes_missing;

}  // namespace

// Larger than a chunk, smaller than one, and many of them: all zeroed, none inside another, and the next load gets the same.
TEST(PolicyHeapTest, GrowsByWhatIsAskedForAndIsFreshAtEachLoad) {
  zeroes_missing = 0;
  static std::vector<std::set<void*>> loads;
  loads.clear();
  KernelRun run(1);
  test_ops = {};
  test_ops.init = [](void*, const int64_t*) {
    std::set<void*>& blocks = loads.emplace_back();
    unsigned char* previous_end = nullptr;
    for (const size_t size : {size_t{3} << 20, size_t{16}, size_t{1} << 20, size_t{700'000}, size_t{700'000}}) {
      auto* const block = static_cast<unsigned char*>(bpf_alloc(size));
      if (block == nullptr) return -ENOMEM;
      for (size_t i = 0; i < size; ++i) zeroes_missing += block[i] != 0 ? 1 : 0;
      for (size_t i = 0; i < size; ++i) block[i] = 0xa5;
      if (previous_end == block) return -EINVAL;
      previous_end = block;
      blocks.insert(block);
    }
    return 0;
  };
  SchedulerSpec& spec = run.policy("test");
  spec.times = 3;
  spec.unload_after_ns = 1 * kMs;
  run.run_us(60'000);
  ASSERT_EQ(loads.size(), 3u) << run.log.console();
  EXPECT_EQ(zeroes_missing, 0u);
  EXPECT_EQ(loads[0].size(), 5u);
  EXPECT_EQ(loads[1], loads[0]);
  EXPECT_EQ(loads[2], loads[0]);
}

TEST(PolicyHeapTest, TheLimitIsNamed) {
  KernelRun run(1);
  test_ops = {};
  test_ops.state_size = 16;
  test_ops.init = [](void*, const int64_t*) {
    asked = 0;
    while (bpf_alloc(1u << 20) != nullptr) ++asked;
    return bpf_alloc_array(uint64_t{1} << 62, 8) == nullptr ? 0 : -EINVAL;
  };
  run.policy("test");
  run.run_us(20'000);
  EXPECT_EQ(asked, 63u) << "the state of a load is the first it has";
  EXPECT_NE(run.log.console().find("sched_ext: no memory for 1048576 bytes more: a policy may have 64 MiB, and has "),
            std::string::npos)
      << run.log.console();
}

// The state itself: refused before anything of the load has begun.
TEST(PolicyHeapTest, AStateThatIsTooLargeIsNoLoad) {
  KernelRun run(1);
  test_ops = {};
  test_ops.state_size = kPolicyMemoryMax + 1;
  run.policy("test");
  run.run_us(20'000);
  EXPECT_TRUE(run.log.named("scx_enable").empty());
  EXPECT_NE(run.log.console().find("no memory for 67108865 bytes more"), std::string::npos) << run.log.console();
  EXPECT_NE(run.log.console().find("cannot load the policy (-12)"), std::string::npos) << run.log.console();
}

}  // namespace kernel
