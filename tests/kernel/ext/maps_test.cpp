// SPDX-License-Identifier: Apache-2.0
// A policy's memory: maps, words, task storage, and that a load begins with all of it fresh.
#include <gtest/gtest.h>

#include "firmware/kernel/ext/maps.h"
#include "firmware/kernel/kernel.h"
#include "tests/kernel/kernel_run.h"
#include "tests/kernel/test_policies.h"

namespace kernel {

using namespace test;

namespace {

// Runs `body` as ops.init, in a kernel.
void in_init(int (*body)(void*, const int64_t*)) {
  KernelRun run(2);
  test_ops = {};
  test_ops.init = body;
  run.policy("test");
  run.run_us(20'000);
  EXPECT_EQ(run.log.named("scx_enable").size(), 1u) << "ops.init has run";
}

}  // namespace

TEST(MapsTest, Array) {
  in_init([](void*, const int64_t*) {
    BpfArray<uint64_t> array;
    EXPECT_EQ(array.init(4), 0);
    EXPECT_EQ(*array.lookup(3), 0u);
    *array.lookup(3) = 9;
    EXPECT_EQ(*array.lookup(3), 9u);
    EXPECT_EQ(*array.lookup(2), 0u);
    EXPECT_EQ(array.lookup(4), nullptr);
    return 0;
  });
}

TEST(MapsTest, PerCpuArray) {
  in_init([](void*, const int64_t*) {
    BpfPerCpuArray<int> array;
    EXPECT_EQ(array.init(2), 0);
    *array.lookup_percpu(1, 0) = 10;
    *array.lookup_percpu(1, 1) = 11;
    EXPECT_EQ(*array.lookup(1), 10 + bpf_get_smp_processor_id());
    EXPECT_EQ(*array.lookup(0), 0);
    EXPECT_EQ(array.lookup(2), nullptr);
    EXPECT_EQ(array.lookup_percpu(0, 2), nullptr);
    return 0;
  });
}

TEST(MapsTest, Hash) {
  in_init([](void*, const int64_t*) {
    BpfHash<uint32_t, uint64_t> hash;
    EXPECT_EQ(hash.init(8), 0);
    for (uint32_t key = 0; key < 8; ++key) EXPECT_EQ(hash.update(key * 8, key), 0);
    EXPECT_EQ(hash.update(1, 1), -E2BIG);
    EXPECT_EQ(hash.update(8, 50, BpfUpdate::kNoExist), -EEXIST);
    EXPECT_EQ(hash.update(8, 51), 0);
    EXPECT_EQ(*hash.lookup(8), 51u);
    EXPECT_EQ(hash.erase(8), 0);
    EXPECT_EQ(hash.erase(8), -ENOENT);
    EXPECT_EQ(hash.lookup(8), nullptr);
    EXPECT_EQ(hash.update(8, 52, BpfUpdate::kExist), -ENOENT);
    EXPECT_EQ(hash.update(1, 53), 0) << "the entry is used again";
    for (uint32_t key = 2; key < 8; ++key) EXPECT_EQ(*hash.lookup(key * 8), key);
    return 0;
  });
}

TEST(MapsTest, QueueIsBoundedAndFifo) {
  in_init([](void*, const int64_t*) {
    BpfQueue queue;
    EXPECT_EQ(queue.init(3), 0);
    uint32_t value = 0;
    for (uint32_t round = 0; round < 5; ++round) {
      for (uint32_t i = 0; i < 3; ++i) EXPECT_TRUE(queue.push(round * 10 + i));
      EXPECT_FALSE(queue.push(99));
      for (uint32_t i = 0; i < 3; ++i) {
        EXPECT_TRUE(queue.pop(value));
        EXPECT_EQ(value, round * 10 + i);
      }
      EXPECT_FALSE(queue.pop(value));
    }
    return 0;
  });
}

TEST(MapsTest, QueueOfOne) {
  in_init([](void*, const int64_t*) {
    BpfQueue queue;
    EXPECT_EQ(queue.init(1), 0);
    uint32_t value = 0;
    for (uint32_t i = 10; i < 13; ++i) {
      EXPECT_TRUE(queue.push(i));
      EXPECT_FALSE(queue.push(99));
      EXPECT_TRUE(queue.pop(value));
      EXPECT_EQ(value, i);
      EXPECT_FALSE(queue.pop(value));
    }
    return 0;
  });
}

TEST(MapsTest, EveryAccessHasItsPrice) {
  in_init([](void*, const int64_t*) {
    BpfArray<int> array;
    array.init(1);
    const uint64_t before = arch::cycles();
    array.lookup(0);
    EXPECT_EQ(arch::cycles() - before, kernel_config->cost[static_cast<unsigned>(Cost::map)]);
    return 0;
  });
}

// As in Linux: -EINVAL of no entries, and of more bytes than a number holds no entry at all.
TEST(MapsTest, SizesThatNoMapCanHave) {
  in_init([](void*, const int64_t*) {
    BpfArray<uint64_t> array;
    BpfPerCpuArray<uint64_t> percpu;
    BpfHash<uint32_t, uint64_t> hash;
    BpfQueue queue;
    EXPECT_EQ(array.init(0), -EINVAL);
    EXPECT_EQ(percpu.init(0), -EINVAL);
    EXPECT_EQ(hash.init(0), -EINVAL);
    EXPECT_EQ(queue.init(0), -EINVAL);
    EXPECT_EQ(percpu.init(0x80000001u), -E2BIG) << "twice that is 2 in 32 bits";
    EXPECT_EQ(percpu.lookup_percpu(0, 0), nullptr);
    EXPECT_EQ(array.init(~0u), -ENOMEM);
    EXPECT_EQ(array.lookup(0), nullptr);
    return 0;
  });
}

TEST(MapsTest, MemoryHasAnEnd) {
  in_init([](void*, const int64_t*) {
    BpfQueue queue;
    EXPECT_EQ(queue.init(kPolicyMemoryMax / 4 + 1), -ENOMEM);
    EXPECT_EQ(bpf_alloc(~size_t{0}), nullptr);
    EXPECT_NE(bpf_alloc(16), nullptr);
    return 0;
  });
}

namespace {

struct Used {
  uint32_t words[10];
  unsigned loads;
};
Used used;

}  // namespace

// The next load gets the same words and the same memory, zeroed.
TEST(MapsTest, LoadsTakeNoMoreAndNoMore) {
  used = {};
  KernelRun run(2);
  test_ops = {};
  test_ops.state_size = 64;
  test_ops.init = [](void* state, const int64_t*) {
    auto& first = *static_cast<uint32_t*>(state);
    EXPECT_EQ(first, 0u);
    first = 7;
    BpfCounter counters[5];
    for (BpfCounter& counter : counters) {
      counter.init();
      EXPECT_EQ(counter.add(3), 0u);
      EXPECT_EQ(counter.sub(1), 3u);
    }
    used.words[used.loads++] = kernel().shared_ram.allocate_word();
    return 0;
  };
  SchedulerSpec& spec = run.policy("test");
  spec.times = 6;
  spec.unload_after_ns = 2 * kMs;
  run.run_us(300'000);
  ASSERT_EQ(used.loads, 6u);
  // The one word that each ops.init took itself is all that is missing.
  for (unsigned i = 2; i < used.loads; ++i) EXPECT_EQ(used.words[i] - used.words[i - 1], 4u) << i;
}

// What one load leaves in a task's storage is not there for the next.
TEST(MapsTest, TaskStorageIsFreshAtEachLoad) {
  static unsigned seen;
  static unsigned dirty;
  seen = dirty = 0;
  KernelRun run(2);
  test_ops = {};
  test_ops.init_task = [](void*, Task* p, bool) {
    ++seen;
    for (unsigned i = 0; i < ScxEntity::kPolicyStorageWords; ++i) {
      dirty += bpf_task_storage(p)[i] != 0 ? 1 : 0;
      bpf_task_storage(p)[i] = 0x5a;
    }
    return 0;
  };
  SchedulerSpec& spec = run.policy("test");
  spec.times = 3;
  spec.unload_after_ns = 2 * kMs;
  run.run_us(150'000);
  EXPECT_GE(seen, 20u);
  EXPECT_EQ(dirty, 0u);
}

}  // namespace kernel
