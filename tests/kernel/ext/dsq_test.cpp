// SPDX-License-Identifier: Apache-2.0
// Dispatch queues: order, counts, creation.
#include <gtest/gtest.h>

#include "firmware/kernel/base/errno.h"
#include "tests/kernel/kernel_run.h"
#include "tests/kernel/test_policies.h"

namespace kernel {

using namespace test;

namespace {

constexpr uint64_t kQueue = 7;
std::vector<int> results;
std::vector<std::string> order_of(const EventLog& log, const std::string& prefix) {
  std::vector<std::string> order;
  for (const LoggedEvent& event : log.named("sched_switch")) {
    if (event.text("next_comm").starts_with(prefix)) order.push_back(event.text("next_comm"));
  }
  return order;
}

std::string error_of(const KernelRun& run) {
  const Events errors = run.log.named("scx_error");
  return errors.empty() ? "" : errors[0].text("msg");
}

// Tasks pile up on kQueue behind a hog and run in the order of the queue once it ends.
void pile_up(KernelRun& run) {
  test_ops = {};
  test_ops.init = [](void*, const int64_t*) { return scx_bpf_create_dsq(kQueue); };
  test_ops.dispatch = [](void*, int32_t, Task*) { scx_bpf_consume(kQueue); };
  run.policy("test");
  TaskSpec& hog = run.task("hog", {run_for(2 * kMs)});
  hog.once = true;
  for (const char* comm : {"a1", "a2", "a3", "a4"}) run.task(comm, {run_for(5 * kUs)}).once = true;
}

}  // namespace

TEST(DsqTest, FifoOrder) {
  KernelRun run(1);
  pile_up(run);
  test_ops.enqueue = [](void*, Task* p, uint64_t flags) { scx_bpf_dispatch(p, kQueue, SCX_SLICE_DFL, flags); };
  run.run_us(5'000);
  EXPECT_EQ(order_of(run.log, "a"), (std::vector<std::string>{"a1", "a2", "a3", "a4"}));
}

TEST(DsqTest, HeadGoesFirst) {
  KernelRun run(1);
  pile_up(run);
  test_ops.enqueue = [](void*, Task* p, uint64_t flags) { scx_bpf_dispatch(p, kQueue, SCX_SLICE_DFL, flags | SCX_ENQ_HEAD); };
  run.run_us(5'000);
  EXPECT_EQ(order_of(run.log, "a"), (std::vector<std::string>{"a4", "a3", "a2", "a1"}));
}

// Nothing to enqueue with: GLOBAL, in order, without the policy.
TEST(DsqTest, WithoutEnqueueEverythingIsGlobal) {
  KernelRun run(1);
  pile_up(run);
  test_ops.dispatch = nullptr;
  run.run_us(5'000);
  EXPECT_EQ(order_of(run.log, "a"), (std::vector<std::string>{"a1", "a2", "a3", "a4"}));
  EXPECT_TRUE(run.log.named("dispatch_call").empty());
}

TEST(DsqTest, PreemptTakesTheCpuFromARunningTask) {
  KernelRun run(1);
  run.config.preempt = Preempt::kNone;  // the init task starts all of them before the first one runs
  pile_up(run);
  test_ops.enqueue = [](void*, Task* p, uint64_t flags) {
    const bool first = bpf_task_comm(p)[0] == 'a';
    scx_bpf_dispatch(p, SCX_DSQ_LOCAL, SCX_SLICE_DFL, flags | (first ? SCX_ENQ_PREEMPT : 0));
  };
  run.task("a5", {run_for(5 * kUs)}).start_ns = 500 * kUs;
  run.run_us(3'000);
  const Events& events = run.log.events();
  const std::size_t woken = [&events] {
    for (std::size_t i = 0; i < events.size(); ++i) {
      if (events[i].name == "sched_wakeup" && events[i].text("comm") == "a5" && events[i].cycle > 150'000) return i;
    }
    return events.size();
  }();
  const std::size_t change = find(events, "sched_switch", woken);
  ASSERT_LT(change, events.size());
  EXPECT_EQ(events[change].text("prev_comm"), "hog");
  EXPECT_EQ(events[change].text("next_comm"), "a5");
  EXPECT_LT(events[change].cycle - events[woken].cycle, 1'500u);
}

TEST(DsqTest, CreateErrorsAndCounts) {
  KernelRun run(1);
  results.clear();
  test_ops = {};
  test_ops.init = [](void*, const int64_t*) {
    results.push_back(scx_bpf_create_dsq(kQueue));
    results.push_back(scx_bpf_create_dsq(kQueue));
    results.push_back(scx_bpf_create_dsq(SCX_DSQ_GLOBAL));
    results.push_back(scx_bpf_dsq_nr_queued(kQueue));
    results.push_back(scx_bpf_dsq_nr_queued(kQueue + 1));
    results.push_back(scx_bpf_dsq_nr_queued(SCX_DSQ_LOCAL));
    return 0;
  };
  run.policy("test");
  run.run_us(500);
  EXPECT_EQ(results, (std::vector<int>{0, -EEXIST, -EINVAL, 0, -ENOENT, 0}));
}

// In ops.init and ops.init_task only: elsewhere two CPUs could make queues at once.
TEST(DsqTest, CreateOutsideInitIsAnError) {
  KernelRun run(1);
  pile_up(run);
  results.clear();
  test_ops.init_task = [](void*, Task*, bool) {
    if (results.empty()) results.push_back(scx_bpf_create_dsq(kQueue + 1));
    return 0;
  };
  test_ops.enqueue = [](void*, Task* p, uint64_t flags) {
    if (results.size() == 1) results.push_back(scx_bpf_create_dsq(kQueue + 2));
    scx_bpf_dispatch(p, kQueue, SCX_SLICE_DFL, flags);
  };
  run.run_us(5'000);
  EXPECT_EQ(results, (std::vector<int>{0, -EINVAL}));
  EXPECT_EQ(error_of(run), "kfunc with mask 0x0 called from an operation only allowing 0x4");
}

// The local queue of any CPU can be asked for its length.
TEST(DsqTest, CountOfTheLocalQueueOfACpu) {
  KernelRun run(2);
  results.clear();
  test_ops = {};
  test_ops.tick = [](void*, Task*) {
    results = {scx_bpf_dsq_nr_queued(SCX_DSQ_LOCAL_ON | 0), scx_bpf_dsq_nr_queued(SCX_DSQ_LOCAL_ON | 1),
               scx_bpf_dsq_nr_queued(SCX_DSQ_LOCAL_ON | 2)};
  };
  test_ops.enqueue = [](void*, Task* p, uint64_t flags) { scx_bpf_dispatch(p, SCX_DSQ_LOCAL, SCX_SLICE_DFL, flags); };
  test_ops.select_cpu = [](void*, Task*, int32_t prev_cpu, uint64_t) { return prev_cpu; };
  run.policy("test");
  for (int i = 0; i < 3; ++i) run.task("hog", {run_for(50 * kMs)}).cpus_allowed = 2;
  run.run_us(5'000);
  EXPECT_EQ(results, (std::vector<int>{0, 2, -ENOENT}));
  EXPECT_EQ(error_of(run), "invalid CPU 2");
}

TEST(DsqTest, ConsumeOfAnUnknownQueueIsAnError) {
  KernelRun run(1);
  pile_up(run);
  test_ops.dispatch = [](void*, int32_t, Task*) { scx_bpf_consume(99); };
  run.run_us(5'000);
  EXPECT_EQ(error_of(run), "invalid DSQ ID 0x0000000000000063");
}

// A policy whose ops.init fails is not loaded; tasks stay under fair.
TEST(DsqTest, FailedInitLoadsNothing) {
  KernelRun run(1);
  pile_up(run);
  test_ops.init = [](void*, const int64_t*) { return -ENOMEM; };
  run.run_us(5'000);
  EXPECT_NE(run.log.console().find("ops.init() failed (-12)"), std::string::npos) << run.log.console();
  EXPECT_TRUE(run.log.named("scx_enable").empty());
  EXPECT_EQ(order_of(run.log, "a").size(), 4u);
}

}  // namespace kernel
