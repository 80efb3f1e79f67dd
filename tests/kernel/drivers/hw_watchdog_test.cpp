// SPDX-License-Identifier: Apache-2.0
// The hardware watchdog's driver: what it programs, what it reports, and what the machine does if it falls silent. The device
// is the model that tests/rtl holds against the RTL.
#include <gtest/gtest.h>

#include <map>

#include "firmware/arch/host/trace_registers.h"
#include "firmware/kernel/kernel.h"
#include "platform.h"
#include "tests/kernel/kernel_run.h"
#include "trace_events.h"

namespace kernel {

using namespace test;

namespace {

namespace swdt = platform::swdt;

void enable(KernelRun& run, BarkRoute route) {
  run.config.hw_watchdog = {.enable = true, .bark_ns = 5 * kMs, .bite_ns = 20 * kMs, .route = route};
}

// As if the guarded hart had not petted for 5 ms.
void starve(KernelRun& run, unsigned cpu) { run.machine().poke(swdt::channel_count(cpu), 500'000); }

std::string site_of(KernelRun& run, unsigned cpu) {
  return trace::name_of(static_cast<trace::Site>(run.machine().peek(host::trace_register(cpu, arch::TraceReg::kSite))));
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
  for (unsigned ms = 1; ms <= 10; ++ms) {
    run.machine().at(ms * 100'000 + 50'000, [&run, ms] {
      EXPECT_GT(run.machine().peek(swdt::channel_count(0)), 40'000u) << ms;
      EXPECT_LT(run.machine().peek(swdt::channel_count(0)), 50'000u) << ms;
    });
  }
  run.run_us(11'000);
  EXPECT_TRUE(run.log.named("hw_watchdog_bark").empty());
}

// The NMI names the guarded CPU and the site it was sampled at, and silences that channel until the next pet.
TEST(HwWatchdogTest, NmiReportsTheBark) {
  KernelRun run(2);
  enable(run, BarkRoute::kNmi);
  std::string site;
  run.machine().at(150'000, [&run, &site] {
    site = site_of(run, 1);
    starve(run, 1);
  });
  run.machine().at(160'000, [&run] { EXPECT_EQ(run.machine().peek(swdt::channel_bark_thold(1)), 0xffffffffu); });
  run.run_us(2'500);
  const Events barks = run.log.named("hw_watchdog_bark");
  ASSERT_EQ(barks.size(), 1u);
  EXPECT_EQ(barks[0].hart, 0u);
  EXPECT_EQ(barks[0].number("guarded_cpu"), 1u);
  EXPECT_EQ(barks[0].text("site"), site);
  EXPECT_EQ(run.machine().peek(swdt::channel_bark_thold(1)), 500'000u) << "armed again by the pet";
}

TEST(HwWatchdogTest, MsipReportsTheBark) {
  KernelRun run(2);
  enable(run, BarkRoute::kMsip);
  run.machine().at(150'000, [&run] { starve(run, 1); });
  run.run_us(2'000);
  ASSERT_EQ(run.log.named("hw_watchdog_bark").size(), 1u);
  EXPECT_EQ(run.log.named("hw_watchdog_bark")[0].number("guarded_cpu"), 1u);
  EXPECT_EQ(run.log.named("hw_watchdog_bark")[0].hart, 0u);
}

// Two harts barked at once: each buddy reports its own channel only.
TEST(HwWatchdogTest, EachBuddyReportsItsOwnChannel) {
  KernelRun run(4);
  enable(run, BarkRoute::kNmi);
  run.machine().at(150'000, [&run] {
    starve(run, 0);
    starve(run, 2);
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
  std::map<std::uint64_t, std::string> expected;
  run.machine().at(150'000, [&run, &expected] {
    for (const unsigned cpu : {1, 3, 35}) {
      expected[cpu] = site_of(run, cpu);
      starve(run, cpu);
    }
  });
  run.run_us(1'600);
  std::map<std::uint64_t, std::string> reported;
  for (const LoggedEvent& bark : run.log.named("hw_watchdog_bark")) reported[bark.number("guarded_cpu")] = bark.text("site");
  EXPECT_EQ(reported, expected);
  for (unsigned instance = 0; instance < 2; ++instance) {
    EXPECT_EQ(run.machine().peek(swdt::gctrl(instance)), swdt::kGctrlEnable);
    EXPECT_EQ(run.machine().peek(swdt::intr_enable(instance)), instance == 0 ? 0xffffffffu : 0xffu) << "of the channels it has";
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
    starve(run, 35);
    run.machine().raise_nmi(4);  // of channel 3, which did not bark
  });
  run.run_us(1'600);
  const Events barks = run.log.named("hw_watchdog_bark");
  ASSERT_EQ(barks.size(), 1u);
  EXPECT_EQ(barks[0].hart, 36u);
  EXPECT_EQ(barks[0].number("guarded_cpu"), 35u);
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
  EXPECT_EQ(run.machine().peek(swdt::channel_ctrl(0)), 0u);
  EXPECT_EQ(run.machine().peek(swdt::channel_bark_thold(0)), swdt::kChannelBarkTholdReset);
}

// As if hart 1 had been silent almost long enough.
TEST(HwWatchdogTest, TheBiteBootsTheKernelAgain) {
  KernelRun run(2);
  enable(run, BarkRoute::kNmi);
  run.task("hog", {run_for(100 * kUs), sleep_for(100 * kUs)});
  run.machine().at(150'000, [&run] { run.machine().poke(swdt::channel_count(1), 1'999'000); });
  run.run_us(5'000);
  const Events resets = run.log.named("reset");
  ASSERT_EQ(resets.size(), 2u);
  EXPECT_EQ(resets[1].number("boot"), 1u);
  EXPECT_EQ(resets[1].number("hw_watchdog"), 1u);
  ASSERT_EQ(run.log.named("hw_watchdog_bite").size(), 1u);
  EXPECT_EQ(run.log.named("hw_watchdog_bite")[0].hart, 1u);
  EXPECT_NEAR(static_cast<double>(run.log.named("hw_watchdog_bite")[0].cycle), 151'000, 10);
  EXPECT_TRUE(kernel().hw_watchdog_reset);
  unsigned hogs = 0;
  for (const LoggedEvent& made : run.log.named("task_new")) hogs += made.text("comm") == "hog" ? 1 : 0;
  EXPECT_EQ(hogs, 2u) << "one of each boot";
  EXPECT_FALSE(run.machine().ended_by_reset());
}

}  // namespace kernel
