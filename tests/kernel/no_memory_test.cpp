// SPDX-License-Identifier: Apache-2.0
// The machine has no memory left: who asked for some is told, or, where nobody can be told, the run ends by that name.
#include <gtest/gtest.h>

#include <new>

#include "firmware/kernel/base/errno.h"
#include "firmware/kernel/ext/bpf_timer.h"
#include "firmware/kernel/ext/dsq_pool.h"
#include "firmware/kernel/kernel.h"
#include "tests/kernel/kernel_run.h"
#include "tests/kernel/test_policies.h"

namespace {

bool memory_left = true;

}  // namespace

// What arch::memory() asks; here for the whole program.
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept {
  if (!memory_left) return nullptr;
  try {
    return ::operator new[](size);
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}

namespace kernel {

using namespace test;

namespace {

class NoMemoryTest : public testing::Test {
 protected:
  NoMemoryTest() : run(1) {
    memory_left = true;
    test_ops = {};
    run.policy("test").stats_period_ns = 5 * kMs;
  }
  ~NoMemoryTest() override { memory_left = true; }
  [[nodiscard]] bool says(const std::string& text) const { return run.log.console().find(text) != std::string::npos; }

  KernelRun run;
};

constexpr unsigned kQueues = 90;  // more than the table has buckets at first, as many as the pool has made with 40 of them
unsigned made, found;

}  // namespace

// The table of queues stays as it is, and only its lines grow.
TEST_F(NoMemoryTest, QueuesAreFoundInATableThatCannotGrow) {
  made = found = 0;
  test_ops.init = [](void*, const int64_t*) {
    while (made < 40) made += scx_bpf_create_dsq(made) == 0 ? 1 : 1000;
    memory_left = false;
    while (made < kQueues) made += scx_bpf_create_dsq(made) == 0 ? 1 : 1000;
    memory_left = true;
    for (unsigned id = 0; id < kQueues; ++id) found += scx_bpf_dsq_nr_queued(id) == 0 ? 1 : 0;
    for (unsigned id = 0; id < kQueues; id += 2) scx_bpf_destroy_dsq(id);
    for (unsigned id = 0; id < kQueues; ++id) found += scx_bpf_dsq_nr_queued(id) == (id % 2 == 0 ? -ENOENT : 0) ? 1 : 0;
    return 0;
  };
  run.run_us(20'000);
  EXPECT_EQ(made, kQueues);
  EXPECT_EQ(found, 2 * kQueues);
  EXPECT_EQ(run.log.named("scx_enable").size(), 1u) << run.log.console();
}

// Nor is there another queue when all that were made are in use.
TEST_F(NoMemoryTest, NoQueueIsMade) {
  static int answers[2];
  made = 0;
  test_ops.init = [](void*, const int64_t*) {
    memory_left = false;
    while ((answers[0] = scx_bpf_create_dsq(made)) == 0) ++made;
    memory_left = true;
    answers[1] = scx_bpf_create_dsq(made);
    return 0;
  };
  run.run_us(20'000);
  EXPECT_EQ(answers[0], -ENOMEM);
  EXPECT_EQ(answers[1], 0);
  EXPECT_GE(made, 1u);
  EXPECT_EQ(run.log.named("scx_enable").size(), 1u) << run.log.console();
}

TEST_F(NoMemoryTest, NoTimerIsMade) {
  static int answers[2];
  test_ops.state_size = sizeof(BpfTimer);
  test_ops.init = [](void* state, const int64_t*) {
    auto& timer = *static_cast<BpfTimer*>(state);
    const auto ring = [](void*, BpfTimer&) {};
    memory_left = false;
    answers[0] = timer.init(ring);
    memory_left = true;
    answers[1] = timer.init(ring);
    return 0;
  };
  run.run_us(20'000);
  EXPECT_EQ(answers[0], -ENOMEM);
  EXPECT_EQ(answers[1], 0);
}

TEST_F(NoMemoryTest, MemoryOfAPolicyIsNamed) {
  static void* blocks[2];
  test_ops.init = [](void*, const int64_t*) {
    memory_left = false;
    blocks[0] = bpf_alloc(size_t{2} << 20);
    memory_left = true;
    blocks[1] = bpf_alloc(size_t{2} << 20);
    return 0;
  };
  run.run_us(20'000);
  EXPECT_EQ(blocks[0], nullptr);
  EXPECT_NE(blocks[1], nullptr);
  EXPECT_TRUE(says("sched_ext: the machine has no memory left for the policy")) << run.log.console();
  EXPECT_FALSE(says("no memory for ")) << "that is the other limit";
}

// The load is taken back half-way.
TEST_F(NoMemoryTest, NoDispatchBufferIsNoLoad) {
  test_ops.init = [](void*, const int64_t*) {
    memory_left = false;
    while (bpf_alloc(512) != nullptr) {
    }
    return 0;
  };
  test_ops.exit = [](void* state, const ScxExitInfo* info) {
    memory_left = true;
    user_exit_record(state, info);
  };
  run.run_us(60'000);
  EXPECT_TRUE(run.log.named("scx_enable").empty());
  ASSERT_EQ(run.log.named("scx_error").size(), 1u) << run.log.console();
  EXPECT_EQ(run.log.named("scx_error")[0].text("msg"), "scx_ops_enable() failed (-12)");
  EXPECT_EQ(run.log.named("scx_disable").size(), 1u);
}

TEST_F(NoMemoryTest, NoWordEndsTheRunByName) {
  test_ops.init = [](void*, const int64_t*) {
    memory_left = false;
    bpf_alloc_word();
    return 0;
  };
  try {
    run.run_us(20'000);
    FAIL() << "it runs";
  } catch (const std::exception& end) {
    EXPECT_NE(std::string(end.what()).find("the machine has no memory left for the policy's words"), std::string::npos)
        << end.what();
  }
}

}  // namespace kernel
