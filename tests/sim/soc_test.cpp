// SPDX-License-Identifier: Apache-2.0
// The bridge through its public seams: exact skipping, COMPUTE as one or as two, waves that do not perturb, SystemC time.
#include "sim/soc.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdio>
#include <regex>
#include <utility>
#include <vector>

#include "tests/sim/own_file.h"
#include "tests/sim/random_harts.h"

namespace {

using sim_test::Seen;
using sim_test::Traffic;

class SkipTest : public testing::TestWithParam<std::uint64_t> {};

TEST_P(SkipTest, IsExactUnderRandomTraffic) {
  Traffic traffic{.seed = GetParam()};
  traffic.knobs = {.mem_latency = static_cast<std::uint16_t>(GetParam() % 4),
                   .ipi_latency = static_cast<std::uint16_t>(GetParam() * 7 % 40),
                   .irq_entry_latency = static_cast<std::uint16_t>(GetParam() * 5 % 20),
                   .timer_prescale = static_cast<std::uint16_t>(GetParam() % 3 * 4)};
  const Seen skipping = run(traffic);
  traffic.skip = false;
  const Seen plain = run(traffic);
  EXPECT_EQ(skipping.services, plain.services);
  EXPECT_EQ(skipping.marks, plain.marks);
  EXPECT_EQ(skipping.ops, plain.ops);
  EXPECT_GT(plain.traps, 100u) << "the traffic must meet interrupts";
  EXPECT_EQ(plain.clocks, traffic.cycles);
  EXPECT_LT(skipping.clocks, plain.clocks) << "nothing was skipped";
}

INSTANTIATE_TEST_SUITE_P(Seeds, SkipTest, testing::Range<std::uint64_t>(1, 13));

class ComputeTest : public testing::TestWithParam<std::uint64_t> {};

TEST_P(ComputeTest, TwoAreTheSameAsTheirSum) {
  Traffic traffic{.seed = GetParam()};
  const Seen whole = run(traffic);
  traffic.split_computes = true;
  const Seen split = run(traffic);
  EXPECT_EQ(whole.services, split.services);
  EXPECT_EQ(whole.marks, split.marks);
  EXPECT_EQ(whole.traps, split.traps);
  EXPECT_LT(whole.ops, split.ops) << "nothing was split";
}

INSTANTIATE_TEST_SUITE_P(Seeds, ComputeTest, testing::Range<std::uint64_t>(1, 9));

TEST(WavesTest, WindowDoesNotPerturb) {
  const std::string path = sim_test::own_file("window.fst");
  Traffic traffic{.seed = 3};
  const Seen dark = run(traffic);
  traffic.fst_path = path;
  const Seen watched = run(traffic);
  EXPECT_EQ(dark.services, watched.services);
  EXPECT_EQ(dark.marks, watched.marks);
  struct stat file {};
  ASSERT_EQ(stat(path.c_str(), &file), 0);
  EXPECT_GT(file.st_size, 1000);
  std::remove(path.c_str());
}

TEST(SeedTest, AnotherSeedIsAnotherRun) {
  Traffic traffic{.seed = 1};
  const Seen one = run(traffic);
  EXPECT_EQ(one, run(traffic));
  traffic.seed = 2;
  EXPECT_NE(one.services, run(traffic).services);
}

// A SystemC process that is none of ours: the clock loop must stop at its times, with sc_time_stamp() brought up.
class Foreign final : public sc_core::sc_module {
 public:
  Foreign(const sc_core::sc_module_name& name, const sim::Soc& soc) : sc_module(name), soc_(soc) {
    SC_HAS_PROCESS(Foreign);
    SC_THREAD(tick);
  }
  unsigned wakeups = 0;
  unsigned early = 0;
  unsigned late = 0;

