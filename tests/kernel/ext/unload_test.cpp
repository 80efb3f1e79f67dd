// SPDX-License-Identifier: Apache-2.0
// How a policy's end is told: to the log, to ops.exit, to its loader; and what goes with it.
#include <gtest/gtest.h>

#include "firmware/kernel/kernel.h"
#include "firmware/kernel/user.h"
#include "tests/kernel/kernel_run.h"
#include "tests/kernel/test_policies.h"

namespace kernel {

using namespace test;

namespace {

struct Seen {
  ScxExitKind kind;
  std::int64_t code;
  std::string reason, msg;
  unsigned bt_len;
  bool dump;
};
std::vector<Seen> ends;

void note_exit(void* state, const ScxExitInfo* info) {
  ends.push_back({info->kind, info->exit_code, info->reason, info->msg, info->bt_len, info->dump[0] != '\0'});
  user_exit_record(state, info);
}

// Runs the policy in test_ops, whose tick ends it, under a task that is always there.
void run_to_its_end(KernelRun& run) {
  ends.clear();
  test_ops.exit = note_exit;
  run.policy("test").stats_period_ns = 5 * kMs;
  run.task("hog", {run_for(500 * kMs)});
  run.run_us(80'000);
}

bool has(const KernelRun& run, const std::string& text) { return run.log.console().find(text) != std::string::npos; }

}  // namespace

// A policy that leaves by itself with a message: the message is the loader's to print, not the kernel's.
TEST(UnloadTest, AnExitThatIsNoErrorIsOneLineOfTheLog) {
  KernelRun run(1);
  test_ops = {};
  test_ops.tick = [](void*, Task*) { scx_bpf_exit(5, "bye"); };
  run_to_its_end(run);
  ASSERT_EQ(ends.size(), 1u);
  EXPECT_EQ(ends[0].kind, SCX_EXIT_UNREG_BPF);
  EXPECT_EQ(ends[0].code, 5);
  EXPECT_EQ(ends[0].reason, "unregistered from BPF");
  EXPECT_EQ(ends[0].msg, "bye");
  EXPECT_EQ(ends[0].bt_len, 0u) << "a backtrace is for errors";
  EXPECT_FALSE(ends[0].dump);
  EXPECT_TRUE(has(run, "sched_ext: BPF scheduler \"test\" disabled (unregistered from BPF)\n"));
  EXPECT_FALSE(has(run, "sched_ext: test:"));
  EXPECT_TRUE(has(run, "EXIT: unregistered from BPF (bye)"));
}

TEST(UnloadTest, AnErrorWithoutAMessageHasNoLineForIt) {
  KernelRun run(1);
  test_ops = {};
  test_ops.tick = [](void*, Task*) { scx_bpf_error("%s", ""); };
  run_to_its_end(run);
  ASSERT_EQ(ends.size(), 1u);
  EXPECT_EQ(ends[0].kind, SCX_EXIT_ERROR_BPF);
  EXPECT_EQ(ends[0].code, 0);
  EXPECT_GT(ends[0].bt_len, 2u);
  EXPECT_TRUE(ends[0].dump);
  EXPECT_TRUE(has(run, "sched_ext: BPF scheduler \"test\" disabled (scx_bpf_error)\n"));
  EXPECT_FALSE(has(run, "sched_ext: test:"));
  EXPECT_TRUE(has(run, "EXIT: scx_bpf_error\n"));
}

// As long as the field's, its end included.
TEST(UnloadTest, ALongMessageIsCut) {
  KernelRun run(1);
  test_ops = {};
  test_ops.tick = [](void*, Task*) { scx_bpf_error("%s", std::string(1'100, 'x').c_str()); };
  run_to_its_end(run);
  ASSERT_EQ(ends.size(), 1u);
  EXPECT_EQ(ends[0].msg, std::string(1'023, 'x'));
}

// Nothing of an earlier end is left in the next one's record.
TEST(UnloadTest, EachLoadHasARecordOfItsOwn) {
  KernelRun run(1);
  test_ops = {};
  test_ops.tick = [](void*, Task*) {
    if (ends.empty()) scx_bpf_error("the first");
    if (ends.size() == 1) scx_bpf_exit(7, "the second");
  };
  ends.clear();
  test_ops.exit = note_exit;
  SchedulerSpec& spec = run.policy("test");
  spec.times = 3;
  spec.stats_period_ns = 5 * kMs;
  spec.unload_after_ns = 20 * kMs;
  run.task("hog", {run_for(500 * kMs)});
  run.run_us(180'000);
  ASSERT_EQ(ends.size(), 3u);
  EXPECT_EQ(ends[0].msg, "the first");
  EXPECT_EQ(ends[0].code, 0);
  EXPECT_EQ(ends[1].msg, "the second");
  EXPECT_EQ(ends[1].code, 7);
  EXPECT_EQ(ends[1].bt_len, 0u);
  EXPECT_FALSE(ends[1].dump);
  EXPECT_EQ(ends[2].kind, SCX_EXIT_UNREG);
  EXPECT_EQ(ends[2].code, 0);
  EXPECT_EQ(ends[2].reason, "unregistered from user space");
  EXPECT_EQ(ends[2].msg, "");
  const sim::Cycle gone = run.log.named("scx_disable").back().cycle;
  EXPECT_LT(gone + 2'000'000, 180'000 * run.config.clock_mhz);
  for (const LoggedEvent& event : run.log.named("balance_enter")) EXPECT_LT(event.cycle, gone) << "the class is off";
}

// From the report on every runnable task gets its turn at each tick, whatever slice it has; before, it did not.
TEST(UnloadTest, TasksTakeTurnsUnderBypass) {
  KernelRun run(1);
  test_ops = {};
  test_ops.enqueue = [](void*, Task* p, uint64_t flags) { scx_bpf_dispatch(p, SCX_DSQ_GLOBAL, 20 * kMs, flags); };
  run.policy("test").unload_after_ns = 250 * kMs;  // by then RCU's thread, in line as all others, is through with the load
  for (const char* name : {"a", "b"}) run.task(name, {run_for(500 * kMs)});
  sim::Cycle on = 0, fair = 0;
  run.log.on_each = [&](const LoggedEvent& event) {
    if (event.name == "bypass" && event.number("on") == 1) on = event.cycle;
    if (event.name == "class_switch" && event.text("from") == "ext" && fair < on) fair = event.cycle;
  };
  run.run_us(350'000);
  ASSERT_GT(fair, on + 200'000) << "it waits for a grace period, two ticks at least";
  const auto turns = [&run](sim::Cycle from, sim::Cycle to) {
    unsigned count = 0;
    for (const LoggedEvent& event : run.log.named("sched_switch")) {
      count += event.cycle >= from && event.cycle < to && event.text("next_comm").size() == 1 ? 1 : 0;
    }
    return count;
  };
  EXPECT_GE(turns(on, fair), (fair - on) / 100'000 - 1);
  EXPECT_LE(turns(on - 3'000'000, on), 8u) << "in 30 ms of slices of 20";
}

}  // namespace kernel
