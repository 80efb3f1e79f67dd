// SPDX-License-Identifier: Apache-2.0
// The debug dump and the log lines of a disable, row by row, against the format of a real kernel's.
#include <gtest/gtest.h>

#include <regex>

#include "firmware/kernel/kernel.h"
#include "tests/kernel/ext/looping.h"

namespace kernel {

using namespace test;

namespace {

using Lines = std::vector<std::string>;

Lines dump_lines(const KernelRun& run) {
  Lines lines;
  for (const LoggedEvent& event : run.log.named("sched_ext_dump")) lines.push_back(event.text("line"));
  return lines;
}

std::string joined(const Lines& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

// Walks over the lines of a dump; each call says what must come next.
class Rows {
 public:
  explicit Rows(Lines lines) : lines_(std::move(lines)) {}

  void one(const std::string& pattern) {
    ASSERT_LT(at_, lines_.size()) << "the dump ends where /" << pattern << "/ was expected";
    EXPECT_TRUE(std::regex_match(lines_[at_], std::regex(pattern)))
        << "line " << at_ + 1 << " is \"" << lines_[at_] << "\", expected /" << pattern << "/";
    ++at_;
  }
  // As many as match, at least one.
  void some(const std::string& pattern) {
    one(pattern);
    while (next_is(pattern)) ++at_;
  }
  [[nodiscard]] bool next_is(const std::string& pattern) const {
    return at_ < lines_.size() && std::regex_match(lines_[at_], std::regex(pattern));
  }
  // A blank line, and such a one after it.
  [[nodiscard]] bool next_block_is(const std::string& pattern) const {
    return at_ + 1 < lines_.size() && lines_[at_].empty() && std::regex_match(lines_[at_ + 1], std::regex(pattern));
  }
  [[nodiscard]] bool done() const { return at_ == lines_.size(); }
  [[nodiscard]] const std::string& line() const { return lines_[at_]; }

 private:
  Lines lines_;
  std::size_t at_ = 0;
};

constexpr const char* kTaskHead = R"( [ *][RSDXI] \S.*\[\d+\] [+-]\d+ms)";

constexpr const char* kTaskFrame = R"(    [a-z_0-9]+)";

void expect_task(Rows& rows) {
  rows.one("");
  rows.one(kTaskHead);
  rows.one(R"(      scx_state/flags=[0-3]/0x[0-9a-f]+ dsq_flags=0x[0-9a-f]+ ops_state/qseq=[0-3]/\d+)");
  rows.one(R"(      sticky/holding_cpu=-?\d+/-?\d+ dsq_id=(0x[0-9a-f]+|\(n/a\)) dsq_vtime=\d+)");
  rows.one(R"(      cpus=[0-9a-f]+)");
  rows.one("");
  rows.one(R"(    QMAP: force_local=[01] core_sched_seq=\d+)");
  if (!rows.next_block_is(kTaskFrame)) return;  // it runs elsewhere
  rows.one("");
  rows.some(kTaskFrame);
}

void expect_cpu(Rows& rows) {
  rows.one("");
  rows.one(R"(CPU \d {3}: nr_run=\d+ flags=0x[0-9a-f]+ cpu_rel=[01] pnt_seq=\d+)");
  rows.one(R"(          curr=\S+\[\d+\] class=(ext|fair|rt|stop|idle)_sched_class)");
  for (const char* mask : {"cpus_to_kick   ", "idle_to_kick   ", "cpus_to_preempt", "cpus_to_wait   "}) {
    const std::string pattern = std::string("  ") + mask + ": [0-9a-f]+";
    if (rows.next_is(pattern)) rows.one(pattern);
  }
  rows.one("");
  rows.one(R"(  QMAP: dsp_idx=\d+ dsp_cnt=\d+ avg_weight=\d+ cpuperf_target=\d+)");
  while (rows.next_block_is(kTaskHead)) expect_task(rows);
}

void stall(KernelRun& run, unsigned sleepers) {
  run.config.scx_timeout_ms = 20;
  run.config.scx_slice_dfl_ns = 2 * kMs;
  loop_soon(run).stats_period_ns = 5 * kMs;
  for (unsigned i = 0; i < sleepers; ++i) {
    run.task("slp" + std::to_string(i), {run_for(50 * kUs), sleep_for((250 + 20 * i) * kUs)});
  }
}

}  // namespace

TEST(DumpTest, RowByRowOnOneCpu) {
  KernelRun run(1);
  stall(run, 3);
  run.run_us(100'000);
  ASSERT_EQ(run.log.named("scx_error").size(), 1u);
  const std::string msg = run.log.named("scx_error")[0].text("msg");
  Rows rows(dump_lines(run));
  rows.one(R"(swapper/0\[0\] triggered exit kind 1026:)");
  rows.one("  runnable task stall \\(" + msg + "\\)");
  rows.one("");
  rows.one("Backtrace:");
  rows.one("  scx_tick");
  rows.some(R"(  [a-z_0-9]+)");
  rows.one("");
  for (int i = 0; i < 5; ++i) rows.one(R"(QMAP FIFO\[)" + std::to_string(i) + R"(\]:( \d+)*)");
  rows.one("");
  rows.one("CPU states");
  rows.one("----------");
  expect_cpu(rows);
  EXPECT_TRUE(rows.done()) << rows.line();
}

TEST(DumpTest, EveryCpuInTurn) {
  KernelRun run(4);
  stall(run, 12);
  run.run_us(150'000);
  const Lines lines = dump_lines(run);
  ASSERT_FALSE(lines.empty());
  Rows rows(lines);
  while (!rows.next_is("----------")) rows.one(".*");
  rows.one("----------");
  unsigned cpus = 0;
  while (!rows.done()) {
    expect_cpu(rows);
    ++cpus;
    ASSERT_LE(cpus, 4u);
    if (testing::Test::HasFailure()) FAIL() << joined(lines);
  }
  EXPECT_GE(cpus, 1u);
}

// Tasks stand in the order in which they became runnable: the oldest first.
TEST(DumpTest, TasksInOrderOfAge) {
  KernelRun run(1);
  stall(run, 5);
  run.run_us(100'000);
  long last = -1'000'000;
  unsigned tasks = 0;
  for (const std::string& line : dump_lines(run)) {
    std::smatch found;
    if (!std::regex_match(line, found, std::regex(R"( [ *]R \S+\[\d+\] ([+-]\d+)ms)"))) continue;
    EXPECT_GE(std::stol(found[1]), last) << line;
    last = std::stol(found[1]);
    ++tasks;
  }
  EXPECT_GE(tasks, 5u);
  EXPECT_LE(last, 0);
}

// What the exit record keeps is what the events say.
TEST(DumpTest, RecordAndEventsAgree) {
  KernelRun run(2);
  stall(run, 6);
  run.run_us(120'000);
  EXPECT_EQ(joined(dump_lines(run)), kernel().scx.exit_info.dump);
}

TEST(DumpTest, LogLinesOfAnErrorExit) {
  KernelRun run(1);
  stall(run, 3);
  run.run_us(100'000);
  const std::string& log = run.log.console();
  const std::string msg = run.log.named("scx_error")[0].text("msg");
  const std::regex lines(R"(\[ *\d+\.\d{6}\] sched_ext: BPF scheduler "qmap" disabled \(runnable task stall\)\n)"
                         R"(\[ *\d+\.\d{6}\] sched_ext: qmap: )" +
                         msg +
                         R"(\n)"
                         R"(\[ *\d+\.\d{6}\]    scx_tick\n\[ *\d+\.\d{6}\]    [a-z_0-9]+\n)");
  EXPECT_TRUE(std::regex_search(log, lines)) << log;
  EXPECT_NE(log.find("sched_ext: BPF scheduler \"qmap\" enabled\n"), std::string::npos) << log;
}

}  // namespace kernel
