// SPDX-License-Identifier: Apache-2.0
// The scheduler watchdog: a channel per guarded hart, each with a count that barks at one threshold and bites at another.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "models/access.h"
#include "platform.h"

namespace model {

class Swdt {
 public:
  struct Inputs {
    Access access;
    std::uint64_t mtime = 0;
    std::uint32_t wfi = 0;  // bit k: guarded hart of channel k
    bool pause = false;
    std::vector<std::uint32_t> sites;  // per channel
  };
  struct Outputs {
    bool irq = false;
    std::uint64_t bark_msip = 0, bark_nmi = 0, hart_rst = 0;  // bit h: hart h
    std::uint32_t bark_evt = 0, bite_evt = 0;                 // bit k: channel k
    bool sys_rst = false;
    friend bool operator==(const Outputs&, const Outputs&) = default;
  };

  Swdt(std::uint32_t channels, std::uint32_t first_hart, std::uint32_t harts)
      : first_hart_(first_hart), harts_(harts), channels_(channels) {
    power_on();
  }

  // Power on; and the reset after a bite, which leaves the evidence.
  void power_on() {
    evidence_ = {};
    reset();
  }
  void reset() {
    global_ = {};
    outputs_ = {};
    for (std::uint32_t k = 0; k < channels_.size(); ++k) channels_[k] = {.target = first_hart_ + k};
  }

  // All but irq last one clock.
  [[nodiscard]] Outputs outputs() const {
    Outputs out = outputs_;
    out.irq = (global_.intr_state & global_.intr_enable) != 0;
    return out;
  }

  [[nodiscard]] Answer answer(const Inputs& in) const {
    const Access& access = in.access;
    if (access.kind == Access::Kind::kNone) return {};
    if (access.address % 4 != 0) return {.data = 0, .error = true};
    return {.data = access.kind == Access::Kind::kRead ? read(in) : 0, .error = false};
  }

  void clock(const Inputs& in) {
    namespace swdt = platform::swdt;
    if (outputs_.sys_rst) {  // the system bite of the last clock resets everything in this one
      reset();
      return;
    }
    outputs_ = {};
    const Access& access = in.access;
    const bool tick = prescaler_ticks(in);
    const std::uint32_t ack = access.writes(swdt::intr_state()) ? access.data : 0;
    if (access.writes(swdt::reset_cause())) evidence_.cause &= ~access.data;
    if (access.reads(swdt::last_bite_time_lo())) evidence_.latched_high = static_cast<std::uint32_t>(evidence_.bite_time >> 32);

    global_.intr_state &= ~ack;
    for (std::uint32_t k = 0; k < channels_.size(); ++k) step(k, tick, in, (ack >> k & 1U) != 0);
    write_global(access);
  }

  // The access of `in` is none, here and below.
  void advance(std::uint64_t clocks, const Inputs& in) {
    while (clocks > 0) {
      const std::uint64_t quiet = std::min(clocks, horizon(in));
      if (quiet == 0) clock(in);
      else pass(quiet, in);
      clocks -= std::max<std::uint64_t>(quiet, 1);
    }
  }

  [[nodiscard]] std::uint64_t horizon(const Inputs& in) const {
    if (!(outputs_ == Outputs{})) return 0;  // they last one clock
    if (!runs(in)) return kForever;
    std::uint64_t ticks = kForever;  // that come before one that barks or bites
    for (std::uint32_t k = 0; k < channels_.size(); ++k) {
      const Channel& ch = channels_[k];
      if (!counts(ch, k, in)) continue;
      ticks = std::min(ticks, ticks_to(ch, ch.bite_threshold));
      if (!ch.barked) ticks = std::min(ticks, ticks_to(ch, ch.bark_threshold));
    }
    return ticks == kForever ? kForever : clocks_to_tick() - 1 + ticks * (std::uint64_t{global_.prescale} + 1);
  }

  // Whether `wfi` makes a difference for channel k.
  [[nodiscard]] bool pauses_in_wfi(std::uint32_t k) const { return (channels_[k].ctrl & kPauseInWfi) != 0; }

 private:
  enum Ctrl : std::uint32_t { kEnable = 1, kPauseInWfi = 2, kSystemScope = 4, kWindow = 8 };
  enum Route : std::uint32_t { kPlic, kMsip, kNmi, kReserved };
  struct Channel {
    std::uint32_t ctrl = 0;
    bool locked = false;
    std::uint32_t bark_threshold = ~0U, bite_threshold = ~0U, count = 0, window_min = 0, pet_errors = 0, bark_pc = 0;
    std::uint64_t bark_time = 0;
    std::uint32_t target = 0;
    bool barked = false, bitten = false;
  };
  struct Global {
    bool enable = false, pause_in_debug = false;
    std::uint32_t prescale = 0, phase = 0, intr_state = 0, intr_enable = 0;
  };
  struct Evidence {
    std::uint32_t cause = 1;
    std::uint64_t bite_time = 0;
    std::uint32_t latched_high = 0;
  };
  static constexpr std::uint32_t kCauseBite = 2;
  static constexpr std::uint32_t kPetErrorsMax = 0xFFFF;

