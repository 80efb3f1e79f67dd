// SPDX-License-Identifier: Apache-2.0
// Queues kept by vtime: their order, what may not be mixed, and their end.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "firmware/kernel/ext/dsq_pool.h"
#include "firmware/kernel/kernel.h"
#include "tests/kernel/ext/pile.h"

namespace kernel {

using namespace test;

// Against a sorted list: any mix of insertions and removals, with equal keys, around the wrap of vtime.
TEST(VtimeTreeTest, AgreesWithASortedList) {
  std::vector<Task> tasks(200);
  std::vector<Task*> sorted;
  std::mt19937 random(7);
  VtimeTree tree;
  const auto before = [](const Task* a, const Task* b) {
    return static_cast<int64_t>(a->scx.vtime_node.key - b->scx.vtime_node.key) < 0;
  };
  std::vector<Task*> outside;
  for (Task& task : tasks) outside.push_back(&task);
  for (int step = 0; step < 20'000; ++step) {
    const bool insert = sorted.empty() || (!outside.empty() && random() % 2 == 0);
    if (insert) {
      Task* const p = outside[random() % outside.size()];
      std::erase(outside, p);
      p->scx.dsq_vtime = uint64_t{random() % 50} - 25;
      Task* const predecessor = tree.insert(*p);
      const auto at = std::upper_bound(sorted.begin(), sorted.end(), p, before);
      ASSERT_EQ(predecessor, at == sorted.begin() ? nullptr : *std::prev(at));
      sorted.insert(at, p);
    } else {
      Task* const p = sorted[random() % sorted.size()];
      p->scx.dsq_vtime = random();  // the policy may write it meanwhile
      std::erase(sorted, p);
      tree.erase(*p);
      outside.push_back(p);
    }
    ASSERT_EQ(tree.empty(), sorted.empty());
  }
}

namespace {

unsigned depth_of(const Task& p) {
  unsigned depth = 0;
  for (const Task* at = &p; at != nullptr; at = at->scx.vtime_node.parent) ++depth;
  return depth;
}

unsigned deepest(std::vector<Task>& tasks) {
  unsigned depth = 0;
  for (const Task& task : tasks) depth = std::max(depth, depth_of(task));
  return depth;
}

}  // namespace

// Tasks come in the order of their vtimes more often than not; the tree is no list all the same, nor becomes one.
TEST(VtimeTreeTest, StaysFlat) {
  constexpr unsigned kTasks = 1'000;
  constexpr unsigned kFlat = 40;  // four times the least there can be
  std::vector<Task> tasks(kTasks);
  VtimeTree tree;
  uint64_t vtime = 0;
  for (Task& task : tasks) {
    task.scx.dsq_vtime = ++vtime;
    tree.insert(task);
  }
  EXPECT_LT(deepest(tasks), kFlat);
  for (unsigned round = 0; round < 10; ++round) {
    for (unsigned i = round % 2; i < kTasks; i += 2) {
      tree.erase(tasks[i]);
      tasks[i].scx.dsq_vtime = ++vtime;
      tree.insert(tasks[i]);
    }
    ASSERT_LT(deepest(tasks), kFlat) << round;
  }
}

TEST(VtimeDsqTest, EarliestFirst) {
  KernelRun run(1);
  pile_up(run);
  enqueue_by([](unsigned n) { return uint64_t{100} - n; });
  run.run_us(6'000);
  EXPECT_EQ(order_of(run.log), "4321");
  EXPECT_EQ(error_of(run), "");
}

TEST(VtimeDsqTest, EqualOnesInOrderOfArrival) {
  KernelRun run(1);
  pile_up(run);
  enqueue_by([](unsigned n) { return uint64_t{n} % 2; });
  run.run_us(6'000);
  EXPECT_EQ(order_of(run.log), "2413");
}

// A vtime that has overflowed is later than those before the wrap.
TEST(VtimeDsqTest, OrderAcrossTheWrap) {
  KernelRun run(1);
  pile_up(run);
  enqueue_by([](unsigned n) { return n * 3 - uint64_t{8}; });
  run.run_us(6'000);
  EXPECT_EQ(order_of(run.log), "1234");
}

TEST(VtimeDsqTest, VtimeIntoAFifoIsAnError) {
  KernelRun run(1);
  pile_up(run);
  test_ops.enqueue = [](void*, Task* p, uint64_t flags) {
    if (is_counted(p) && number_of(p) > 2) {
      scx_bpf_dispatch_vtime(p, kQueue, SCX_SLICE_DFL, 1, flags);
    } else {
      scx_bpf_dispatch(p, is_counted(p) ? kQueue : SCX_DSQ_LOCAL, SCX_SLICE_DFL, flags);
    }
  };
  run.run_us(10'000);
  EXPECT_EQ(error_of(run), "DSQ ID 0x0000000000000007 already had FIFO-enqueued tasks");
  EXPECT_EQ(order_of(run.log).size(), 4u) << "inserted all the same";
}

TEST(VtimeDsqTest, FifoIntoAVtimeQueueIsAnError) {
  KernelRun run(1);
  pile_up(run);
  test_ops.enqueue = [](void*, Task* p, uint64_t flags) {
    if (is_counted(p) && number_of(p) <= 2) {
      scx_bpf_dispatch_vtime(p, kQueue, SCX_SLICE_DFL, 1, flags);
    } else {
      scx_bpf_dispatch(p, is_counted(p) ? kQueue : SCX_DSQ_LOCAL, SCX_SLICE_DFL, flags);
    }
  };
  run.run_us(10'000);
  EXPECT_EQ(error_of(run), "DSQ ID 0x0000000000000007 already had PRIQ-enqueued tasks");
  EXPECT_EQ(order_of(run.log).size(), 4u);
}

// CPU 1 ends the queue while CPU 0, which has looked it up, waits for its lock.
TEST(VtimeDsqTest, DestroyedUnderADispatcher) {
  KernelRun run(2);
  pile_up(run);
  static bool destroyed;
  destroyed = false;
  test_ops.select_cpu = [](void*, Task*, int32_t prev_cpu, uint64_t) { return prev_cpu; };
  test_ops.enqueue = [](void*, Task* p, uint64_t flags) {
    scx_bpf_dispatch(p, bpf_task_comm(p)[0] == 'z' ? kQueue : SCX_DSQ_LOCAL, SCX_SLICE_DFL, flags);
  };
  test_ops.running = [](void*, Task* p) {
    if (bpf_task_comm(p)[0] != 'd' || bpf_ktime_get_ns() < 5 * kMs || destroyed) return;
    destroyed = true;
    Dsq& dsq = *find_dsq(kQueue);
    dsq.lock.lock();
    arch::charge(100'000);
    arch::flush();
    if (dsq.list.empty()) dsq.id = SCX_DSQ_INVALID;
    dsq.lock.unlock();
  };
  run.task("z", {run_for(10 * kUs), sleep_for(100 * kUs)}).cpus_allowed = 1;
  TaskSpec& destroyer = run.task("d", {run_for(10 * kUs)});
  destroyer.cpus_allowed = 2;
  destroyer.start_ns = 5 * kMs;
  destroyer.once = true;
  run.run_us(20'000);
  EXPECT_TRUE(destroyed);
  EXPECT_EQ(error_of(run), "attempting to dispatch to a destroyed dsq");
  unsigned later = 0;
  for (const LoggedEvent& event : run.log.named("sched_switch")) {
    later += event.cycle > 600'000 && event.text("next_comm") == "z" ? 1 : 0;
  }
  EXPECT_GT(later, 50u) << "the task went to GLOBAL, then to fair";
}

namespace {

std::vector<int> answers;

}  // namespace

// A queue that is destroyed can be made again; its slot is given back after a grace period.
TEST(DsqPoolTest, CreateAndDestroyManyTimes) {
  KernelRun run(2);
  answers.clear();
  test_ops = {};
  test_ops.init_task = [](void*, Task*, bool) {
    if (answers.size() > 400) return 0;
    answers.push_back(scx_bpf_create_dsq(kQueue));
    scx_bpf_destroy_dsq(kQueue);
    answers.push_back(scx_bpf_dsq_nr_queued(kQueue));
    scx_bpf_destroy_dsq(kQueue);  // unknown: no error
    return 0;
  };
  run.policy("test");
  run.task("parent", {fork_task(1), sleep_for(3 * kMs)});
  run.task("child", {run_for(3 * kUs), exit_with(0)}).template_only = true;
  run.run_us(300'000);
  EXPECT_EQ(error_of(run), "");
  ASSERT_GT(answers.size(), 150u) << "more than there are slots";
  EXPECT_EQ(kernel().scx.dsq_pool.made.size(), DsqPool::kMadeAtBoot) << "they are used again";
  for (std::size_t i = 0; i < answers.size(); i += 2) {
    ASSERT_EQ(answers[i], 0) << i;
    ASSERT_LT(answers[i + 1], 0) << i;
  }
}

}  // namespace kernel
