// SPDX-License-Identifier: Apache-2.0
// Spinlocks in shared memory: exclusion, order, the ticket's wrap, misuse. A policy's callbacks on several harts contend.
#include <gtest/gtest.h>

#include <algorithm>

#include "firmware/kernel/kernel.h"
#include "firmware/kernel/locking/spinlock.h"
#include "tests/kernel/kernel_run.h"
#include "tests/kernel/test_policies.h"

namespace kernel {

using namespace test;

namespace {

SpinLock lock;
bool inside = false;
unsigned entries = 0;
bool overlapped = false;

// Every tick of every CPU takes the lock for a while.
void contend(KernelRun& run, unsigned nr_cpus) {
  inside = overlapped = false;
  entries = 0;
  test_ops = {};
  test_ops.init = [](void*, const int64_t*) {
    lock = SpinLock{};
    lock.place();
    return 0;
  };
  test_ops.tick = [](void*, Task*) {
    SpinLockGuard guard(lock);
    overlapped |= inside;
    inside = true;
    arch::charge(500);
    arch::flush();
    inside = false;
    ++entries;
  };
  run.policy("test");
  for (unsigned cpu = 0; cpu < nr_cpus; ++cpu) run.task("hog", {run_for(500 * kMs)}).cpus_allowed = 1u << cpu;
}

Events of_lock(const EventLog& log, const std::string& name) {
  Events found;
  for (const LoggedEvent& event : log.named(name)) {
    if (event.number("lock") == lock.id()) found.push_back(event);
  }
  return found;
}

}  // namespace

class SpinlockKindTest : public testing::TestWithParam<SpinlockKind> {};

TEST_P(SpinlockKindTest, OneHartAtATime) {
  KernelRun run(4);
  run.config.spinlock = GetParam();
  contend(run, 4);
  run.run_us(20'000);
  EXPECT_GT(entries, 60u);
  EXPECT_FALSE(overlapped);
  EXPECT_GT(of_lock(run.log, "contention_begin").size(), 30u) << "the ticks are aligned: they must have met";
}

INSTANTIATE_TEST_SUITE_P(Kinds, SpinlockKindTest, testing::Values(SpinlockKind::kTicket, SpinlockKind::kTestAndSet));

// Taken, but whoever has it has not said so yet: the owner is nobody (-1, zigzag 1), and no number of a hart.
TEST(LockTest, OwnerOfALockThatNobodyHolds) {
  KernelRun run(1);
  test_ops = {};
  test_ops.init = [](void*, const int64_t*) {
    lock = SpinLock{};
    lock.place();
    arch::store(lock.id(), 1u << 16);
    SpinLockIrqSave guard(lock);
    ++entries;
    return 0;
  };
  entries = 0;
  std::vector<std::uint64_t> owners;
  run.log.on_each = [&](const LoggedEvent& event) {
    if (event.name != "contention_begin" || event.number("lock") != lock.id()) return;
    owners.push_back(event.number("owner"));
    run.machine().poke(lock.id(), (2u << 16) | 1);  // its turn
  };
  run.policy("test");
  run.run_us(20'000);
  EXPECT_EQ(owners, (std::vector<std::uint64_t>{1}));
  EXPECT_EQ(entries, 1u);
}

// Ticket: harts that wait get it in the order in which they began to wait.
TEST(LockTest, TicketsAreServedInOrder) {
  KernelRun run(8);
  contend(run, 8);
  run.run_us(20'000);
  std::vector<sim::HartId> waiting;
  for (const LoggedEvent& event : run.log.events()) {
    if (event.name == "contention_begin" && event.number("lock") == lock.id()) waiting.push_back(event.hart);
    if (event.name != "lock_acquired" || event.number("lock") != lock.id() || waiting.empty()) continue;
    if (std::find(waiting.begin(), waiting.end(), event.hart) == waiting.end()) continue;
    EXPECT_EQ(event.hart, waiting.front());
    waiting.erase(waiting.begin());
  }
  EXPECT_GT(of_lock(run.log, "contention_begin").size(), 100u);
}

// 16 bits of ticket wrap without harm.
TEST(LockTest, TicketsWrap) {
  static constexpr unsigned kRounds = 66'000;
  static unsigned rounds;
  rounds = 0;
  KernelRun run(1);
  test_ops = {};
  test_ops.init = [](void*, const int64_t*) {
    lock = SpinLock{};
    lock.place();
    for (rounds = 0; rounds < kRounds; ++rounds) {
      SpinLockIrqSave guard(lock);
    }
    return 0;
  };
  run.policy("test");
  run.run_us(20'000);
  EXPECT_EQ(rounds, kRounds);
}

// The log says released when the lock is, not when its holder sets about it.
TEST(LockTest, ReleasedEventComesWithTheFreeWord) {
  KernelRun run(1);
  contend(run, 1);
  unsigned releases = 0;
  run.log.on_each = [&run, &releases](const LoggedEvent& event) {
    if (event.name != "lock_released" || event.number("lock") != lock.id()) return;
    const std::uint32_t word = run.machine().peek(lock.id());
    EXPECT_EQ(word >> 16, word & 0xffff) << event.describe();
    ++releases;
  };
  run.run_us(20'000);
  EXPECT_GT(releases, 10u);
}

TEST(LockTest, TakenTwiceByOneHartEndsTheRun) {
  KernelRun run(1);
  contend(run, 1);
  test_ops.tick = [](void*, Task*) {
    SpinLockGuard outer(lock);
    SpinLockGuard inner(lock);
  };
  EXPECT_THROW(run.run_us(5'000), host::HostPanic);
}

TEST(LockTest, ReleasedByAnotherEndsTheRun) {
  KernelRun run(1);
  contend(run, 1);
  test_ops.tick = [](void*, Task*) { lock.unlock(); };
  EXPECT_THROW(run.run_us(5'000), host::HostPanic);
}

TEST(LockTest, InterruptsOnEndsTheRun) {
  KernelRun run(1);
  contend(run, 1);
  test_ops.init = [](void*, const int64_t*) {
    lock = SpinLock{};
    lock.place();
    lock.lock();
    return 0;
  };
  EXPECT_THROW(run.run_us(5'000), host::HostPanic);
}

}  // namespace kernel
