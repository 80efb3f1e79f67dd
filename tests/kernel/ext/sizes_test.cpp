// SPDX-License-Identifier: Apache-2.0
// As many of everything as a policy asks for: queues, timers, slots, CPUs; and where there is an end, its name.
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "firmware/kernel/base/errno.h"
#include "firmware/kernel/base/placement.h"
#include "firmware/kernel/ext/dsq_pool.h"
#include "firmware/kernel/ext/maps.h"
#include "firmware/kernel/kernel.h"
#include "tests/kernel/kernel_run.h"
#include "tests/kernel/numbered.h"
#include "tests/kernel/test_policies.h"

namespace kernel {

using namespace test;

namespace {

std::string error_of(const KernelRun& run) {
  const Events errors = run.log.named("scx_error");
  return errors.empty() ? "" : errors[0].text("msg");
}

bool says(const KernelRun& run, const std::string& text) { return run.log.console().find(text) != std::string::npos; }

constexpr uint64_t kQueues = 1024;
constexpr uint64_t kIdStep = uint64_t{1} << 33;  // ids are 63 bits, not 32
constexpr uint64_t id_of(uint64_t queue) { return queue * kIdStep + queue; }

// What does not hold of the queues, in order; empty: all does.
std::vector<std::string> wrong;
std::map<uint64_t, unsigned> passed_through;

void demand(bool holds, const char* what, uint64_t queue) {
  if (!holds && wrong.size() < 10) wrong.push_back(std::string(what) + " " + std::to_string(queue));
}

void create_all() {
  for (uint64_t q = 0; q < kQueues; ++q) demand(scx_bpf_create_dsq(id_of(q)) == 0, "create", q);
}

void look_up_all() {
  for (uint64_t q = 0; q < kQueues; ++q) {
    demand(scx_bpf_dsq_nr_queued(id_of(q)) == 0, "look up", q);
    demand(scx_bpf_create_dsq(id_of(q)) == -EEXIST, "twice", q);
  }
  demand(scx_bpf_dsq_nr_queued(id_of(kQueues)) == -ENOENT, "unknown", kQueues);
}

void destroy_all() {
  for (uint64_t q = 0; q < kQueues; ++q) {
    scx_bpf_destroy_dsq(id_of(q));
    demand(scx_bpf_dsq_nr_queued(id_of(q)) == -ENOENT, "destroyed", q);
    demand(q + 1 == kQueues || scx_bpf_dsq_nr_queued(id_of(q + 1)) == 0, "its neighbour", q);
  }
}

struct Turns {
  BpfQueue waiting;  // queues with a task, by number
  uint64_t next = 0;
};

}  // namespace

// Made, looked up, destroyed, made again at once under the same ids, and each has tasks pass through it.
TEST(ManyDsqsTest, ThousandQueues) {
  wrong.clear();
  passed_through.clear();
  KernelRun run(2);
  test_ops = {};
  test_ops.state_size = sizeof(Turns);
  test_ops.init = [](void* state, const int64_t*) {
    create_all();
    look_up_all();
    destroy_all();
    create_all();
    look_up_all();
    return (new (Placement{state}) Turns{})->waiting.init(4096);
  };
  test_ops.select_cpu = [](void*, Task*, int32_t prev_cpu, uint64_t) { return prev_cpu; };
  test_ops.enqueue = [](void* state, Task* p, uint64_t flags) {
    auto& turns = *static_cast<Turns*>(state);
    const uint64_t queue = turns.next++ % kQueues;
    scx_bpf_dispatch(p, id_of(queue), SCX_SLICE_DFL, flags);
    demand(turns.waiting.push(static_cast<uint32_t>(queue)), "room", queue);
    scx_bpf_kick_cpu(scx_bpf_task_cpu(p), SCX_KICK_IDLE);
  };
  test_ops.dispatch = [](void* state, int32_t, Task*) {
    auto& turns = *static_cast<Turns*>(state);
    uint32_t queue = 0;
    while (turns.waiting.pop(queue)) {
      if (scx_bpf_consume(id_of(queue))) {
        ++passed_through[queue];
        return;
      }
    }
  };
  run.policy("test");
  for (int i = 0; i < 8; ++i) run.task(numbered("t", i), {run_for(10 * kUs), sleep_for(30 * kUs)});
  run.log.only = {"scx_error"};
  run.run_us(30'000);
  EXPECT_EQ(wrong, std::vector<std::string>{});
  EXPECT_EQ(error_of(run), "");
  EXPECT_EQ(passed_through.size(), kQueues);
  for (const auto& [queue, times] : passed_through) EXPECT_GE(times, 2u) << queue;
}

// A CPU that was given a queue of its own, on the largest machine there is.
TEST(ManyDsqsTest, OnePerCpuOnSixtyFourCpus) {
  KernelRun run(kNrCpusMax);
  test_ops = {};
  test_ops.init = [](void*, const int64_t*) {
    for (uint32_t cpu = 0; cpu < scx_bpf_nr_cpu_ids(); ++cpu) {
      if (const int error = scx_bpf_create_dsq(cpu); error != 0) return error;
    }
    return 0;
  };
  test_ops.select_cpu = [](void*, Task*, int32_t prev_cpu, uint64_t) { return prev_cpu; };
  test_ops.enqueue = [](void*, Task* p, uint64_t flags) {
    const int32_t cpu = scx_bpf_task_cpu(p);
    scx_bpf_dispatch(p, static_cast<uint64_t>(cpu), SCX_SLICE_DFL, flags);
    scx_bpf_kick_cpu(cpu, SCX_KICK_IDLE);
  };
  test_ops.dispatch = [](void*, int32_t cpu, Task*) { scx_bpf_consume(static_cast<uint64_t>(cpu)); };
  run.policy("test");
  for (unsigned cpu = 0; cpu < kNrCpusMax; ++cpu) {
    run.task(numbered("t", cpu), {run_for(20 * kUs), sleep_for(200 * kUs)}).cpus_allowed = uint64_t{1} << cpu;
  }
  run.log.only = {"scx_error", "scx_enable", "sched_switch"};
  run.run_us(12'000);
  EXPECT_EQ(error_of(run), "");
  ASSERT_EQ(run.log.named("scx_enable").size(), 1u) << run.log.console();
  std::map<std::string, std::set<sim::HartId>> harts_of;
  std::map<std::string, unsigned> runs_of;
  for (const LoggedEvent& event : run.log.named("sched_switch")) {
    harts_of[event.text("next_comm")].insert(event.hart);
    ++runs_of[event.text("next_comm")];
  }
  for (unsigned cpu = 0; cpu < kNrCpusMax; ++cpu) {
    const std::string comm = numbered("t", cpu);
    EXPECT_EQ(harts_of[comm], std::set<sim::HartId>{cpu}) << comm;
    EXPECT_GT(runs_of[comm], 10u) << comm;
  }
}

// Its queues from the last load are still waiting for their grace period when the next one makes them again.
TEST(ManyDsqsTest, FiveLoadsInARowWithoutAWait) {
  KernelRun run(2);
  test_ops = {};
  test_ops.init = [](void*, const int64_t*) {
    for (uint64_t q = 0; q < 20; ++q) {
      if (const int error = scx_bpf_create_dsq(q); error != 0) return error;
    }
    return 0;
  };
  SchedulerSpec& spec = run.policy("test");
  spec.times = 5;
  spec.unload_after_ns = 1;
  spec.stats_period_ns = 1 * kMs;
  run.task("t", {run_for(20 * kUs), sleep_for(200 * kUs)});
  run.run_us(100'000);
  EXPECT_EQ(run.log.named("scx_enable").size(), 5u) << run.log.console();
  EXPECT_EQ(run.log.named("scx_disable").size(), 5u);
  EXPECT_FALSE(says(run, "cannot load")) << run.log.console();
  EXPECT_EQ(error_of(run), "");
  EXPECT_LE(kernel().scx.dsq_pool.made.size(), 5 * 20u);
}

namespace {

unsigned made;

}  // namespace

// A machine that is too small says which figure is too small; what was made before goes on.
TEST(ManyDsqsTest, TooLittleRamIsNamed) {
  made = 0;
  KernelRun run(1);
  run.config.ram_bytes = 64 * 1024;
  test_ops = {};
  test_ops.init = [](void*, const int64_t*) {
    while (scx_bpf_create_dsq(made) == 0) ++made;
    return scx_bpf_create_dsq(made) == -ENOMEM ? 0 : -EINVAL;
  };
  test_ops.enqueue = [](void*, Task* p, uint64_t flags) { scx_bpf_dispatch(p, made - 1, SCX_SLICE_DFL, flags); };
  test_ops.dispatch = [](void*, int32_t, Task*) { scx_bpf_consume(made - 1); };
  run.policy("test");
  run.run_us(200'000);
  EXPECT_GT(made, 7'000u) << "8 bytes each";
  EXPECT_LE(made, 64u * 1024 / 8);
  EXPECT_EQ(run.log.named("scx_enable").size(), 1u) << run.log.console();
  EXPECT_EQ(error_of(run), "");
  EXPECT_TRUE(says(run, "sched_ext: no RAM for DSQ 0x")) << run.log.console();
  EXPECT_TRUE(says(run, "all of hardware.ram_kib (64) is used")) << run.log.console();
}

// A queue needs two words. One word is too little, and no reason to end the run.
TEST(ManyDsqsTest, AnOddWordIsNoRoomForAQueue) {
  for (const bool one_more : {false, true}) {
    static bool odd;
    odd = one_more;
    made = 0;
    KernelRun run(1);
    run.config.ram_bytes = 8 * 1024;
    test_ops = {};
    test_ops.init = [](void*, const int64_t*) {
      if (odd) bpf_alloc_word();
      while (scx_bpf_create_dsq(made) == 0) ++made;
      return scx_bpf_create_dsq(made) == -ENOMEM ? 0 : -EINVAL;
    };
    run.policy("test");
    run.run_us(200'000);
    EXPECT_GT(made, 100u);
    EXPECT_TRUE(says(run, "sched_ext: no RAM for DSQ 0x")) << run.log.console();
    EXPECT_EQ(error_of(run), "");
  }
}

// Anything else that finds no RAM ends the run, with that name.
TEST(ManyDsqsTest, NoRamForATaskEndsTheRunByName) {
  KernelRun run(1);
  run.config.ram_bytes = 1024;
  for (int i = 0; i < 40; ++i) run.task(numbered("t", i), {run_for(20 * kUs)});
  try {
    run.run_us(20'000);
    FAIL() << "it runs";
  } catch (const std::exception& end) {
    EXPECT_NE(std::string(end.what()).find("out of RAM: hardware.ram_kib (1) is too small"), std::string::npos) << end.what();
  }
}

namespace {

constexpr unsigned kTimers = 40;

struct Alarms {
  BpfTimer timers[kTimers];
};
std::map<const BpfTimer*, std::vector<uint64_t>> rings;
const BpfTimer* first_timer;
std::vector<int> answers;

uint64_t period_of(const BpfTimer& timer) { return (1 + static_cast<uint64_t>(&timer - first_timer)) * 100 * kUs; }

void ring(void*, BpfTimer& timer) {
  rings[&timer].push_back(bpf_ktime_get_ns());
  timer.start(period_of(timer));
}

}  // namespace

// Each at its own period, and all of them silent from the policy's end to its next load.
TEST(BpfTimerTest, AsManyAsThePolicyMakes) {
  rings.clear();
  answers.clear();
  KernelRun run(2);
  test_ops = {};
  test_ops.state_size = sizeof(Alarms);
  test_ops.init = [](void* state, const int64_t*) {
    auto& alarms = *static_cast<Alarms*>(state);
    first_timer = alarms.timers;
    for (BpfTimer& timer : alarms.timers) {
      if (const int error = timer.init(ring); error != 0) return error;
      if (const int error = timer.start(period_of(timer)); error != 0) return error;
    }
    answers.push_back(alarms.timers[0].init(ring));
    return 0;
  };
  SchedulerSpec& spec = run.policy("test");
  spec.times = 3;
  spec.unload_after_ns = 20 * kMs;
  run.run_us(20'000);
  ASSERT_EQ(rings.size(), kTimers);
  for (const auto& [timer, times] : rings) {
    const uint64_t period = period_of(*timer);
    ASSERT_GE(times.size(), 18 * kMs / period - 2) << period;
    for (std::size_t i = 1; i < times.size(); ++i) {
      EXPECT_GE(times[i] - times[i - 1], period);
      EXPECT_LT(times[i] - times[i - 1], period + 100 * kUs);
    }
  }
  run.run_us(200'000);
  EXPECT_EQ(error_of(run), "");
  EXPECT_EQ(answers, std::vector<int>(3, -EBUSY)) << "initialised already";
  const unsigned slots = kernel().scx.policy_memory.timers.slots.size();
  EXPECT_GE(slots, kTimers);
  EXPECT_LT(slots, 2 * kTimers) << "each load uses those of the last";
  std::vector<uint64_t> gone;
  for (const LoggedEvent& event : run.log.named("scx_disable")) gone.push_back(event.cycle * 10);
  ASSERT_EQ(gone.size(), 3u);
  for (const auto& [timer, times] : rings) EXPECT_LT(times.back(), gone.back());
}

namespace {

unsigned bursts;
unsigned slots_seen;
unsigned flushed;
constexpr unsigned kBurst = 300;

// One request for a task that is not the policy's, that often: refused one by one, and each takes a slot.
void burst(void*, int32_t, Task*) {
  if (bursts++ != 0) return;
  slots_seen = scx_bpf_dispatch_nr_slots();
  for (unsigned i = 0; i < kBurst; ++i) scx_bpf_dispatch(bpf_task_from_pid(2), SCX_DSQ_LOCAL, SCX_SLICE_DFL, 0);
  flushed = slots_seen - scx_bpf_dispatch_nr_slots();
}

void load_with_batch(KernelRun& run, uint32_t batch) {
  bursts = 0;
  slots_seen = 0;
  flushed = 0;
  test_ops = {};
  test_ops.dispatch_max_batch = batch;
  test_ops.dispatch = burst;
  run.policy("test");
  run.task("t", {run_for(20 * kUs), sleep_for(100 * kUs)});
  run.run_us(20'000);
}

}  // namespace

TEST(DispatchBatchTest, AsWideAsLinuxAllows) {
  KernelRun run(3);
  load_with_batch(run, 1023);
  EXPECT_EQ(error_of(run), "");
  EXPECT_EQ(slots_seen, 1023u);
  EXPECT_EQ(flushed, kBurst);
  EXPECT_EQ(run.log.named("dispatch_refused").size(), kBurst);
}

// More does not fit into what Linux can allocate per CPU: the load is taken back half-way.
TEST(DispatchBatchTest, WiderIsRefusedByName) {
  KernelRun run(2);
  load_with_batch(run, 1024);
  EXPECT_TRUE(run.log.named("scx_enable").empty());
  EXPECT_TRUE(says(run, "sched_ext: dispatch_max_batch 1024: a dispatch buffer has 1023 slots at most")) << run.log.console();
  EXPECT_EQ(error_of(run), "scx_ops_enable() failed (-12)");
}

TEST(DebugDumpTest, ALongerOneIsRefusedByName) {
  KernelRun run(1);
  test_ops = {};
  test_ops.exit_dump_len = kExitDumpLenMax + 1;
  run.policy("test");
  run.run_us(20'000);
  EXPECT_TRUE(run.log.named("scx_enable").empty());
  EXPECT_TRUE(says(run, "sched_ext: exit_dump_len 131073: a debug dump may have 131072 bytes")) << run.log.console();
  EXPECT_TRUE(says(run, "cannot load the policy (-7)"));
}

TEST(DispatchBatchTest, MoreThanANumberCanSayIsNoLoad) {
  KernelRun run(2);
  load_with_batch(run, 0x80000000u);
  EXPECT_TRUE(run.log.named("scx_enable").empty());
  EXPECT_TRUE(run.log.named("scx_error").empty());
  EXPECT_TRUE(says(run, "cannot load the policy (-7)")) << run.log.console();
}

}  // namespace kernel