  [[nodiscard]] std::uint32_t built() const { return static_cast<std::uint32_t>((std::uint64_t{1} << channels_.size()) - 1); }
  [[nodiscard]] bool held(const Inputs& in) const { return global_.pause_in_debug && in.pause; }

  [[nodiscard]] bool runs(const Inputs& in) const { return global_.enable && !held(in); }
  static bool counts(const Channel& ch, std::uint32_t k, const Inputs& in) {
    return (ch.ctrl & kEnable) != 0 && !in_wfi_pause(ch, k, in) && !ch.bitten;
  }
  static std::uint64_t ticks_to(const Channel& ch, std::uint32_t threshold) {
    return threshold > ch.count ? threshold - ch.count : 0;
  }
  // 1: the next clock has one.
  [[nodiscard]] std::uint64_t clocks_to_tick() const {
    return global_.phase < global_.prescale ? std::uint64_t{global_.prescale} - global_.phase + 1 : 1;
  }

  // Clocks within the horizon.
  void pass(std::uint64_t clocks, const Inputs& in) {
    if (!runs(in)) return;
    const std::uint64_t first = clocks_to_tick();
    if (clocks < first) {
      global_.phase += static_cast<std::uint32_t>(clocks);
      return;
    }
    const std::uint64_t period = std::uint64_t{global_.prescale} + 1;
    const std::uint64_t ticks = 1 + (clocks - first) / period;
    global_.phase = static_cast<std::uint32_t>((clocks - first) % period);
    for (std::uint32_t k = 0; k < channels_.size(); ++k) {
      Channel& ch = channels_[k];
      if (counts(ch, k, in)) ch.count += static_cast<std::uint32_t>(std::min<std::uint64_t>(ticks, ~0U - ch.count));
    }
  }

  bool prescaler_ticks(const Inputs& in) {
    if (!runs(in)) return false;
    if (global_.phase++ < global_.prescale) return false;
    global_.phase = 0;
    return true;
  }

  static bool in_wfi_pause(const Channel& ch, std::uint32_t k, const Inputs& in) {
    return (ch.ctrl & kPauseInWfi) != 0 && (in.wfi >> k & 1U) != 0;
  }

  void step(std::uint32_t k, bool global_tick, const Inputs& in, bool acked) {
    namespace swdt = platform::swdt;
    Channel& ch = channels_[k];
    const Access& access = in.access;
    const bool tick = global_tick && counts(ch, k, in);
    const bool bark = tick && ch.count >= ch.bark_threshold;
    const bool bite = tick && ch.count >= ch.bite_threshold;
    if (acked) ch.barked = false;
    if (bark) barks(k, in);
    if (bite) bites(k, in);

    const std::uint32_t old_count = ch.count;
    if (tick && ch.count != ~0U) ++ch.count;
    const bool load = access.writes(swdt::channel_count(k));
    if (load && access.data != 0) ch.count = access.data;
    if (access.writes(swdt::pet(k)) || (load && access.data == 0)) pet(k, old_count);
    if (!ch.locked) write_locked(k, access);
  }

  void barks(std::uint32_t k, const Inputs& in) {
    Channel& ch = channels_[k];
    global_.intr_state |= 1U << k;
    if (ch.barked) return;
    ch.barked = true;
    ch.bark_pc = in.sites[k];
    ch.bark_time = in.mtime;
    outputs_.bark_evt |= 1U << k;
    if (ch.ctrl >> 4 == kMsip) outputs_.bark_msip |= std::uint64_t{1} << ch.target;
    if (ch.ctrl >> 4 == kNmi) outputs_.bark_nmi |= std::uint64_t{1} << ch.target;
  }

  void bites(std::uint32_t k, const Inputs& in) {
    Channel& ch = channels_[k];
    ch.bitten = true;
    outputs_.bite_evt |= 1U << k;
    if ((ch.ctrl & kSystemScope) != 0) {
      outputs_.sys_rst = true;
    } else {
      outputs_.hart_rst |= std::uint64_t{1} << (first_hart_ + k);
    }
    if ((evidence_.cause & kCauseBite) == 0) evidence_.cause = (evidence_.cause & 1U) | kCauseBite | k << 8;
    evidence_.bite_time = in.mtime;
  }

