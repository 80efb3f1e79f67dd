// SPDX-License-Identifier: Apache-2.0
// The watchdog as its tests see it: three channels that guard harts 1..3 of five.
#pragma once

#include <gtest/gtest.h>

#include "Vsoc_swdt.h"
#include "platform.h"
#include "tests/rtl/device_bench.h"

namespace device {

namespace swdt = platform::swdt;

inline constexpr std::uint32_t kChannels = 3;
inline constexpr std::uint32_t kFirstHart = 1;
inline constexpr std::uint32_t kHarts = 5;

// Values of the fields of CTRL and STATUS.
inline constexpr std::uint32_t kOn = swdt::kChannelCtrlEnable;
inline constexpr std::uint32_t kSystem = swdt::kChannelCtrlSystemScope;
inline constexpr std::uint32_t kWindow = swdt::kChannelCtrlWindowEnable;
inline constexpr std::uint32_t kPauseInWfi = swdt::kChannelCtrlPauseInWfi;
inline constexpr std::uint32_t kToMsip = swdt::kChannelCtrlBarkRouteMsip << swdt::kChannelCtrlBarkRouteShift;
inline constexpr std::uint32_t kToNmi = swdt::kChannelCtrlBarkRouteNmi << swdt::kChannelCtrlBarkRouteShift;
inline constexpr std::uint32_t kFar = 0xFFFF'FFFF;

class SwdtTest : public testing::Test {
 protected:
  SwdtTest() {
    Vsoc_swdt& top = bench.top();
    top.mtime_i = 0;
    top.pause_i = 0;
    top.wfi_i = 0;
    for (std::uint32_t k = 0; k < kChannels; ++k) set_site(k, 0);
    power_on();
  }

  void power_on() {
    bench.top().por_n_i = 0;
    bench.reset();
    bench.top().por_n_i = 1;
    bench.settle();
  }
  void set_site(std::uint32_t channel, std::uint32_t site) { bench.top().site_i[channel] = site; }
  void set_time(std::uint64_t mtime) { bench.top().mtime_i = mtime; }
  void set_wfi(std::uint32_t channels) { bench.top().wfi_i = static_cast<std::uint8_t>(channels); }

  // Enables a channel; it counts from start() on, one tick per clock unless a prescale was written.
  void watch(std::uint32_t channel, std::uint32_t bark, std::uint32_t bite, std::uint32_t ctrl = kOn) {
    bench.write(swdt::channel_bark_thold(channel), bark);
    bench.write(swdt::channel_bite_thold(channel), bite);
    bench.write(swdt::channel_ctrl(channel), ctrl);
  }
  void start(std::uint32_t gctrl = swdt::kGctrlEnable) { bench.write(swdt::gctrl(), gctrl); }
  void pet(std::uint32_t channel) { bench.write(swdt::pet(channel), 0x1234); }

  // None of these takes a clock.
  std::uint32_t count(std::uint32_t channel = 0) { return bench.peek(swdt::channel_count(channel)); }
  std::uint32_t state(std::uint32_t channel = 0) { return bench.peek(swdt::channel_status(channel)) & swdt::kChannelStatusState; }
  bool paused(std::uint32_t channel = 0) { return (bench.peek(swdt::channel_status(channel)) & swdt::kChannelStatusPaused) != 0; }
  std::uint32_t barked() { return bench.peek(swdt::intr_state()); }
  [[nodiscard]] unsigned bark_events() { return bench.top().bark_evt_o; }
  [[nodiscard]] unsigned bite_events() { return bench.top().bite_evt_o; }

  Bench<Vsoc_swdt> bench{swdt::kBase};
};

}  // namespace device
