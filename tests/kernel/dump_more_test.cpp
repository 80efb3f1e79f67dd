// SPDX-License-Identifier: Apache-2.0
// Parts of the debug dump that few dumps have: kicks under way, more CPUs than a word has bits, lines of a policy.
#include <gtest/gtest.h>

#include <algorithm>

#include "firmware/kernel/base/charge.h"
#include "firmware/kernel/kernel.h"
#include "tests/kernel/kernel_run.h"
#include "tests/kernel/test_policies.h"

using namespace testing_kernel;

namespace {

using Lines = std::vector<std::string>;

Lines dump_lines(const KernelRun& run) {
  Lines lines;
  for (const LoggedEvent& event : run.log.named("sched_ext_dump")) lines.push_back(event.text("line"));
  return lines;
}

// From the line of that CPU to the next blank one.
Lines of_cpu(const Lines& lines, unsigned cpu) {
  const std::string head = "CPU " + std::to_string(cpu) + " ";
  Lines part;
  for (const std::string& line : lines) {
    if (part.empty() && line.rfind(head, 0) != 0) continue;
    if (line.empty()) break;
    part.push_back(line);
  }
  return part;
}

bool contains(const Lines& lines, const std::string& line) { return std::find(lines.begin(), lines.end(), line) != lines.end(); }

std::string all(const Lines& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

bool error_due;

// A policy that reports an error in a tick of CPU 0 once error_due is set.
void report_in_a_tick() {
  error_due = false;
  test_ops = {};
  test_ops.tick = [](void*, Task*) {
    if (error_due && arch::smp_processor_id() == 0) scx_bpf_error("now");
  };
}

}  // namespace

// A CPU is in ops.select_cpu(), with interrupts off and no rq lock, and has kicked others before: its kicks wait for the
// interrupts, and the dump that CPU 0 makes shows them.
TEST(DumpMoreTest, KicksUnderWay) {
  report_in_a_tick();
  test_ops.flags = SCX_OPS_KEEP_BUILTIN_IDLE;
  test_ops.select_cpu = [](void*, Task* p, int32_t prev_cpu, uint64_t) {
    if (std::string(bpf_task_comm(p)) != "woken") return prev_cpu;
    if (!error_due && arch::smp_processor_id() == 1) {
      scx_bpf_kick_cpu(0, 0);
      scx_bpf_kick_cpu(2, SCX_KICK_IDLE);
      scx_bpf_kick_cpu(0, SCX_KICK_PREEMPT);
      scx_bpf_kick_cpu(3, SCX_KICK_WAIT);
      error_due = true;
      for (int i = 0; i < 20; ++i) {
        charge(Cost::ops_body);
        arch::charge(20'000);
        arch::flush();
      }
    }
    return 1;  // from where it will be woken by its own timer
  };
  KernelRun run(4);
  run.policy("test").stats_period_ns = 5 * kMs;
  run.config.scx_slice_dfl_ns = 1 * kMs;
  run.task("hog", {run_for(500 * kMs)}).cpus_allowed = 1;
  run.task("busy", {run_for(500 * kMs)}).cpus_allowed = 2;
  run.task("woken", {run_for(20 * kUs), sleep_for(300 * kUs)}).cpus_allowed = 2 | 4;
  run.run_us(60'000);
  const Lines lines = dump_lines(run);
  ASSERT_FALSE(lines.empty());
  const Lines cpu = of_cpu(lines, 1);
  EXPECT_TRUE(contains(cpu, "  cpus_to_kick   : 9")) << all(lines);
  EXPECT_TRUE(contains(cpu, "  idle_to_kick   : 4")) << all(lines);
  EXPECT_TRUE(contains(cpu, "  cpus_to_preempt: 1")) << all(lines);
  EXPECT_TRUE(contains(cpu, "  cpus_to_wait   : 8")) << all(lines);
  for (const std::string& line : of_cpu(lines, 0)) EXPECT_EQ(line.find("_to_"), std::string::npos) << line;
}

// Masks in groups of 32 bits, as many digits as the machine has CPUs.
TEST(DumpMoreTest, MasksOfFortyCpus) {
  report_in_a_tick();
  error_due = true;
  KernelRun run(40);
  run.policy("test").stats_period_ns = 5 * kMs;
  run.task("hog", {run_for(500 * kMs)}).cpus_allowed = 1;
  run.task("waits", {run_for(500 * kMs)}).cpus_allowed = 1 | std::uint64_t{1} << 36;
  run.task("other", {run_for(500 * kMs)}).cpus_allowed = 1;
  run.run_us(20'000);
  const Lines lines = dump_lines(run);
  ASSERT_FALSE(lines.empty());
  EXPECT_TRUE(contains(lines, "      cpus=00,00000001")) << all(lines);
}

// Of CPUs that idle with nothing to do the dump says what the policy has to say of them, or nothing. A last line that the
// policy has not ended is ended for it; each of its texts follows a blank line.
TEST(DumpMoreTest, IdleCpusAndUnendedLines) {
  report_in_a_tick();
  error_due = true;
  test_ops.dump = [](void*, const ScxDumpCtx*) { scx_bpf_dump("all is %s", "well"); };
  test_ops.dump_cpu = [](void*, const ScxDumpCtx*, int32_t cpu, bool idle) {
    if (cpu != 1) scx_bpf_dump("cpu %d%s\nand", cpu, idle ? " idles" : "");
  };
  KernelRun run(3);
  run.policy("test").stats_period_ns = 50 * kMs;
  run.task("hog", {run_for(500 * kMs)}).cpus_allowed = 1;
  run.run_us(40'000);
  const Lines lines = dump_lines(run);
  ASSERT_FALSE(lines.empty());
  EXPECT_TRUE(of_cpu(lines, 1).empty()) << all(lines);
  const auto follows = [&lines](const Lines& part) {
    return std::search(lines.begin(), lines.end(), part.begin(), part.end()) != lines.end();
  };
  EXPECT_TRUE(follows({"", "all is well", "", "CPU states", "----------"})) << all(lines);
  EXPECT_TRUE(follows({"", "  cpu 0", "  and"})) << all(lines);
  EXPECT_TRUE(follows({"", "  cpu 2 idles", "  and"})) << all(lines);
}

// Where a task waits: on GLOBAL, on its CPU's LOCAL, on a queue of the policy's, on none.
TEST(DumpMoreTest, TheQueueEachTaskIsOn) {
  report_in_a_tick();
  test_ops.init = [](void*, const int64_t*) { return scx_bpf_create_dsq(0x77); };
  test_ops.enqueue = [](void*, Task* p, uint64_t flags) {
    const std::string comm = bpf_task_comm(p);
    if (comm == "held") error_due = true;
    else if (comm == "own") scx_bpf_dispatch(p, 0x77, 1 * kMs, flags);
    else scx_bpf_dispatch(p, comm == "local" ? SCX_DSQ_LOCAL : SCX_DSQ_GLOBAL, 100 * kMs, flags);
  };
  KernelRun run(1);
  run.policy("test").stats_period_ns = 50 * kMs;
  run.task("hog", {run_for(500 * kMs)});
  for (const char* name : {"global", "own", "local", "held"}) run.task(name, {run_for(500 * kMs)}).start_ns = 20 * kUs;
  run.run_us(60'000);
  const Lines lines = dump_lines(run);
  const auto queue_of = [&lines](const std::string& comm) {
    for (std::size_t i = 0; i + 2 < lines.size(); ++i) {
      if (lines[i].find("R " + comm + "[") == std::string::npos) continue;
      const std::size_t at = lines[i + 2].find("dsq_id=");
      return at == std::string::npos ? lines[i + 2] : lines[i + 2].substr(at + 7, lines[i + 2].find(' ', at) - at - 7);
    }
    return std::string("not there");
  };
  EXPECT_EQ(queue_of("global"), "0x8000000000000001") << all(lines);
  EXPECT_EQ(queue_of("local"), "0x8000000000000002");
  EXPECT_EQ(queue_of("own"), "0x77");
  EXPECT_EQ(queue_of("held"), "(n/a)");
}
