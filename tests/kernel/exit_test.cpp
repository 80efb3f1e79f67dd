// SPDX-License-Identifier: Apache-2.0
// The way out of a task: it may still be displaced on it, and does not go to a policy then that has not asked for such tasks.
#include <gtest/gtest.h>

#include "firmware/kernel/kernel.h"
#include "firmware/kernel/user.h"
#include "tests/kernel/ext/race_lab.h"
#include "tests/kernel/in_kernel.h"
#include "tests/kernel/test_policies.h"

namespace kernel {

using namespace test;

namespace {

unsigned seen_by_policy;  // enqueues of tasks on their way out
unsigned kicks;

bool is_dier(const Task* p) { return p->comm[0] == 'd'; }

// Displaces each task named "dier" from CPU 0 when it is on its way out.
void displace(Task&) {
  uint32_t last = 0;
  for (;;) {
    const Task& curr = *cpu_rq(0).curr;
    if (curr.exiting && is_dier(&curr) && curr.pid != last) {
      last = curr.pid;
      scx_bpf_kick_cpu(0, SCX_KICK_PREEMPT);
      ++kicks;
    }
    burn(20);
  }
}

// One after the other is forked, takes all mutexes there are, and ends with them on CPU 0, beside a hog. The mutexes make
// the way out long.
constexpr unsigned kNrLocks = 16;
constexpr const char* kNames[kNrLocks] = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "a", "b", "c", "d", "e", "f"};

void dying_tasks(KernelRun& run, uint64_t flags) {
  seen_by_policy = kicks = 0;
  test_ops = {};
  test_ops.flags = SCX_OPS_SWITCH_PARTIAL | flags;
  test_ops.enqueue = [](void*, Task* p, uint64_t) {
    seen_by_policy += p->exiting ? 1 : 0;
    scx_bpf_dispatch(p, SCX_DSQ_LOCAL, 1 * kMs, is_dier(p) ? SCX_ENQ_PREEMPT : 0);
  };
  run.config.preempt = Preempt::kFull;
  run.config.scx_slice_dfl_ns = 1 * kMs;
  run.config.user.locks = kNames;
  run.config.user.nr_locks = kNrLocks;
  std::vector<ProgramOp> program;
  for (unsigned i = 0; i < kNrLocks; ++i) program.push_back({ProgramOpKind::kLock, 0, 0, i});
  program.push_back(exit_with(3));
  TaskSpec& dier = run.task("dier", program);
  dier.template_only = true;
  TaskSpec& hog = run.task("hog", {run_for(500 * kMs)});
  for (TaskSpec* const spec : {&dier, &hog}) {
    spec->sched_class = TaskClass::kExt;
    spec->cpus_allowed = 0b001;
  }
  run.task("parent", {fork_task(0), sleep_for(3 * kMs)}).cpus_allowed = 0b010;
  run_script(run, displace, 0b100);
}

struct Ends {
  unsigned displaced = 0;  // taken from the CPU by the kick
  unsigned ended = 0;
};

Ends ends_of(const EventLog& log) {
  Ends ends;
  for (const LoggedEvent& event : log.named("sched_switch")) {
    if (event.text("prev_comm") != "dier") continue;
    ends.displaced += event.text("prev_state") == "R" ? 1 : 0;
    ends.ended += event.text("prev_state") == "X" ? 1 : 0;
  }
  return ends;
}

}  // namespace

TEST(ExitTest, DisplacedTaskGoesPastThePolicy) {
  KernelRun run(3);
  dying_tasks(run, 0);
  run.run_us(50'000);
  const Ends ends = ends_of(run.log);
  EXPECT_GE(kicks, 10u);
  EXPECT_GE(ends.displaced, kicks / 2);
  EXPECT_GE(ends.ended + 2, kicks) << "each one comes to its end";
  EXPECT_EQ(seen_by_policy, 0u);
}

TEST(ExitTest, PolicyThatAskedForItGetsTheTask) {
  KernelRun run(3);
  dying_tasks(run, SCX_OPS_ENQ_EXITING);
  run.run_us(50'000);
  EXPECT_GE(kicks, 10u);
  EXPECT_GE(ends_of(run.log).ended + 2, kicks);
  EXPECT_GE(seen_by_policy, kicks / 2);
}

}  // namespace kernel
