// SPDX-License-Identifier: Apache-2.0
// The hardware watchdog's driver: what it programs, and what it reports. The device itself is tested on RTL.
#include <gtest/gtest.h>

#include "platform.h"
#include "trace_events.h"
#include "tests/kernel/kernel_run.h"

using namespace testing_kernel;

namespace {

namespace swdt = platform::swdt;

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

TEST(HwWatchdogTest, OffTouchesNothing) {
  KernelRun run(1);
  run.run_us(2'500);
  EXPECT_EQ(run.machine().peek(swdt::gctrl()), 0u);
  EXPECT_EQ(run.machine().peek(swdt::pet(0)), 0u);
}
