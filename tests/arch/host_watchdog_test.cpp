// SPDX-License-Identifier: Apache-2.0
// Goal: the watchdog of the host machine barks, bites and resets as that of the RTL: when, where to, and what a reset leaves.
// A kernel of a few lines runs on it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "firmware/arch/host/host_machine.h"
#include "firmware/arch/host/trace_registers.h"
#include "firmware/kernel/arch.h"
#include "trace_events.h"

namespace {

namespace swdt = platform::swdt;

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::uint32_t kWord = platform::ram::kBase + 0x100;
constexpr std::uint32_t kChannelOn = swdt::kChannelCtrlEnable;
constexpr std::uint32_t kNmi = swdt::kChannelCtrlBarkRouteNmi << swdt::kChannelCtrlBarkRouteShift;
constexpr std::uint32_t kMsip = swdt::kChannelCtrlBarkRouteMsip << swdt::kChannelCtrlBarkRouteShift;

// Of one run; each is called on the hart it is of.
struct Script {
  std::function<void(unsigned hart)> entry;
  std::function<void(unsigned hart)> trap = [](unsigned) {};
  std::function<void(unsigned hart)> nmi = [](unsigned) {};
};
Script script;

class Log final : public sim::Observer {
 public:
  void on_event(const sim::Event& event) override {
    const auto id = static_cast<trace::Event>(event.id);
    if (id == trace::Event::kHwWatchdogBite) bites.push_back({event.cycle, event.hart});
    if (id == trace::Event::kReset) resets.push_back({event.cycle, event.payload[0] * 10U + event.payload[1]});
  }
  void on_console(sim::HartId, std::string_view) override {}
  std::vector<std::pair<sim::Cycle, unsigned>> bites;   // cycle, hart
  std::vector<std::pair<sim::Cycle, unsigned>> resets;  // cycle, ten times the boot plus 1 if the watchdog did it
};

[[noreturn]] void sleep_for_ever() {
  for (;;) arch::wait_for_interrupt();
}
[[noreturn]] void spin_for_ever() {
  for (;;) {
    arch::charge(100);
    arch::flush();
  }
}

}  // namespace

void kernel::boot_reset() {}
void kernel::entry() {
  script.entry(arch::smp_processor_id());
  sleep_for_ever();
}
void kernel::trap(uint32_t) { script.trap(arch::smp_processor_id()); }
void kernel::trap_return() {}
void kernel::nmi() { script.nmi(arch::smp_processor_id()); }

namespace {

class HostWatchdogTest : public testing::Test {
 protected:
  HostWatchdogTest() {
    config_.nr_cpus = 2;
    config_.ram_bytes = 1u << 16;
    script = {};
  }

  void run(sim::Cycle until, unsigned reboots_max = 1) {
    machine_ = std::make_unique<host::HostMachine>(config_, log_, host::HostTiming{}, reboots_max);
    machine_->run_until(until);
  }
  // The channel of hart 1, whose bark goes to hart 0. In software.
  static void guard(std::uint32_t ctrl, std::uint32_t bark, std::uint32_t bite) {
    arch::store(swdt::channel_bark_thold(1), bark);
    arch::store(swdt::channel_bite_thold(1), bite);
    arch::store(swdt::channel_target(1), 0);
    arch::store(swdt::channel_ctrl(1), kChannelOn | ctrl);
    arch::store(swdt::gctrl(), swdt::kGctrlEnable);
  }
  static void start_hart_1() { arch::store(platform::hart_control::run(0), 2); }

