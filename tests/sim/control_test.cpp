// SPDX-License-Identifier: Apache-2.0
// What the testbench does to a running machine, what resets do to its software, and how a run ends: at which cycle, by the
// documentation alone.
#include <gtest/gtest.h>

#include <cstdio>

#include "tests/sim/own_file.h"
#include "tests/sim/scripted_harts.h"

namespace sim_test {
namespace {

using namespace platform;
using sim::Cycle;
using sim::End;
using sim::Opcode;

constexpr Cycle kBoot = 5;           // reset is held for four clocks, and ends in the next
constexpr Cycle kStart = kBoot + 1;  // hart 0 asks
constexpr sim::Knobs kKnobs{.mem_latency = 2, .ipi_latency = 4, .irq_entry_latency = 6, .timer_prescale = 0};
constexpr Cycle kTransfer = 3 + 2;  // cycles of one, nobody else on the bus

class ControlTest : public testing::TestWithParam<bool> {
 protected:
  [[nodiscard]] static sim::SocParameters with(Cycle cycles, unsigned harts = 4) {
    return {
        .harts = harts, .clock_mhz = 100, .knobs = kKnobs, .seed = 1, .skip = GetParam(), .fst_path = {}, .cycles_max = cycles};
  }
};
INSTANTIATE_TEST_SUITE_P(Skip, ControlTest, testing::Bool(), [](const auto& skip) { return skip.param ? "On" : "Off"; });

TEST_P(ControlTest, ActionsComeAtTheirCyclesInTheOrderOfTheCalls) {
  ScriptedHarts harts(with(10'000, 1));
  std::vector<std::pair<Cycle, char>> ran;
  const auto note = [&](char name) { return [&ran, &harts, name] { ran.emplace_back(harts.soc.now(), name); }; };
  harts.soc.at(700, note('c'));
  harts.soc.at(300, note('a'));
  harts.soc.at(700, note('d'));
  harts.soc.at(300, [&] {
    note('b')();
    harts.soc.at(100, note('e'));  // that is past
    harts.soc.at(301, note('f'));
  });
  harts.run();
  const std::vector<std::pair<Cycle, char>> expected{{300, 'a'}, {300, 'b'}, {300, 'e'}, {301, 'f'}, {700, 'c'}, {700, 'd'}};
  EXPECT_EQ(ran, expected);
  EXPECT_EQ(harts.soc.end(), End::kCyclesMax);
  EXPECT_EQ(harts.soc.now(), 10'000U);
}

TEST_P(ControlTest, TheEarliestRequestedStopCounts) {
  ScriptedHarts harts(with(10'000, 1));
  harts.soc.stop_at(5000);
  harts.soc.at(1000, [&] {
    harts.soc.stop_at(2345);
    harts.soc.stop_at(4000);
  });
  harts.run();
  EXPECT_EQ(harts.soc.end(), End::kStopped);
  EXPECT_EQ(harts.soc.now(), 2345U);
}

TEST_P(ControlTest, AskedFromOutsideItStops) {
  sim::Pulse pulse;
  sim::SocParameters parameters = with(10'000'000, 1);
  parameters.pulse = &pulse;
  ScriptedHarts harts(parameters);
  Cycle seen = 0;
  harts.soc.at(3000, [&] {
    seen = pulse.cycle;
    pulse.stop = true;
  });
  harts.run();
  EXPECT_EQ(harts.soc.end(), End::kInterrupted);
  EXPECT_EQ(harts.soc.now(), 3000U) << "software has nothing left to do there";
  EXPECT_EQ(seen, 3000U);
  EXPECT_TRUE(pulse.stopping);
}

TEST_P(ControlTest, AnAbortedRunSaysWhy) {
  ScriptedHarts harts(with(10'000, 1));
  harts.on_start(0, [&] {
    harts.compute(0, 500);
    harts.soc.abort_run(End::kPanic, "all is lost");
  });
  harts.run();
  EXPECT_EQ(harts.soc.end(), End::kPanic);
  EXPECT_EQ(harts.soc.stop_message(), "all is lost");
  EXPECT_EQ(harts.soc.now(), kStart + 500);
}

TEST_P(ControlTest, SourcesKeyAndSwitchesAreThoseThatWereSet) {
  ScriptedHarts harts(with(20'000));
  harts.soc.at(1000, [&] {
    harts.soc.set_irq_source(0, true);
    harts.soc.set_irq_source(5, true);
    harts.soc.set_sysrq_key('s');
    harts.soc.set_power_switch(2, false);
    harts.soc.set_power_switch(3, false);
  });
  harts.soc.at(2000, [&] {
    harts.soc.set_irq_source(0, false);
    harts.soc.set_power_switch(3, true);
  });
  std::vector<std::uint32_t> levels, switches;
  std::uint32_t key = 0;
  harts.on_start(0, [&] {
    for (const Cycle at : {900, 1500, 2500}) {
      harts.compute(0, static_cast<std::uint32_t>(at - harts.soc.now()));
      levels.push_back(harts.load(0, test_source::src_level()));
      switches.push_back(harts.load(0, hart_control::power_wanted(0)));
    }
    key = harts.load(0, test_source::key());
  });
  harts.run();
  EXPECT_EQ(levels, (std::vector<std::uint32_t>{0, 0x21, 0x20}));
  EXPECT_EQ(switches, (std::vector<std::uint32_t>{0xf, 0x3, 0xb}));
  EXPECT_EQ(key, static_cast<std::uint32_t>('s'));
}

TEST_P(ControlTest, ConsoleBytesComeOutInOrder) {
  ScriptedHarts harts(with(10'000, 1));
  harts.on_start(0, [&] {
    for (const char c : std::string("hello\n")) harts.store(0, console::tx(), static_cast<std::uint32_t>(c));
  });
  harts.run();
  EXPECT_EQ(harts.console, "hello\n");
}

// --- resets -----------------------------------------------------------------------------------------------------------

const std::uint8_t kPayload[] = {1, 2, 3};

sim::Mark mark_at(std::uint32_t offset, sim::HartId hart, std::uint32_t payload) {
  return {.offset = offset,
          .reg = sim::kEventMark,
          .event = static_cast<std::uint8_t>(trace::Event::kTick),
          .hart = static_cast<std::uint16_t>(hart),
          .value = payload,
          .length = 1};
}

std::vector<ScriptedHarts::Event> but_resets(const ScriptedHarts& harts) {
  std::vector<ScriptedHarts::Event> events = harts.events;
  std::erase_if(events, [](const auto& event) { return event.id == trace::Event::kReset; });
  return events;
}

TEST_P(ControlTest, PowerOnIsTheFirstReset) {
  ScriptedHarts harts(with(1000, 1));
  harts.run();
  ASSERT_EQ(harts.events.size(), 1U);
  EXPECT_EQ(harts.events[0], (ScriptedHarts::Event{kBoot, 0, trace::Event::kReset, {0, 0}}));
  EXPECT_EQ(harts.system_resets, std::vector<bool>{false});
  EXPECT_EQ(harts.soc.boot_cycle(), kBoot);
  EXPECT_EQ(harts.hart_resets, (std::vector<std::pair<Cycle, sim::HartId>>{{kStart, 0}}));
}

// Its context is never woken again, its marks to come are not shown, and it starts afresh.
TEST_P(ControlTest, AStoppedHartIsAbandonedAndComesBack) {
  ScriptedHarts harts(with(20'000));
  Cycle stopped = 0, released = 0;
  bool returned = false;
  harts.on_start(0, [&] {
    harts.store(0, hart_control::run(0), 2);
    harts.compute(0, 2000);
    harts.store(0, hart_control::stop(0), 2);
    stopped = harts.soc.now();
    harts.compute(0, 5000);
    harts.store(0, hart_control::run(0), 2);
    released = harts.soc.now();
  });
  const std::vector<sim::Mark> marks{mark_at(100, 1, 0), mark_at(6000, 1, 1)};
  harts.on_start(1, [&] {
    harts.execute(1, {.opcode = Opcode::kCompute, .data = 9000, .marks = {marks, kPayload}});
    returned = true;
  });
  harts.run();
  EXPECT_FALSE(returned);
  EXPECT_EQ(stopped, kStart + kTransfer + 2000 + kTransfer);
  ASSERT_EQ(harts.hart_resets.size(), 3U);
  EXPECT_EQ(harts.hart_resets[1].first, kStart + kTransfer + 1) << "a clock behind RUN";
  EXPECT_EQ(harts.hart_resets[2], (std::pair<Cycle, sim::HartId>{released + 1, 1}));
  const auto events = but_resets(harts);
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].cycle, harts.hart_resets[1].first + 100);
  EXPECT_EQ(harts.soc.end(), End::kCyclesMax);
}

// A watchdog counts a tick a clock from the clock behind its enable, and bites in the first that finds the threshold reached.
struct Bite {
  static constexpr std::uint32_t kThreshold = 800;
  static Cycle cycle(Cycle enabled) { return enabled + kThreshold + 1; }
  static void arm(ScriptedHarts& harts, unsigned channel, std::uint32_t scope) {
    harts.store(0, swdt::channel_bite_thold(channel), kThreshold);
    harts.store(0, swdt::channel_ctrl(channel), swdt::kChannelCtrlEnable | scope);
    harts.store(0, swdt::gctrl(), swdt::kGctrlEnable);
  }
};

TEST_P(ControlTest, ABiteOfOneHartRestartsThatHart) {
  ScriptedHarts harts(with(20'000));
  Cycle enabled = 0;
  harts.on_start(0, [&] {
    harts.store(0, hart_control::run(0), 2);
    Bite::arm(harts, 1, 0);
    enabled = harts.soc.now();
  });
  const std::vector<sim::Mark> marks{mark_at(100, 1, 0), mark_at(6000, 1, 1)};
  harts.on_start(1, [&] {
    harts.execute(1, {.opcode = Opcode::kCompute, .data = 9000, .marks = {marks, kPayload}});
    ADD_FAILURE() << "a context of before the reset went on";
  });
  harts.run();
  const auto events = but_resets(harts);
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[1], (ScriptedHarts::Event{Bite::cycle(enabled), 1, trace::Event::kHwWatchdogBite, {1}}));
  ASSERT_EQ(harts.hart_resets.size(), 3U);
  EXPECT_EQ(harts.hart_resets[2], (std::pair<Cycle, sim::HartId>{Bite::cycle(enabled) + 3, 1}))
      << "held a clock after the bite's, out of reset the next, asking the one behind";
  EXPECT_EQ(harts.system_resets.size(), 1U);
}

TEST_P(ControlTest, ASystemBiteBootsAfreshAndKeepsRam) {
  ScriptedHarts harts(with(20'000));
  Cycle enabled = 0;
  std::uint32_t kept = 0, time = 0;
  Cycle read_at = 0;
  harts.on_start(0, [&] {
    harts.store(0, ram::kBase + 64, 4711);
    harts.store(0, hart_control::run(0), 2);
    Bite::arm(harts, 0, swdt::kChannelCtrlSystemScope);
    enabled = harts.soc.now();
    harts.compute(0, 9000);
    ADD_FAILURE() << "a context of before the reset went on";
  });
  harts.on_start(0, [&] {
    kept = harts.load(0, ram::kBase + 64);
    read_at = harts.soc.now();
    time = harts.csr(0, csr::kTime);
  });
  harts.run();
  EXPECT_EQ(harts.system_resets, (std::vector<bool>{false, true}));
  EXPECT_EQ(kept, 4711U);
  const Cycle boot = harts.soc.boot_cycle();
  EXPECT_EQ(boot, Bite::cycle(enabled) + 2) << "the core's reset is registered, and its end too";
  EXPECT_EQ(time, read_at - boot);
  ASSERT_EQ(harts.events.size(), 3U);
  EXPECT_EQ(harts.events[1], (ScriptedHarts::Event{Bite::cycle(enabled), 0, trace::Event::kHwWatchdogBite, {0}}));
  EXPECT_EQ(harts.events[2], (ScriptedHarts::Event{boot, 0, trace::Event::kReset, {1, 1}}));
  ASSERT_EQ(harts.hart_resets.size(), 3U);
  EXPECT_EQ(harts.hart_resets[2], (std::pair<Cycle, sim::HartId>{boot + 1, 0})) << "hart 1 waits for RUN again";
}

TEST_P(ControlTest, OneResetTooManyEndsTheRun) {
  ScriptedHarts harts(with(20'000, 1));
  harts.system_resets_max = 1;
  harts.on_start(0, [&] { Bite::arm(harts, 0, swdt::kChannelCtrlSystemScope); });
  harts.run();
  EXPECT_EQ(harts.soc.end(), End::kRebootsMax);
  EXPECT_EQ(harts.soc.now(), harts.soc.boot_cycle());
  EXPECT_EQ(harts.hart_resets.size(), 1U) << "nothing starts any more";
}

// --- trace registers --------------------------------------------------------------------------------------------------

// While waves are open they are in RTL at their cycle.
TEST_P(ControlTest, TraceRegistersReadBackAsTheyWereWritten) {
  const std::string path = own_file("registers.fst");
  sim::SocParameters parameters = with(20'000);
  parameters.fst_path = path;
  ScriptedHarts harts(parameters);
  harts.soc.at(0, [&] { harts.soc.waves_on(); });
  using sim::TraceRegister;
  const auto write = [](std::uint32_t offset, TraceRegister reg, sim::HartId hart, std::uint32_t value) {
    return sim::Mark{.offset = offset,
                     .reg = static_cast<std::uint8_t>(reg),
                     .event = 0,
                     .hart = static_cast<std::uint16_t>(hart),
                     .value = value,
                     .length = 0};
  };
  const std::vector<sim::Mark> marks{
      write(1, TraceRegister::kSite, 0, 0x1234),     write(2, TraceRegister::kPid, 0, 0x89abcdef),
      write(3, TraceRegister::kClass, 0, 3),         write(4, TraceRegister::kDispatchCalls, 0, 70'000),
      write(5, TraceRegister::kNeedResched, 1, 1),   write(6, TraceRegister::kRqLock, 1, 2),
      write(7, TraceRegister::kQueues, 0, 0x0a0b0c), write(8, TraceRegister::kNeedResched, 0, 1),
      write(90, TraceRegister::kNeedResched, 0, 0),  write(90, TraceRegister::kSite, 0, 0x4321),
  };
  std::vector<std::uint32_t> own, other;
  std::vector<std::uint32_t> resched;
  harts.on_start(0, [&] {
    harts.store(0, hart_control::run(0), 2);
    harts.execute(0, {.opcode = Opcode::kCompute, .data = 100, .marks = {marks, nullptr}});
    for (const auto number : {csr::kTsite, csr::kTpid, csr::kTclass, csr::kTcalls, csr::kTresched, csr::kTrqlock, csr::kTqueues})
      own.push_back(harts.csr(0, number));
  });
  harts.on_start(1, [&] {
    harts.compute(1, 50);
    resched.push_back(harts.csr(1, csr::kTresched));
    harts.compute(1, 100);
    other = {harts.csr(1, csr::kTsite), harts.csr(1, csr::kTresched), harts.csr(1, csr::kTrqlock)};
  });
  harts.run();
  harts.soc.close_waves();
  std::remove(path.c_str());
  EXPECT_EQ(own, (std::vector<std::uint32_t>{0x4321, 0x89abcdef, 3, 70'000, 0, 0, 0x0a0b0c}));
  EXPECT_EQ(resched, std::vector<std::uint32_t>{1});
  EXPECT_EQ(other, (std::vector<std::uint32_t>{0, 1, 2}));
}

}  // namespace
}  // namespace sim_test
