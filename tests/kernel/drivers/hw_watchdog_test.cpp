// SPDX-License-Identifier: Apache-2.0
// The hardware watchdog's driver: what it programs, and what it reports. The device itself is tested on RTL.
#include <gtest/gtest.h>

#include <map>

#include "platform.h"
#include "tests/kernel/kernel_run.h"
#include "trace_events.h"

namespace kernel {

using namespace test;

namespace {

namespace swdt = platform::swdt;

// HostMachine counts sources from the first of the test's own.
constexpr unsigned kSwdt = platform::kPlicSourceSwdt - platform::kPlicSourceTest;

void enable(KernelRun& run, BarkRoute route) {
  run.config.hw_watchdog = {.enable = true, .bark_ns = 5 * kMs, .bite_ns = 20 * kMs, .route = route};
}

}  // namespace

TEST(HwWatchdogTest, EachHartGuardedByTheNext) {
  KernelRun run(3);
  enable(run, BarkRoute::kNmi);
  run.run_us(500);
  for (unsigned cpu = 0; cpu < 3; ++cpu) {
    EXPECT_EQ(run.machine().peek(swdt::channel_target(cpu)), (cpu + 1) % 3);
    EXPECT_EQ(run.machine().peek(swdt::channel_bark_thold(cpu)), 500'000u);
    EXPECT_EQ(run.machine().peek(swdt::channel_bite_thold(cpu)), 2'000'000u);
    EXPECT_EQ(run.machine().peek(swdt::channel_ctrl(cpu)),
              swdt::kChannelCtrlEnable | swdt::kChannelCtrlSystemScope | (2u << swdt::kChannelCtrlBarkRouteShift));
  }
}

// Thresholds beyond 32 bits of cycles get a prescaler.
TEST(HwWatchdogTest, LongTimesUseThePrescaler) {
  KernelRun run(1);
  run.config.hw_watchdog = {.enable = true, .bark_ns = 30'000 * kMs, .bite_ns = 120'000 * kMs, .route = BarkRoute::kNmi};
  run.run_us(500);
  const std::uint64_t divider = run.machine().peek(swdt::prescale()) + 1;
  EXPECT_EQ(divider, 3u);
  EXPECT_EQ(run.machine().peek(swdt::channel_bark_thold(0)) * divider, 3'000'000'000u);
}

// Petted from every tick.
TEST(HwWatchdogTest, TickPets) {
  KernelRun run(1);
  enable(run, BarkRoute::kNmi);
  unsigned pets = 0;
  for (unsigned ms = 1; ms <= 10; ++ms) {
    run.machine().at(ms * 100'000 + 50'000, [&run, &pets] {
      pets += run.machine().peek(swdt::pet(0));
      run.machine().poke(swdt::pet(0), 0);
    });
  }
  run.run_us(11'000);
  EXPECT_EQ(pets, 10u);
}

// The NMI names the guarded CPU and the site it was sampled at, and silences that channel until the next pet.
TEST(HwWatchdogTest, NmiReportsTheBark) {
  KernelRun run(2);
  enable(run, BarkRoute::kNmi);
  run.machine().at(150'000, [&run] {
    run.machine().poke(swdt::channel_bark_pc_lo(1), static_cast<std::uint32_t>(trace::Site::kOpsDispatch));
    run.machine().poke(swdt::intr_state(), 1u << 1);
    run.machine().raise_nmi(0);
  });
  run.machine().at(160'000, [&run] { EXPECT_EQ(run.machine().peek(swdt::channel_bark_thold(1)), 0xffffffffu); });
  run.run_us(2'500);
  const Events barks = run.log.named("hw_watchdog_bark");
  ASSERT_EQ(barks.size(), 1u);
  EXPECT_EQ(barks[0].hart, 0u);
  EXPECT_EQ(barks[0].number("guarded_cpu"), 1u);
  EXPECT_EQ(barks[0].text("site"), "ops_dispatch");
  EXPECT_EQ(run.machine().peek(swdt::channel_bark_thold(1)), 500'000u) << "armed again by the pet";
}

TEST(HwWatchdogTest, MsipReportsTheBark) {
  KernelRun run(2);
  enable(run, BarkRoute::kMsip);
  run.machine().at(150'000, [&run] {
    run.machine().poke(swdt::intr_state(), 1u << 1);
    run.machine().poke(platform::mswi::msip(0), 1);
  });
  run.run_us(2'000);
  ASSERT_GE(run.log.named("hw_watchdog_bark").size(), 1u);
  EXPECT_EQ(run.log.named("hw_watchdog_bark")[0].number("guarded_cpu"), 1u);
}

// Two harts barked at once: each buddy reports its own channel only.
TEST(HwWatchdogTest, EachBuddyReportsItsOwnChannel) {
  KernelRun run(4);
  enable(run, BarkRoute::kNmi);
  run.machine().at(150'000, [&run] {
    run.machine().poke(swdt::intr_state(), 0b0101);
    run.machine().raise_nmi(1);
    run.machine().raise_nmi(3);
  });
  run.run_us(2'000);
  const Events barks = run.log.named("hw_watchdog_bark");
  ASSERT_EQ(barks.size(), 2u);
  for (const LoggedEvent& bark : barks) EXPECT_EQ(bark.hart, bark.number("guarded_cpu") + 1);
}

// Through the PLIC any hart may get the interrupt: it reports every channel that barked, of both instances.
TEST(HwWatchdogTest, PlicReportsEveryBark) {
  KernelRun run(40);
  enable(run, BarkRoute::kPlic);
  run.machine().at(150'000, [&run] {
    run.machine().poke(swdt::channel_bark_pc_lo(1), static_cast<std::uint32_t>(trace::Site::kOpsDispatch));
    run.machine().poke(swdt::channel_bark_pc_lo(35), static_cast<std::uint32_t>(trace::Site::kPrintk));
    run.machine().poke(swdt::intr_state(0), 0b1010);
    run.machine().poke(swdt::intr_state(1), 0b1000);
    run.machine().set_irq_source(kSwdt, true);
  });
  run.machine().at(151'000, [&run] { run.machine().set_irq_source(kSwdt, false); });
  run.run_us(1'600);
  std::map<std::uint64_t, std::string> site_of;
  for (const LoggedEvent& bark : run.log.named("hw_watchdog_bark")) site_of[bark.number("guarded_cpu")] = bark.text("site");
  EXPECT_EQ(site_of.size(), 3u);
  EXPECT_EQ(site_of[1], "ops_dispatch");
  EXPECT_EQ(site_of.count(3), 1u);
  EXPECT_EQ(site_of[35], "printk");
  for (unsigned instance = 0; instance < 2; ++instance) {
    EXPECT_EQ(run.machine().peek(swdt::gctrl(instance)), swdt::kGctrlEnable);
    EXPECT_EQ(run.machine().peek(swdt::intr_enable(instance)), 0xffffffffu);
    EXPECT_EQ(run.machine().peek(swdt::prescale(instance)), 0u);
  }
  EXPECT_EQ(run.machine().peek(swdt::channel_ctrl(39)), swdt::kChannelCtrlEnable | swdt::kChannelCtrlSystemScope |
                                                            swdt::kChannelCtrlBarkRoutePlic << swdt::kChannelCtrlBarkRouteShift);
  EXPECT_EQ(run.machine().peek(swdt::channel_target(39)), 0u);
}

// The buddy of a hart of the second instance looks there, and only there.
TEST(HwWatchdogTest, SecondInstanceBarksToItsOwnBuddies) {
  KernelRun run(40);
  enable(run, BarkRoute::kNmi);
  run.machine().at(150'000, [&run] {
    run.machine().poke(swdt::channel_bark_pc_lo(35), static_cast<std::uint32_t>(trace::Site::kPrintk));
    run.machine().poke(swdt::intr_state(1), 0b1000);
    run.machine().raise_nmi(36);
    run.machine().raise_nmi(4);  // of channel 3, which did not bark
  });
  run.run_us(1'600);
  const Events barks = run.log.named("hw_watchdog_bark");
  ASSERT_EQ(barks.size(), 1u);
  EXPECT_EQ(barks[0].hart, 36u);
  EXPECT_EQ(barks[0].number("guarded_cpu"), 35u);
  EXPECT_EQ(barks[0].text("site"), "printk");
}

// All ones mean never, so the longest time without a prescaler is one cycle less.
TEST(HwWatchdogTest, PrescalerBeginsWhereTheCounterEnds) {
  for (const std::uint64_t cycles : {0xfffffffeu, 0xffffffffu}) {
    KernelRun run(1);
    run.config.hw_watchdog = {.enable = true, .bark_ns = cycles * 10, .bite_ns = 1'000 * kMs, .route = BarkRoute::kNmi};
    run.run_us(500);
    const std::uint64_t divider = cycles == 0xffffffffu ? 2 : 1;
    EXPECT_EQ(run.machine().peek(swdt::prescale()) + 1, divider);
    EXPECT_EQ(run.machine().peek(swdt::channel_bark_thold(0)), cycles / divider);
    EXPECT_EQ(run.machine().peek(swdt::channel_bite_thold(0)), 100'000'000u / divider);
  }
}

TEST(HwWatchdogTest, OffTouchesNothing) {
  KernelRun run(1);
  run.run_us(2'500);
  EXPECT_EQ(run.machine().peek(swdt::gctrl()), 0u);
  EXPECT_EQ(run.machine().peek(swdt::pet(0)), 0u);
}

}  // namespace kernel
