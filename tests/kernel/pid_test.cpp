// SPDX-License-Identifier: Apache-2.0
// PIDs, the list of tasks and references to them.
#include <gtest/gtest.h>

#include <set>

#include "firmware/kernel/fork.h"
#include "firmware/kernel/kernel.h"
#include "firmware/kernel/user.h"
#include "tests/kernel/in_kernel.h"
#include "tests/kernel/test_policies.h"

namespace kernel {

using namespace test;

namespace {

// A task that forks short-lived children for ever.
void churn(KernelRun& run) {
  run.task("parent", {fork_task(1), sleep_for(20 * kUs)});
  TaskSpec& child = run.task("child", {run_for(1 * kUs), exit_with(0)});
  child.template_only = true;
}

std::set<std::uint64_t> pids_of(const EventLog& log, const std::string& comm) {
  std::set<std::uint64_t> pids;
  for (const LoggedEvent& event : log.named("task_new")) {
    if (event.text("comm") == comm) pids.insert(event.number("pid"));
  }
  return pids;
}

std::vector<std::string> names_on_list() {
  std::vector<std::string> names;
  for (const Task* p = kernel().all_tasks.front(); p != nullptr; p = kernel().all_tasks.next(*p)) names.emplace_back(p->comm);
  return names;
}

}  // namespace

// PIDs count up to the end, then go on above the reserved ones, past those that are in use.
TEST(PidTest, WrapsAndSkipsThoseInUse) {
  KernelRun run(1);
  churn(run);
  run.run_us(1'000);
  Task* const parent = find_task_by_pid(static_cast<uint32_t>(pid_of(run.log, "parent")));
  ASSERT_NE(parent, nullptr);
  kernel().last_pid = kPidMax - 3;
  // Somebody has 301.
  kernel().slot_of_pid[kReservedPids + 1] = kernel().slot_of_pid[parent->pid];
  run.run_us(1'300);
  kernel().slot_of_pid[kReservedPids + 1] = 0;
  const auto pids = pids_of(run.log, "child");
  EXPECT_TRUE(pids.contains(kPidMax - 1));
  EXPECT_FALSE(pids.contains(kPidMax));
  EXPECT_TRUE(pids.contains(kReservedPids));
  EXPECT_FALSE(pids.contains(kReservedPids + 1));
  EXPECT_TRUE(pids.contains(kReservedPids + 2));
}

// The list is in the order of the forks; who has ended is neither on it nor found.
TEST(PidTest, ListFollowsTheForks) {
  KernelRun run(2);
  run.task("one", {run_for(10 * kUs), sleep_for(100 * kUs)});
  run.task("two", {run_for(10 * kUs), exit_with(0)});
  run.task("three", {run_for(10 * kUs), sleep_for(100 * kUs)});
  run.run_us(30'000);
  auto names = names_on_list();
  ASSERT_GE(names.size(), 4u);
  EXPECT_EQ(names[0], "init");
  EXPECT_EQ(names[1], "kthreadd");
  names.erase(names.begin(), names.end() - 2);
  EXPECT_EQ(names, (std::vector<std::string>{"one", "three"}));
  EXPECT_EQ(find_task_by_pid(static_cast<uint32_t>(pid_of(run.log, "two"))), nullptr);
  EXPECT_STREQ(find_task_by_pid(static_cast<uint32_t>(pid_of(run.log, "three")))->comm, "three");
  EXPECT_EQ(find_task_by_pid(0), nullptr);
  EXPECT_EQ(find_task_by_pid(kPidMax + 7), nullptr);
}

namespace {

struct Seen {
  bool got = false;
  uint32_t pid = 0;
  uint32_t state = 0;
  bool found = false;
  bool got_more = false;
  bool found_at_last = true;
  unsigned free_slots = 0;
} seen;

// Keeps a reference to "victim" beyond its end.
void hold_victim(Task&) {
  Task& victim = *task_named("victim");
  const uint32_t pid = victim.pid;
  seen.got = get_task(victim);
  sys_nanosleep(20 * kMs);
  seen.pid = victim.pid;
  seen.state = victim.state.load();
  seen.found = find_task_by_pid(pid) == &victim;
  seen.got_more = get_task(victim);
  if (seen.got_more) put_task(victim);
  put_task(victim);
  seen.found_at_last = find_task_by_pid(pid) != nullptr;
  sys_nanosleep(20 * kMs);
  seen.free_slots = kernel().free_tasks.size();
}

}  // namespace

// A reference keeps a dead task, its PID and its place on the list; the last put gives all of it back.
TEST(PidTest, ReferenceKeepsADeadTask) {
  KernelRun run(2);
  test_ops = {};
  run.task("victim", {exit_with(3)}).start_ns = 5 * kMs;
  seen = {};
  run_script(run, hold_victim);
  run.run_us(60'000);
  EXPECT_TRUE(seen.got);
  EXPECT_EQ(seen.pid, pid_of(run.log, "victim"));
  EXPECT_EQ(seen.state, uint32_t{TASK_DEAD});
  EXPECT_TRUE(seen.found);
  EXPECT_TRUE(seen.got_more);
  EXPECT_FALSE(seen.found_at_last);
  EXPECT_GE(seen.free_slots, 1u);
}

}  // namespace kernel
