// SPDX-License-Identifier: Apache-2.0
// What the brands of enqueues are for: a policy that asks for a task only where its mask allows is right even if the mask
// changes before its request is carried out. Without brands the same policy is thrown out for no fault of its own.
#include <gtest/gtest.h>

#include "firmware/kernel/ext/error.h"
#include "firmware/kernel/kernel.h"
#include "firmware/kernel/sched/affinity.h"
#include "firmware/kernel/user.h"
#include "tests/kernel/ext/race_lab.h"
#include "tests/kernel/in_kernel.h"
#include "tests/kernel/test_policies.h"

namespace kernel {

using namespace test;

namespace {

Task* victim = nullptr;

bool is_the_policys() { return (victim->scx.ops_state.shown() & SCX_OPSS_STATE_MASK) == SCX_OPSS_QUEUED; }

// Asks for the task, takes the request back if it may not run here, and takes its time to return. The look comes after the
// request, whose brand tells of all changes since. CPU 1 has the task when no other CPU may.
void dispatch(void*, std::int32_t cpu, Task*) {
  if (victim == nullptr || !is_the_policys()) return;
  if (cpu > 1) return;
  scx_bpf_dispatch(victim, SCX_DSQ_LOCAL, SCX_SLICE_DFL, 0);
  if (cpu != static_cast<std::int32_t>(cpumask_first(bpf_task_cpus_allowed(victim)))) {
    scx_bpf_dispatch_cancel();
  } else if (cpu == 0) {
    burn(3'000);
  }
}

// Opens CPU 0 to the task, sends CPU 0 to the policy, and closes it again some time later.
void toggle_affinity(Task&) {
  victim = task_named("victim");
  for (unsigned delay = 0; delay < 4'000; delay += 50) {
    set_cpus_allowed(*victim, 0b011);
    for (unsigned turn = 0; turn < 20 && !is_the_policys(); ++turn) sys_nanosleep(10 * kUs);
    scx_bpf_kick_cpu(0, 0);
    burn(100 + delay);
    set_cpus_allowed(*victim, 0b010);
    scx_bpf_kick_cpu(1, 0);
    sys_nanosleep(60 * kUs);
  }
  scx_exit(SCX_EXIT_UNREG_BPF, 0, "toggled");
}

struct Outcome {
  std::uint64_t kind;
  std::string message;
  unsigned runs;
  std::uint64_t lost;
};

Outcome run_with(std::uint32_t defects) {
  KernelRun run(3);
  run.config.defects = defects;
  victim = nullptr;
  static unsigned runs;
  runs = 0;
  test_ops = {};
  test_ops.flags = SCX_OPS_SWITCH_PARTIAL;
  test_ops.select_cpu = [](void*, Task*, std::int32_t, std::uint64_t) { return std::int32_t{1}; };
  test_ops.enqueue = [](void*, Task*, std::uint64_t) {};
  test_ops.dispatch = dispatch;
  test_ops.running = [](void*, Task*) { ++runs; };
  TaskSpec& spec = run.task("victim", {run_for(5 * kUs), sleep_for(10 * kUs)});
  spec.sched_class = TaskClass::kExt;
  spec.cpus_allowed = 0b011;
  run_script(run, toggle_affinity, 0b100);
  run.log.keep = [&run](const LoggedEvent& event) {
    if (event.name == "task_audit") run.machine().stop();
    return event.name == "task_audit" || event.name == "scx_disable";
  };
  run.run_us(100'000);
  const Events disabled = run.log.named("scx_disable");
  const Events audit = run.log.named("task_audit");
  if (disabled.size() != 1 || audit.size() != 1) return {0, "never ended", 0, 0};
  return {disabled[0].number("kind"), disabled[0].text("msg"), runs, audit[0].number("lost")};
}

}  // namespace

TEST(BrandingTest, StaleRequestsAreDropped) {
  const Outcome outcome = run_with(0);
  EXPECT_EQ(outcome.kind, SCX_EXIT_UNREG_BPF) << outcome.message;
  EXPECT_EQ(outcome.message, "toggled");
  EXPECT_GT(kernel().coverage.of(Cover::dispatch_stale_brand), 10u) << "the race was not met";
  EXPECT_GT(outcome.runs, 80u);
  EXPECT_EQ(outcome.lost, 0u);
}

// The old verdict is taken for the new enqueue: it sends the task to a CPU it may no longer use.
TEST(BrandingTest, WithoutBrandsACorrectPolicyIsThrownOut) {
  const Outcome outcome = run_with(kNoQseqBranding);
  EXPECT_EQ(outcome.kind, SCX_EXIT_ERROR);
  EXPECT_EQ(outcome.message.rfind("SCX_DSQ_LOCAL[_ON] target CPU 0 not allowed for victim[", 0), 0u) << outcome.message;
  EXPECT_EQ(kernel().coverage.of(Cover::dispatch_stale_brand), 0u);
  EXPECT_EQ(outcome.lost, 0u) << "even then no task is lost";
}

}  // namespace kernel
