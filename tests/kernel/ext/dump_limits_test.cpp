// SPDX-License-Identifier: Apache-2.0
// Parts of the debug dump that few dumps have: kicks under way, more CPUs than a word has bits, lines of a policy.
#include <gtest/gtest.h>

#include <algorithm>

#include "firmware/kernel/base/charge.h"
#include "firmware/kernel/kernel.h"
#include "tests/kernel/kernel_run.h"
#include "tests/kernel/test_policies.h"

namespace kernel {

using namespace test;

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
  EXPECT_FALSE(follows({"", ""})) << all(lines);
}

// A policy's line is as long as the field's, its end included, however many calls it comes from.
TEST(DumpMoreTest, ALongLineIsCut) {
  report_in_a_tick();
  error_due = true;
  test_ops.dump = [](void*, const ScxDumpCtx*) {
    scx_bpf_dump("%s", std::string(1'000, 'a').c_str());
    scx_bpf_dump("%s", std::string(100, 'b').c_str());
  };
  KernelRun run(1);
  run.policy("test").stats_period_ns = 50 * kMs;
  run.task("hog", {run_for(500 * kMs)});
  run.run_us(40'000);
  EXPECT_TRUE(contains(dump_lines(run), std::string(1'000, 'a') + std::string(23, 'b'))) << all(dump_lines(run));
}

namespace {

// The record of a dump that may have so many bytes; 0: the default. `events`: the same, from the events.
std::string record_of(std::uint32_t dump_len, std::string& events) {
  report_in_a_tick();
  error_due = true;
  test_ops.exit_dump_len = dump_len;
  KernelRun run(1);
  run.policy("test").stats_period_ns = 50 * kMs;
  run.task("hog", {run_for(500 * kMs)});
  run.run_us(40'000);
  events = all(dump_lines(run));
  return kernel().scx.exit_info.dump;
}

}  // namespace

// The events have all of it. The record ends with a mark if it is cut, unless it has no room for one.
TEST(DumpMoreTest, ADumpIsCutToTheLengthAskedFor) {
  std::string whole;
  ASSERT_EQ(record_of(0, whole), whole);
  ASSERT_GT(whole.size(), 200u);
  const std::string mark = "\n\n~~~~ TRUNCATED ~~~~\n";
  std::string events;
  const auto record = [&](std::size_t size) {
    const std::string text = record_of(static_cast<std::uint32_t>(size), events);
    EXPECT_EQ(events, whole);
    return text;
  };
  EXPECT_EQ(record(whole.size() + 1), whole) << "it just fits";
  EXPECT_EQ(record(whole.size()), whole.substr(0, whole.size() - 1 - mark.size()) + mark);
  EXPECT_EQ(record(200), whole.substr(0, 199 - mark.size()) + mark);
  EXPECT_EQ(record(mark.size() + 1), mark);
  EXPECT_EQ(record(mark.size()), whole.substr(0, mark.size() - 1));
  EXPECT_EQ(record(10), whole.substr(0, 9));
  EXPECT_EQ(record(1), "");
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

// Whose a task is, and by which enqueue; which order it stands in; where it may run.
TEST(DumpMoreTest, WhatIsSaidOfATask) {
  report_in_a_tick();
  test_ops.init = [](void*, const int64_t*) { return scx_bpf_create_dsq(0x77); };
  test_ops.enqueue = [](void*, Task* p, uint64_t flags) {
    const std::string comm = bpf_task_comm(p);
    if (comm == "held") error_due = true;
    else if (comm == "timed") scx_bpf_dispatch_vtime(p, 0x77, 1 * kMs, 1'234, flags);
    else scx_bpf_dispatch(p, SCX_DSQ_GLOBAL, 100 * kMs, flags);
  };
  KernelRun run(2);
  run.policy("test").stats_period_ns = 50 * kMs;
  run.task("hog", {run_for(500 * kMs)}).cpus_allowed = 1;
  for (const char* name : {"timed", "held"}) {
    run.task(name, {run_for(500 * kMs)}).cpus_allowed = 1;
    run.spec(name).start_ns = 20 * kUs;
  }
  run.run_us(60'000);
  const Lines lines = dump_lines(run);
  const auto said_of = [&lines](const std::string& comm) {
    for (std::size_t i = 0; i + 3 < lines.size(); ++i) {
      if (lines[i].find("R " + comm + "[") != std::string::npos) return Lines(&lines[i + 1], &lines[i + 4]);
    }
    return Lines{"", "", ""};
  };
  std::string brand;
  for (const LoggedEvent& event : run.log.named("ops_state")) {
    if (event.number("pid") == pid_of(run.log, "held") && event.text("to") == "queued")
      brand = std::to_string(event.number("qseq"));
  }
  const Lines held = said_of("held"), timed = said_of("timed");
  EXPECT_EQ(held[0].find("      scx_state/flags=3/0x"), 0u) << held[0];
  EXPECT_NE(held[0].find(" dsq_flags=0x0 ops_state/qseq=2/" + brand), std::string::npos) << held[0] << " " << brand;
  EXPECT_EQ(held[1], "      sticky/holding_cpu=-1/-1 dsq_id=(n/a) dsq_vtime=0");
  EXPECT_EQ(held[2], "      cpus=1");
  EXPECT_NE(timed[0].find(" dsq_flags=0x1 ops_state/qseq=0/0"), std::string::npos) << timed[0];
  EXPECT_EQ(timed[1], "      sticky/holding_cpu=-1/-1 dsq_id=0x77 dsq_vtime=1234");
}

}  // namespace kernel
