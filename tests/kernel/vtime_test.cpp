// SPDX-License-Identifier: Apache-2.0
// Queues kept by vtime: their order, what may not be mixed, walks over them, and their end.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "firmware/kernel/ext/dsq_pool.h"
#include "firmware/kernel/kernel.h"
#include "tests/kernel/kernel_run.h"
#include "tests/kernel/test_policies.h"

using namespace testing_kernel;

namespace {

constexpr uint64_t kQueue = 7;
constexpr uint64_t kOther = 9;

// Tasks a1.. pile up behind a hog in the order of their names.
void pile_up(KernelRun& run) {
  test_ops = {};
  test_ops.init = [](void*, const int64_t*) {
    const int error = scx_bpf_create_dsq(kQueue);
    return error != 0 ? error : scx_bpf_create_dsq(kOther);
  };
  test_ops.dispatch = [](void*, int32_t, Task*) { scx_bpf_consume(kQueue); };
  run.policy("test").stats_period_ns = 2 * kMs;
  run.task("hog", {run_for(2 * kMs)}).once = true;
  for (const char* comm : {"a1", "a2", "a3", "a4"}) run.task(comm, {run_for(5 * kUs)}).once = true;
}

bool is_counted(const Task* p) { return bpf_task_comm(p)[0] == 'a'; }
unsigned number_of(const Task* p) { return static_cast<unsigned>(bpf_task_comm(p)[1] - '0'); }

std::string order_of(const EventLog& log) {
  std::string order;
  for (const LoggedEvent& event : log.named("sched_switch")) {
    const std::string& comm = event.text("next_comm");
    if (comm[0] == 'a' && order.find(comm[1]) == std::string::npos) order += comm[1];
  }
  return order;
}

std::string error_of(const KernelRun& run) {
  const Events errors = run.log.named("scx_error");
  return errors.empty() ? "" : errors[0].text("msg");
}

template <class Vtime>
void enqueue_by(Vtime) {
  test_ops.enqueue = [](void*, Task* p, uint64_t flags) {
    if (is_counted(p)) {
      scx_bpf_dispatch_vtime(p, kQueue, SCX_SLICE_DFL, Vtime{}(number_of(p)), flags);
    } else {
      scx_bpf_dispatch(p, SCX_DSQ_LOCAL, SCX_SLICE_DFL, flags);
    }
  };
}

}  // namespace

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
std::string walked;

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
  for (std::size_t i = 0; i < answers.size(); i += 2) {
    ASSERT_EQ(answers[i], 0) << i;
    ASSERT_LT(answers[i + 1], 0) << i;
  }
}

namespace {

// From the dispatch that finds all four on the queue, once.
template <class Walk>
void walk_when_full(Walk) {
  walked.clear();
  test_ops.dispatch = [](void*, int32_t, Task*) {
    if (walked.empty() && scx_bpf_dsq_nr_queued(kQueue) == 4) Walk{}();
    scx_bpf_consume(kQueue) || scx_bpf_consume(kOther);
  };
}

void note(const Task* p) { walked += bpf_task_comm(p)[1]; }

}  // namespace

TEST(DsqIterTest, ForwardAndInReverse) {
  KernelRun run(1);
  pile_up(run);
  enqueue_by([](unsigned n) { return uint64_t{n}; });
  walk_when_full([] {
    BpfDsqIter forward(kQueue);
    while (const Task* const p = forward.next()) note(p);
    BpfDsqIter reverse(kQueue, SCX_DSQ_ITER_REV);
    while (const Task* const p = reverse.next()) note(p);
    BpfDsqIter nothing(kQueue + 100);
    if (nothing.next() != nullptr) walked += '?';
  });
  run.run_us(6'000);
  EXPECT_EQ(walked, "12344321");
}

// What is moved on goes where it was sent, with the slice and the vtime given.
TEST(DsqIterTest, MovesTasksToAnotherQueue) {
  KernelRun run(1);
  pile_up(run);
  enqueue_by([](unsigned n) { return uint64_t{n}; });
  walk_when_full([] {
    BpfDsqIter it(kQueue);
    uint64_t vtime = 100;
    while (Task* const p = it.next()) {
      if (number_of(p) % 2 != 0) continue;
      it.set_vtime(--vtime);
      it.set_slice(12'345);
      if (scx_bpf_dispatch_vtime_from_dsq(it, p, kOther, 0)) note(p);
      if (bpf_task_slice(p) != 12'345 || bpf_task_dsq_vtime(p) != vtime) walked += '?';
      if (scx_bpf_dispatch_from_dsq(it, p, kOther, 0)) walked += '?';  // it is not there any more
    }
  });
  run.run_us(8'000);
  EXPECT_EQ(walked, "24");
  EXPECT_EQ(order_of(run.log), "1342") << "the later one first on the other queue";
  EXPECT_EQ(error_of(run), "");
}

// Straight to another CPU's LOCAL.
TEST(DsqIterTest, MovesTasksToAnotherCpu) {
  KernelRun run(2);
  pile_up(run);
  for (const char* comm : {"a1", "a2", "a3", "a4"}) run.spec(comm).cpus_allowed = 3;
  run.spec("hog").cpus_allowed = 1;
  run.task("busy", {run_for(2 * kMs)}).cpus_allowed = 2;
  run.spec("busy").once = true;
  test_ops.select_cpu = [](void*, Task*, int32_t, uint64_t) { return int32_t{0}; };
  enqueue_by([](unsigned n) { return uint64_t{n}; });
  walk_when_full([] {
    BpfDsqIter it(kQueue);
    while (Task* const p = it.next()) {
      if (scx_bpf_dispatch_from_dsq(it, p, SCX_DSQ_LOCAL_ON | 1, 0)) note(p);
    }
  });
  run.run_us(10'000);
  EXPECT_EQ(walked, "1234");
  for (const LoggedEvent& event : run.log.named("sched_switch")) {
    if (event.text("next_comm")[0] != 'a') continue;
    EXPECT_EQ(event.hart, 1u) << event.describe();
  }
  EXPECT_EQ(order_of(run.log), "1234");
  EXPECT_EQ(error_of(run), "");
}