  void pet(std::uint32_t k, std::uint32_t old_count) {
    Channel& ch = channels_[k];
    if ((ch.ctrl & kWindow) != 0 && old_count < ch.window_min) {
      if (ch.pet_errors != kPetErrorsMax) ++ch.pet_errors;
      global_.intr_state |= 1U << k;
    } else {
      ch.count = 0;
    }
  }

  void write_locked(std::uint32_t k, const Access& access) {
    namespace swdt = platform::swdt;
    Channel& ch = channels_[k];
    if (access.writes(swdt::channel_ctrl(k))) {
      const std::uint32_t route = access.data >> 4 & 3U;
      ch.ctrl = (access.data & 0xFU) | (route == kReserved ? std::uint32_t{kPlic} : route) << 4;
    }
    if (access.writes(swdt::channel_regwen(k)) && (access.data & 1U) == 0) ch.locked = true;
    if (access.writes(swdt::channel_bark_thold(k))) ch.bark_threshold = access.data;
    if (access.writes(swdt::channel_bite_thold(k))) ch.bite_threshold = access.data;
    if (access.writes(swdt::channel_window_min(k))) ch.window_min = access.data;
    if (access.writes(swdt::channel_target(k)))
      ch.target = (access.data & 0xFFU) < harts_ ? access.data & 0xFFU : first_hart_ + k;
  }

  void write_global(const Access& access) {
    namespace swdt = platform::swdt;
    if (access.writes(swdt::gctrl())) {
      global_.enable = (access.data & 1U) != 0;
      global_.pause_in_debug = (access.data & 2U) != 0;
    }
    if (access.writes(swdt::prescale())) {
      global_.prescale = access.data & 0xFFFFU;
      global_.phase = 0;
    }
    if (access.writes(swdt::intr_enable())) global_.intr_enable = access.data & built();
    if (access.writes(swdt::intr_test())) global_.intr_state |= access.data & built();
  }

  [[nodiscard]] std::uint32_t read(const Inputs& in) const {
    namespace swdt = platform::swdt;
    const std::uint32_t at = in.access.address;
    if (at == swdt::id()) return 0x5744'0100;
    if (at == swdt::cap()) return static_cast<std::uint32_t>(channels_.size()) | 32U << 8 | 1U << 16 | 1U << 17;
    if (at == swdt::gctrl()) return std::uint32_t{global_.enable} | std::uint32_t{global_.pause_in_debug} << 1;
    if (at == swdt::prescale()) return global_.prescale;
    if (at == swdt::intr_state()) return global_.intr_state;
    if (at == swdt::intr_enable()) return global_.intr_enable;
    if (at == swdt::reset_cause()) return evidence_.cause;
    if (at == swdt::last_bite_time_lo()) return static_cast<std::uint32_t>(evidence_.bite_time);
    if (at == swdt::last_bite_time_hi()) return evidence_.latched_high;
    for (std::uint32_t k = 0; k < channels_.size(); ++k) {
      const Channel& ch = channels_[k];
      if (at == swdt::channel_ctrl(k)) return ch.ctrl;
      if (at == swdt::channel_regwen(k)) return ch.locked ? 0 : 1;
      if (at == swdt::channel_bark_thold(k)) return ch.bark_threshold;
      if (at == swdt::channel_bite_thold(k)) return ch.bite_threshold;
      if (at == swdt::channel_count(k)) return ch.count;
      if (at == swdt::channel_status(k)) return status(ch, k, in);
      if (at == swdt::channel_window_min(k)) return ch.window_min;
      if (at == swdt::channel_pet_err(k)) return ch.pet_errors;
      if (at == swdt::channel_bark_pc_lo(k)) return ch.bark_pc;
      if (at == swdt::channel_bark_time_lo(k)) return static_cast<std::uint32_t>(ch.bark_time);
      if (at == swdt::channel_bark_time_hi(k)) return static_cast<std::uint32_t>(ch.bark_time >> 32);
      if (at == swdt::channel_target(k)) return ch.target;
    }
    return 0;
  }

  [[nodiscard]] std::uint32_t status(const Channel& ch, std::uint32_t k, const Inputs& in) const {
    const bool on = global_.enable && (ch.ctrl & kEnable) != 0;
    const std::uint32_t state = ch.bitten ? 3 : !on ? 0 : ch.barked ? 2 : 1;
    const bool paused = on && !ch.bitten && (held(in) || in_wfi_pause(ch, k, in));
    return state | std::uint32_t{paused} << 4 | std::uint32_t{ch.locked} << 5;
  }

  std::uint32_t first_hart_;
  std::uint32_t harts_;
  Global global_;
  Evidence evidence_;
  Outputs outputs_;  // without irq, which is a level
  std::vector<Channel> channels_;
};

}  // namespace model