 private:
  void tick() {
    for (;;) {
      wait(1234.0, sc_core::SC_NS);
      ++wakeups;
      // 10 ns a cycle: the first edge at or after the process's time.
      const auto cycle = static_cast<sim::Cycle>((sc_core::sc_time_stamp().to_double() + 9999.0) / 10000.0);
      if (soc_.now() < cycle) ++early;
      if (soc_.now() > cycle) ++late;
    }
  }
  const sim::Soc& soc_;
};

class OneComputer final : public sc_core::sc_module, public sim::ResetHandler {
 public:
  OneComputer(const sc_core::sc_module_name& name, sim::Soc& soc) : sc_module(name), soc_(soc) {}
  bool on_system_reset(bool) override { return true; }
  void on_hart_reset(sim::HartId hart) override {
    sc_core::sc_spawn([this, hart] {
      for (;;) soc_.harts[hart]->execute({.opcode = sim::Opcode::kCompute, .data = 50'000});
    });
  }

 private:
  sim::Soc& soc_;
};

// Reads the time CSR as its first op.
class TimeReader final : public sc_core::sc_module, public sim::ResetHandler {
 public:
  TimeReader(const sc_core::sc_module_name& name, sim::Soc& soc) : sc_module(name), soc_(soc) {}
  bool on_system_reset(bool) override { return true; }
  void on_hart_reset(sim::HartId hart) override {
    sc_core::sc_spawn([this, hart] {
      soc_.harts[hart]->execute({.opcode = sim::Opcode::kCompute, .data = 1000});
      asked = soc_.now() - soc_.boot_cycle();
      answer = soc_.harts[hart]->execute({.opcode = sim::Opcode::kCsrRead, .addr = platform::csr::kTime}).data;
      for (;;) soc_.harts[hart]->execute({.opcode = sim::Opcode::kCompute, .data = 1000});
    });
  }
  sim::Cycle asked = 0;
  std::uint32_t answer = 0;

 private:
  sim::Soc& soc_;
};

class NoObserver final : public sim::Observer {
 public:
  void on_event(const sim::Event&) override {}
  void on_console(sim::HartId, std::string_view) override {}
};

TEST(ForeignProcessTest, RunsAtItsOwnTimeNeverAfterIt) {
  NoObserver observer;
  sim::Soc soc(
      "soc",
      {.harts = 1, .clock_mhz = 100, .knobs = {2, 4, 6, 0}, .seed = 1, .skip = true, .fst_path = {}, .cycles_max = 200'000},
      observer);
  OneComputer computer("computer", soc);
  Foreign foreign("foreign", soc);
  soc.set_reset_handler(computer);
  sc_core::sc_start();
  EXPECT_EQ(foreign.wakeups, 200'000u * 10 / 1234);
  EXPECT_EQ(foreign.early, 0u);
  EXPECT_EQ(foreign.late, 0u);
}

// A process with nothing pending, which software wakes: at once, and some time later.
class Sleeper final : public sc_core::sc_module {
 public:
  Sleeper(const sc_core::sc_module_name& name, const sim::Soc& soc) : sc_module(name), soc_(soc) {
    SC_HAS_PROCESS(Sleeper);
    SC_THREAD(sleep);
  }
  sc_core::sc_event wake;
  std::vector<std::pair<sim::Cycle, std::uint64_t>> woken;  // cycle, and SystemC's time in ns

 private:
  void sleep() {
    for (;;) {
      wait(wake);
      woken.emplace_back(soc_.now(), static_cast<std::uint64_t>(sc_core::sc_time_stamp().to_seconds() * 1e9 + 0.5));
    }
  }
  const sim::Soc& soc_;
};

class Waker final : public sc_core::sc_module, public sim::ResetHandler {
 public:
  Waker(const sc_core::sc_module_name& name, sim::Soc& soc, Sleeper& sleeper) : sc_module(name), soc_(soc), sleeper_(sleeper) {}
  bool on_system_reset(bool) override { return true; }
  void on_hart_reset(sim::HartId hart) override {
    sc_core::sc_spawn([this, hart] {
      for (const double delay_ns : {0.0, 200.0, 0.0}) {
        soc_.harts[hart]->execute({.opcode = sim::Opcode::kCompute, .data = 1000});
        soc_.sync_time();
        expected.emplace_back(soc_.now() + static_cast<sim::Cycle>(delay_ns) / 10,
                              (soc_.now() * 10) + static_cast<std::uint64_t>(delay_ns));
        sleeper_.wake.notify(delay_ns, sc_core::SC_NS);
      }
      for (;;) soc_.harts[hart]->execute({.opcode = sim::Opcode::kCompute, .data = 1000});
    });
  }
  std::vector<std::pair<sim::Cycle, std::uint64_t>> expected;

 private:
  sim::Soc& soc_;
  Sleeper& sleeper_;
};

TEST(ForeignProcessTest, IsWokenBySoftwareAtItsTime) {
  NoObserver observer;
  sim::Soc soc(
      "soc", {.harts = 1, .clock_mhz = 100, .knobs = {2, 4, 6, 0}, .seed = 1, .skip = true, .fst_path = {}, .cycles_max = 20'000},
      observer);
  Sleeper sleeper("sleeper", soc);
  Waker waker("waker", soc, sleeper);
  soc.set_reset_handler(waker);
  sc_core::sc_start();
  EXPECT_EQ(sleeper.woken.size(), 3u);
  EXPECT_EQ(sleeper.woken, waker.expected);
}

// arch::cycles() is computed, not read: it must be what mtime shows at that cycle.
TEST(TimeTest, CyclesSinceBootAreMtime) {
  NoObserver observer;
  sim::Soc soc(
      "soc", {.harts = 1, .clock_mhz = 100, .knobs = {2, 4, 6, 0}, .seed = 1, .skip = true, .fst_path = {}, .cycles_max = 5'000},
      observer);
  TimeReader reader("reader", soc);
  soc.set_reset_handler(reader);
  sc_core::sc_start();
  EXPECT_GT(reader.asked, 1000u);
  EXPECT_EQ(reader.answer, reader.asked);
}

// Breaks an invariant of the RTL: COMPUTE of no cycles.
class Offender final : public sc_core::sc_module, public sim::ResetHandler {
 public:
  Offender(const sc_core::sc_module_name& name, sim::Soc& soc) : sc_module(name), soc_(soc) {}
  bool on_system_reset(bool) override { return true; }
  void on_hart_reset(sim::HartId hart) override {
    sc_core::sc_spawn([this, hart] {
      soc_.harts[hart]->execute({.opcode = sim::Opcode::kCompute, .data = 10});
      soc_.harts[hart]->execute({.opcode = sim::Opcode::kCompute, .data = 0});
      ADD_FAILURE() << "the run went on";
    });
  }

 private:
  sim::Soc& soc_;
};

TEST(InvariantTest, ABrokenOneInRtlEndsTheRunWithItsTextInstanceAndPlace) {
  NoObserver observer;
  sim::Soc soc(
      "soc", {.harts = 1, .clock_mhz = 100, .knobs = {2, 4, 6, 0}, .seed = 1, .skip = true, .fst_path = {}, .cycles_max = 5'000},
      observer);
  Offender offender("offender", soc);
  soc.set_reset_handler(offender);
  sc_core::sc_start();
  EXPECT_EQ(soc.end(), sim::End::kRtlInvariant);
  EXPECT_LT(soc.now(), 100u);
  const std::regex wanted(
      R"(RTL invariant broken: an op comes only to a hart that asks, and COMPUTE burns at least one cycle, in [\w.\[\]]*hart[\w.\[\]]* \(.*soc_hart\.v:[0-9]+\))");
  EXPECT_TRUE(std::regex_match(soc.stop_message(), wanted)) << soc.stop_message();
}

}  // namespace
