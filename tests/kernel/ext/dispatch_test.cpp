// SPDX-License-Identifier: Apache-2.0
// The dispatch buffer and what the core makes of a policy's requests, good and bad.
#include <gtest/gtest.h>

#include "firmware/kernel/kernel.h"
#include "tests/kernel/kernel_run.h"
#include "tests/kernel/test_policies.h"

namespace kernel {

using namespace test;

namespace {

constexpr uint64_t kShared = 0;
Task* last_queued = nullptr;
int calls = 0;

// A policy that keeps the last task it was given and does with it what the test says.
void keep_only(void (*dispatch)(void*, int32_t, Task*)) {
  last_queued = nullptr;
  calls = 0;
  test_ops = {};
  test_ops.init = [](void*, const int64_t*) { return scx_bpf_create_dsq(kShared); };
  test_ops.select_cpu = [](void*, Task*, int32_t prev_cpu, uint64_t) { return prev_cpu; };
  test_ops.enqueue = [](void*, Task* p, uint64_t) { last_queued = p; };
  test_ops.dispatch = dispatch;
}

Task* take() {
  Task* const p = last_queued;
  last_queued = nullptr;
  return p;
}

void one_worker(KernelRun& run) {
  run.policy("test");
  run.task("worker", {run_for(10 * kUs), sleep_for(100 * kUs)});
}

unsigned switches_to(const EventLog& log, const std::string& comm) {
  unsigned count = 0;
  for (const LoggedEvent& event : log.named("sched_switch")) count += event.text("next_comm") == comm ? 1 : 0;
  return count;
}

std::string worker(const KernelRun& run) { return task_name(run.log, "worker"); }

// What the policy was reported for.
std::string report(const KernelRun& run) {
  const Events reports = run.log.named("scx_error");
  return reports.empty() ? "" : reports[0].text("reason") + " (" + reports[0].text("msg") + ")";
}

bool reported(const KernelRun& run, const std::string& text) { return report(run).find(text) != std::string::npos; }

}  // namespace

TEST(DispatchTest, LocalDispatchRunsTheTask) {
  KernelRun run(1);
  keep_only([](void*, int32_t, Task*) {
    if (Task* const p = take()) scx_bpf_dispatch(p, SCX_DSQ_LOCAL, SCX_SLICE_DFL, 0);
  });
  one_worker(run);
  run.run_us(3'000);
  EXPECT_GT(switches_to(run.log, "worker"), 10u);
  EXPECT_TRUE(run.log.named("dispatch_refused").empty());
}

// The verdict given in enqueue puts the task on the queue at once; a second one is the policy's error.
TEST(DispatchTest, SecondDirectDispatchIsAnError) {
  KernelRun run(1);
  keep_only(nullptr);
  test_ops.enqueue = [](void*, Task* p, uint64_t) {
    scx_bpf_dispatch(p, SCX_DSQ_LOCAL, SCX_SLICE_DFL, 0);
    if (bpf_task_comm(p)[0] == 'w') scx_bpf_dispatch(p, SCX_DSQ_GLOBAL, SCX_SLICE_DFL, 0);
  };
  one_worker(run);
  run.run_us(2'000);
  EXPECT_TRUE(reported(run, "runtime error (" + worker(run) + " already direct-dispatched)")) << report(run);
  EXPECT_GT(switches_to(run.log, "worker"), 5u) << "the first verdict stands";
}

// A verdict on another task is the policy's error, and uses up its one try: the task stays with the policy.
TEST(DispatchTest, DirectDispatchOfAnotherTaskIsAnError) {
  KernelRun run(1);
  keep_only(nullptr);
  test_ops.enqueue = [](void*, Task* p, uint64_t) {
    if (bpf_task_comm(p)[0] == 'w') scx_bpf_dispatch(bpf_task_from_pid(2), SCX_DSQ_LOCAL, SCX_SLICE_DFL, 0);
    scx_bpf_dispatch(p, SCX_DSQ_LOCAL, SCX_SLICE_DFL, 0);
  };
  one_worker(run);
  run.run_us(2'000);
  EXPECT_TRUE(reported(run, "scheduling for " + worker(run) + " but trying to direct-dispatch kthreadd[2]")) << report(run);
  const Events& events = run.log.events();
  for (std::size_t i = 0; i < find(events, "scx_error"); ++i) {
    EXPECT_FALSE(events[i].name == "sched_switch" && events[i].text("next_comm") == "worker") << events[i].describe();
  }
}

// Sleeping: ops_state NONE. In flight by the same call: claimed by the first request, refused for the second.
TEST(DispatchTest, RefusesWhatIsNotThePolicysToGive) {
  KernelRun run(1);
  keep_only([](void*, int32_t, Task*) {
    Task* const p = take();
    if (p == nullptr) return;
    scx_bpf_dispatch(bpf_task_from_pid(2), SCX_DSQ_LOCAL, SCX_SLICE_DFL, 0);
    scx_bpf_dispatch(p, SCX_DSQ_LOCAL, SCX_SLICE_DFL, 0);
    scx_bpf_dispatch(p, SCX_DSQ_LOCAL, SCX_SLICE_DFL, 0);
  });
  one_worker(run);
  run.run_us(2'000);
  Events refused;  // while the worker is the one in the policy's hands
  for (const LoggedEvent& event : run.log.named("dispatch_refused")) {
    const bool about_it = event.number("pid") == pid_of(run.log, "worker");
    if (about_it || (event.number("pid") == 2 && event.cycle > run.log.named("task_new").back().cycle)) refused.push_back(event);
  }
  ASSERT_GT(refused.size(), 8u);
  for (std::size_t i = 0; i < refused.size(); ++i) {
    EXPECT_EQ(refused[i].number("pid"), i % 2 == 0 ? 2u : pid_of(run.log, "worker"));
    EXPECT_EQ(refused[i].text("reason"), "none");
  }
  EXPECT_FALSE(reported(run, "runtime error"));
}

// The task was dequeued and queued anew between request and flush: another brand, the request has no claim.
TEST(DispatchTest, RefusesAnotherBrand) {
  KernelRun run(1);
  keep_only([](void*, int32_t, Task*) {
    if (last_queued == nullptr) return;
    Task* const p = last_queued;
    scx_bpf_dispatch(p, SCX_DSQ_LOCAL, SCX_SLICE_DFL, 0);
    if (calls++ > 0) {
      last_queued = nullptr;
      return;
    }
    p->scx.ops_state.store(*p, SCX_OPSS_QUEUED | (500u << SCX_OPSS_QSEQ_SHIFT));
  });
  one_worker(run);
  run.run_us(2'000);
  const Events refused = run.log.named("dispatch_refused");
  ASSERT_EQ(refused.size(), 1u);
  EXPECT_EQ(refused[0].text("reason"), "other_brand");
  EXPECT_GT(switches_to(run.log, "worker"), 2u) << "with the right brand it runs";
}

TEST(DispatchTest, BrandsRiseWithEveryEnqueue) {
  KernelRun run(1);
  keep_only([](void*, int32_t, Task*) {
    if (Task* const p = take()) scx_bpf_dispatch(p, SCX_DSQ_LOCAL, SCX_SLICE_DFL, 0);
  });
  one_worker(run);
  run.run_us(3'000);
  std::uint64_t last = 0;
  unsigned queueings = 0;
  std::string previous = "none";
  for (const LoggedEvent& event : run.log.named("ops_state")) {
    if (event.number("pid") != pid_of(run.log, "worker")) continue;
    EXPECT_EQ(event.text("from"), previous);
    previous = event.text("to");
    if (event.text("to") == "queueing") {
      EXPECT_GT(event.number("qseq"), last);
      last = event.number("qseq");
      ++queueings;
    } else if (event.text("to") == "queued") {
      EXPECT_EQ(event.number("qseq"), last);
    } else {
      EXPECT_EQ(event.number("qseq"), 0u);
    }
  }
  EXPECT_GT(queueings, 10u);
}

TEST(DispatchTest, BufferOverflowIsAnErrorAndDropsTheRequest) {
  KernelRun run(1);
  keep_only([](void*, int32_t, Task*) {
    Task* const p = take();
    if (p == nullptr) return;
    Task* const asleep = bpf_task_from_pid(2);
    for (int i = 0; i < 4; ++i) scx_bpf_dispatch(asleep, SCX_DSQ_LOCAL, SCX_SLICE_DFL, 0);
    if (scx_bpf_dispatch_nr_slots() != 0) scx_bpf_error("slots left");
    scx_bpf_dispatch(p, SCX_DSQ_LOCAL, SCX_SLICE_DFL, 0);
  });
  test_ops.dispatch_max_batch = 4;
  one_worker(run);
  run.run_us(2'000);
  EXPECT_TRUE(reported(run, "runtime error (dispatch buffer overflow)")) << report(run);
  const Events refused = run.log.named("dispatch_refused");
  ASSERT_FALSE(refused.empty());
  EXPECT_EQ(refused[0].text("reason"), "overflow");
}

TEST(DispatchTest, CancelDropsTheNewestRequest) {
  KernelRun run(1);
  keep_only([](void*, int32_t, Task*) {
    Task* const p = take();
    if (p == nullptr) return;
    scx_bpf_dispatch(p, SCX_DSQ_LOCAL, SCX_SLICE_DFL, 0);
    scx_bpf_dispatch(bpf_task_from_pid(2), SCX_DSQ_LOCAL, SCX_SLICE_DFL, 0);
    scx_bpf_dispatch_cancel();
  });
  one_worker(run);
  run.run_us(2'000);
  EXPECT_TRUE(run.log.named("dispatch_refused").empty());
  EXPECT_GT(switches_to(run.log, "worker"), 5u);
}

TEST(DispatchTest, CancelOfNothingIsAnError) {
  KernelRun run(1);
  keep_only([](void*, int32_t, Task*) { scx_bpf_dispatch_cancel(); });
  one_worker(run);
  run.run_us(2'000);
  EXPECT_TRUE(reported(run, "runtime error (dispatch buffer underflow)")) << report(run);
}

TEST(DispatchTest, NullTaskIsRefused) {
  KernelRun run(1);
  keep_only([](void*, int32_t, Task*) { scx_bpf_dispatch(nullptr, SCX_DSQ_LOCAL, 0, 0); });
  one_worker(run);
  run.run_us(2'000);
  EXPECT_TRUE(reported(run, "runtime error (called with NULL task)")) << report(run);
  ASSERT_FALSE(run.log.named("dispatch_refused").empty());
  EXPECT_EQ(run.log.named("dispatch_refused")[0].text("reason"), "null_task");
}

// A bad queue id loses no task: it goes to GLOBAL.
TEST(DispatchTest, UnknownDsqFallsBackToGlobal) {
  KernelRun run(1);
  keep_only([](void*, int32_t, Task*) {
    Task* const p = take();
    if (p != nullptr) scx_bpf_dispatch(p, bpf_task_comm(p)[0] == 'w' ? 0x1234 : SCX_DSQ_LOCAL, SCX_SLICE_DFL, 0);
  });
  one_worker(run);
  run.run_us(2'000);
  EXPECT_TRUE(reported(run, "runtime error (non-existent DSQ 0x1234 for " + worker(run) + ")")) << report(run);
  EXPECT_GT(switches_to(run.log, "worker"), 5u);
}

// LOCAL of a CPU the task may not use: an error, and GLOBAL instead.
TEST(DispatchTest, DisallowedCpuFallsBackToGlobal) {
  KernelRun run(2);
  keep_only([](void*, int32_t, Task*) {
    if (Task* const p = take()) scx_bpf_dispatch(p, SCX_DSQ_LOCAL_ON | 1, SCX_SLICE_DFL, 0);
  });
  run.policy("test");
  run.task("worker", {run_for(10 * kUs), sleep_for(100 * kUs)}).cpus_allowed = 1;
  run.run_us(2'000);
  EXPECT_TRUE(reported(run, "SCX_DSQ_LOCAL[_ON] target CPU 1 not allowed for " + worker(run))) << report(run);
  EXPECT_GT(switches_to(run.log, "worker"), 5u);
}

namespace {

std::vector<Task*> waiting;

// "first" goes to GLOBAL, then "second" to that place, where it cannot go, to be the first there. Which of them the CPU gets.
std::string first_after(uint64_t bad_place) {
  static uint64_t place;
  place = bad_place;
  waiting.clear();
  KernelRun run(2);
  keep_only([](void*, int32_t cpu, Task*) {
    if (cpu != 0 || waiting.size() < 2) return;
    const bool in_order = bpf_task_comm(waiting[0])[0] == 'f';
    scx_bpf_dispatch(waiting[in_order ? 0 : 1], SCX_DSQ_GLOBAL, SCX_SLICE_DFL, 0);
    scx_bpf_dispatch(waiting[in_order ? 1 : 0], place, SCX_SLICE_DFL, SCX_ENQ_HEAD);
    waiting.clear();
  });
  test_ops.flags = SCX_OPS_SWITCH_PARTIAL;
  test_ops.enqueue = [](void*, Task* p, uint64_t) { waiting.push_back(p); };
  run.policy("test");
  for (const char* comm : {"first", "second"}) {
    TaskSpec& spec = run.task(comm, {run_for(10 * kUs), sleep_for(500 * kMs)});
    spec.sched_class = TaskClass::kExt;
    spec.cpus_allowed = 1;
    spec.start_ns = 3 * kMs;
  }
  run.run_us(8'000);
  EXPECT_EQ(run.log.named("scx_error").size(), 1u);
  for (const LoggedEvent& event : run.log.named("sched_switch")) {
    if (event.text("next_class") == "ext") return event.text("next_comm");
  }
  return "nobody";
}

}  // namespace

// Whatever sends a request to GLOBAL instead, what it said about the order still holds.
TEST(DispatchTest, FallbackToGlobalKeepsTheFlags) {
  EXPECT_EQ(first_after(0x1234), "second") << "no such queue";
  EXPECT_EQ(first_after(SCX_DSQ_LOCAL_ON | 7), "second") << "no such CPU";
  EXPECT_EQ(first_after(SCX_DSQ_LOCAL_ON | 1), "second") << "not allowed there";
}

// A kfunc outside its set is refused and named.
TEST(DispatchTest, KfuncOutsideItsSetIsAnError) {
  KernelRun run(1);
  keep_only(nullptr);
  test_ops.enqueue = [](void*, Task* p, uint64_t) {
    scx_bpf_consume(kShared);
    scx_bpf_dispatch(p, SCX_DSQ_LOCAL, SCX_SLICE_DFL, 0);
  };
  one_worker(run);
  run.run_us(2'000);
  EXPECT_TRUE(reported(run, "kfunc with mask 0x2 called from an operation only allowing 0x4")) << report(run);
}

// The first error is recorded; later ones are not.
TEST(DispatchTest, FirstErrorWins) {
  KernelRun run(1);
  keep_only([](void*, int32_t, Task*) {
    scx_bpf_error("error number %d", ++calls);
    if (Task* const p = take()) scx_bpf_dispatch(p, SCX_DSQ_LOCAL, SCX_SLICE_DFL, 0);
  });
  one_worker(run);
  run.run_us(2'000);
  EXPECT_TRUE(reported(run, "scx_bpf_error (error number 1)")) << report(run);
  EXPECT_FALSE(reported(run, "error number 2"));
}

// What was asked for before is carried out first: it may be the very task to be consumed.
TEST(DispatchTest, ConsumeCarriesOutWhatIsBuffered) {
  static unsigned consumed, missed, slots;
  consumed = missed = slots = 0;
  KernelRun run(1);
  keep_only([](void*, int32_t, Task*) {
    Task* const p = take();
    if (p == nullptr) return;
    scx_bpf_dispatch(p, kShared, SCX_SLICE_DFL, 0);
    ++(scx_bpf_consume(kShared) ? consumed : missed);
    slots = scx_bpf_dispatch_nr_slots();
  });
  one_worker(run);
  run.run_us(3'000);
  EXPECT_GT(consumed, 10u);
  EXPECT_EQ(missed, 0u);
  EXPECT_EQ(slots, SCX_DSP_DFL_MAX_BATCH) << "the buffer is empty again";
}

// Tasks of another run queue are moved to the CPU that dispatches or consumes them.
TEST(DispatchTest, ConsumeBringsATaskFromAnotherRq) {
  KernelRun run(2);
  keep_only(nullptr);
  test_ops.enqueue = [](void*, Task* p, uint64_t flags) { scx_bpf_dispatch(p, kShared, SCX_SLICE_DFL, flags); };
  test_ops.dispatch = [](void*, int32_t cpu, Task*) {
    if (cpu == 1) scx_bpf_consume(kShared);
  };
  run.policy("test");
  run.task("hog", {run_for(50 * kMs)}).cpus_allowed = 2;
  run.task("worker", {run_for(10 * kUs), sleep_for(100 * kUs)});
  run.task("ticker", {run_for(10 * kUs), sleep_for(100 * kUs)}).cpus_allowed = 2;
  run.run_us(60'000);
  unsigned on_cpu_1 = 0;
  for (const LoggedEvent& event : run.log.named("sched_switch")) {
    if (event.text("next_comm") != "worker") continue;
    EXPECT_EQ(event.hart, 1u);
    ++on_cpu_1;
  }
  EXPECT_GT(on_cpu_1, 0u);
}

}  // namespace kernel