  kernel::KernelConfig config_{};
  Log log_;
  std::unique_ptr<host::HostMachine> machine_;
  std::vector<sim::Cycle> barks_;
};

TEST_F(HostWatchdogTest, BarksByNmiToTheTargetOfTheChannel) {
  std::vector<unsigned> harts;
  std::uint64_t armed = 0;
  script.entry = [&](unsigned) {
    guard(kNmi, 1'000, 0xffffffff);
    arch::flush();
    armed = arch::cycles();
    sleep_for_ever();
  };
  script.nmi = [&](unsigned hart) {
    harts.push_back(hart);
    barks_.push_back(arch::cycles());
  };
  run(20'000);
  EXPECT_THAT(harts, ElementsAre(0U)) << "once, until it is acknowledged";
  // From the clock after the store 1000 ticks, the tick that finds the count there, whose clock shows it, and the trap's entry.
  EXPECT_EQ(barks_.at(0) - armed, 1'000U + 2 + host::HostTiming{}.trap_entry);
  EXPECT_EQ(machine_->peek(swdt::intr_state()), 2U);
  EXPECT_THAT(log_.bites, IsEmpty());
}

TEST_F(HostWatchdogTest, ABarkSamplesTheSiteOfTheGuardedHart) {
  script.entry = [&](unsigned hart) {
    arch::trace_reg(arch::TraceReg::kSite, hart, 40 + hart);
    if (hart == 0) {
      start_hart_1();
      guard(kNmi, 1'000, 0xffffffff);
    }
    sleep_for_ever();
  };
  run(5'000);
  EXPECT_EQ(machine_->peek(swdt::channel_bark_pc_lo(1)), 41U);
  EXPECT_GT(machine_->peek(swdt::channel_bark_time_lo(1)), 1'000U);
}

TEST_F(HostWatchdogTest, ABarkMayRaiseTheSoftwareInterruptOrThePlic) {
  std::vector<std::uint32_t> claims;
  script.entry = [&](unsigned) {
    arch::store(platform::plic::priority(platform::kPlicSourceSwdt), 1);
    arch::store(platform::plic::enable(0, 0), 1U << platform::kPlicSourceSwdt);
    arch::store(swdt::intr_enable(), 2);
    guard(0, 1'000, 0xffffffff);
    arch::enable_interrupt_sources(platform::csr::kMieExternal | platform::csr::kMieSoftware);
    arch::local_irq_restore(true);
    sleep_for_ever();
  };
  script.trap = [&](unsigned) {
    claims.push_back(arch::load(platform::plic::claim(0)));
    arch::store(platform::mswi::msip(0), 0);
    arch::store(swdt::channel_bark_thold(1), 0xffffffff);
    arch::store(swdt::intr_state(), 2);
    arch::store(platform::plic::claim(0), claims.back());
  };
  run(5'000);
  EXPECT_THAT(claims, ElementsAre(std::uint32_t{platform::kPlicSourceSwdt}));

  claims.clear();
  script.entry = [](unsigned) {
    guard(kMsip, 1'000, 0xffffffff);
    arch::enable_interrupt_sources(platform::csr::kMieExternal | platform::csr::kMieSoftware);
    arch::local_irq_restore(true);
    sleep_for_ever();
  };
  run(5'000);
  EXPECT_THAT(claims, ElementsAre(0U)) << "by MSIP: nothing to claim";
}

TEST_F(HostWatchdogTest, PetsKeepItSilent) {
  script.entry = [](unsigned) {
    guard(kNmi | swdt::kChannelCtrlSystemScope, 1'000, 2'000);
    for (;;) {
      arch::charge(900);
      arch::store(swdt::pet(1), 1);
    }
  };
  script.nmi = [&](unsigned) { barks_.push_back(arch::cycles()); };
  run(50'000);
  EXPECT_THAT(barks_, IsEmpty());
  EXPECT_THAT(log_.bites, IsEmpty());
}

TEST_F(HostWatchdogTest, ABiteBootsTheMachineAndLeavesRamAndEvidence) {
  std::vector<std::uint64_t> times;
  std::vector<std::uint32_t> causes, words, controls;
  script.entry = [&](unsigned hart) {
    if (hart == 1) spin_for_ever();
    times.push_back(arch::cycles());
    causes.push_back(arch::load(swdt::reset_cause()));
    words.push_back(arch::load(kWord));
    controls.push_back(arch::load(swdt::gctrl()));
    arch::store(swdt::reset_cause(), causes.back());
    arch::store(kWord, 77);
    start_hart_1();
    if (times.size() == 1) guard(kNmi | swdt::kChannelCtrlSystemScope, 1'000, 2'000);
    spin_for_ever();
  };
  run(10'000);
  ASSERT_EQ(log_.bites.size(), 1U);
  EXPECT_EQ(log_.bites[0].second, 1U) << "of the guarded hart";
  ASSERT_EQ(log_.resets.size(), 2U);
  EXPECT_EQ(log_.resets[0], std::pair(sim::Cycle{0}, 0U));
  EXPECT_EQ(log_.resets[1], std::pair(log_.bites[0].first + 3, 11U));
  EXPECT_THAT(times, ElementsAre(1U, 1U)) << "cycles count from the boot";
  EXPECT_THAT(causes, ElementsAre(std::uint32_t{swdt::kResetCausePowerOn}, swdt::kResetCauseBite | 1U << 8)) << "and the channel";
  EXPECT_THAT(words, ElementsAre(0U, 77U));
  EXPECT_THAT(controls, ElementsAre(0U, 0U)) << "off after a reset";
  EXPECT_EQ(machine_->boot_cycle(), log_.resets[1].first);
  EXPECT_FALSE(machine_->ended_by_reset());
  EXPECT_EQ(machine_->now(), 10'000U);
}

TEST_F(HostWatchdogTest, TheResetBeyondTheLimitEndsTheRun) {
  script.entry = [](unsigned) {
    guard(kNmi | swdt::kChannelCtrlSystemScope, 1'000, 2'000);
    spin_for_ever();
  };
  for (const unsigned limit : {0U, 2U}) {
    log_ = {};
    run(100'000, limit);
    EXPECT_TRUE(machine_->ended_by_reset());
    EXPECT_EQ(machine_->reboots(), limit + 1);
    ASSERT_EQ(log_.resets.size(), limit + 2U);
    EXPECT_EQ(machine_->now(), log_.resets.back().first);
    const sim::Cycle end = machine_->now();
    machine_->run_until(200'000);
    EXPECT_EQ(machine_->now(), end) << "it has ended";
  }
}

TEST_F(HostWatchdogTest, ABiteOfOneHartRestartsThatHart) {
  std::vector<unsigned> starts;
  script.entry = [&](unsigned hart) {
    starts.push_back(hart);
    if (hart == 0) {
      start_hart_1();
      guard(kNmi, 0xffffffff, 2'000);
    }
    spin_for_ever();
  };
  run(10'000);
  EXPECT_THAT(starts, ElementsAre(0U, 1U, 1U));
  EXPECT_EQ(log_.bites.size(), 1U) << "a bitten channel rests until a reset";
  EXPECT_EQ(log_.resets.size(), 1U);
}

TEST_F(HostWatchdogTest, AChannelMayRestWhileItsHartSleeps) {
  script.entry = [](unsigned hart) {
    if (hart == 0) {
      start_hart_1();
      guard(kNmi | swdt::kChannelCtrlPauseInWfi, 3'000, 0xffffffff);
    }
    if (hart == 1) {
      arch::charge(1'000);
      arch::flush();
    }
    sleep_for_ever();
  };
  script.nmi = [&](unsigned) { barks_.push_back(arch::cycles()); };
  run(50'000);
  EXPECT_THAT(barks_, IsEmpty());
  const std::uint32_t count = machine_->peek(swdt::channel_count(1));
  EXPECT_GT(count, 900U);
  EXPECT_LT(count, 1'100U);
}

}  // namespace
