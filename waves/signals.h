// SPDX-License-Identifier: Apache-2.0
// The one list of what waves show. Every view, for GTKWave and for Surfer, is made from it by its tags. A test opens
// the views in GTKWave, which drops wrong names silently.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace waves {

// What a view is about. In some all harts are alike; in the others the hart in question is
// open, the rest closed. Aligned: of several runs, one hart each.
enum class View : std::uint8_t { kOverview, kBreakout, kKick, kIpi, kWatchdog, kAligned };
inline constexpr std::array<std::string_view, 6> kViewNames{"overview", "breakout", "kick", "ipi", "watchdog", "aligned"};

enum class Radix : std::uint8_t { kBit, kBits, kHex, kDecimal, kAnalog, kName };

// GTKWave's colour numbers.
enum class Colour : std::uint8_t {
  kNormal = 0,
  kRed = 1,
  kOrange = 2,
  kYellow = 3,
  kGreen = 4,
  kBlue = 5,
  kIndigo = 6,
  kViolet = 7
};

struct Signal {
  std::string_view label;  // {h}: hart
  std::string_view path;   // below the top of the dump; {h}: hart, {channel}: its watchdog channel
  unsigned bits;           // 1: no range in the name; 0: one per hart
  Radix radix;
  std::string_view names;  // kName: table of names.h
  Colour colour;
  unsigned views;  // tags: views it is in
};

namespace tags {
constexpr unsigned of(View view) { return 1u << static_cast<unsigned>(view); }
inline constexpr unsigned kOverview = of(View::kOverview);
inline constexpr unsigned kBreakout = of(View::kBreakout);
inline constexpr unsigned kKick = of(View::kKick);
inline constexpr unsigned kIpi = of(View::kIpi);
inline constexpr unsigned kWatchdog = of(View::kWatchdog);
inline constexpr unsigned kAligned = of(View::kAligned);
inline constexpr unsigned kAll = kOverview | kBreakout | kKick | kIpi | kWatchdog | kAligned;
}  // namespace tags

// Colours by kind: green the task and its function, orange amounts, yellow pending interrupts, red whether they can get
// through, and what must not happen (NMI, bark, bite), violet sleep and the wish to reschedule.
// Shown once per hart, in this order.
inline constexpr std::array kHartSignals{
    Signal{"h{h} task", "soc.g_hart[{h}].hart.trace.pid_q", 32, Radix::kName, "task", Colour::kGreen,
           tags::kOverview | tags::kBreakout | tags::kKick | tags::kWatchdog | tags::kAligned},
    Signal{"h{h} class", "soc.g_hart[{h}].hart.trace.class_q", 8, Radix::kName, "class", Colour::kGreen,
           tags::kOverview | tags::kBreakout | tags::kKick | tags::kWatchdog},
    Signal{"h{h} site", "soc.g_hart[{h}].hart.trace.site_q", 16, Radix::kName, "site", Colour::kGreen,
           tags::kBreakout | tags::kKick | tags::kIpi | tags::kWatchdog | tags::kAligned},
    Signal{"h{h} dispatch calls", "soc.g_hart[{h}].hart.trace.calls_q", 32, Radix::kAnalog, "", Colour::kOrange,
           tags::kOverview | tags::kBreakout | tags::kKick | tags::kWatchdog | tags::kAligned},
    Signal{"h{h} held by policy", "soc.g_hart[{h}].hart.trace.held_q", 8, Radix::kAnalog, "", Colour::kOrange,
           tags::kOverview | tags::kBreakout | tags::kKick},
    Signal{"h{h} on local DSQ", "soc.g_hart[{h}].hart.trace.local_q", 8, Radix::kAnalog, "", Colour::kOrange,
           tags::kBreakout | tags::kKick},
    Signal{"h{h} ext runnable", "soc.g_hart[{h}].hart.trace.running_q", 8, Radix::kAnalog, "", Colour::kOrange,
           tags::kBreakout | tags::kKick},
    Signal{"h{h} rq lock held by", "soc.g_hart[{h}].hart.trace.rqlock_q", 8, Radix::kName, "rqlock", Colour::kNormal,
           tags::kBreakout | tags::kKick},
    Signal{"h{h} interrupts on (MIE)", "soc.g_hart[{h}].hart.mstatus_mie_q", 1, Radix::kBit, "", Colour::kRed, tags::kAll},
    Signal{"h{h} MSIP", "soc.g_hart[{h}].hart.msip_i", 1, Radix::kBit, "", Colour::kYellow, tags::kAll},
    Signal{"h{h} MTIP", "soc.g_hart[{h}].hart.mtip_i", 1, Radix::kBit, "", Colour::kYellow, tags::kBreakout | tags::kKick},
    Signal{"h{h} MEIP", "soc.g_hart[{h}].hart.meip_i", 1, Radix::kBit, "", Colour::kYellow, tags::kKick},
    Signal{"h{h} mie", "soc.g_hart[{h}].hart.mie_q", 3, Radix::kName, "interrupts", Colour::kYellow, tags::kKick},
    Signal{"h{h} mcause", "soc.g_hart[{h}].hart.mcause_code_q", 4, Radix::kName, "cause", Colour::kYellow,
           tags::kKick | tags::kIpi},
    Signal{"h{h} need_resched", "soc.g_hart[{h}].hart.trace.resched_q", 1, Radix::kBit, "", Colour::kViolet,
           tags::kBreakout | tags::kKick | tags::kAligned},
    Signal{"h{h} WFI", "soc.g_hart[{h}].hart.wfi_o", 1, Radix::kBit, "", Colour::kViolet,
           tags::kOverview | tags::kBreakout | tags::kKick | tags::kIpi | tags::kAligned},
    Signal{"h{h} op", "soc.g_hart[{h}].hart.opcode_i", 5, Radix::kName, "opcode", Colour::kGreen, tags::kKick},
    Signal{"h{h} op state", "soc.g_hart[{h}].hart.state_q", 3, Radix::kName, "hart_state", Colour::kGreen,
           tags::kKick | tags::kIpi},
    Signal{"h{h} watchdog count", "soc.{channel}.seen_count", 32, Radix::kAnalog, "", Colour::kOrange, tags::kWatchdog},
    Signal{"h{h} watchdog barked", "soc.{channel}.seen_barked", 1, Radix::kBit, "", Colour::kRed, tags::kWatchdog},
    Signal{"h{h} watchdog bitten", "soc.{channel}.seen_bitten", 1, Radix::kBit, "", Colour::kRed, tags::kWatchdog},
    Signal{"h{h} bark caught at", "soc.{channel}.seen_bark_pc", 32, Radix::kName, "site", Colour::kRed, tags::kWatchdog},
    Signal{"h{h} in NMI", "soc.g_hart[{h}].hart.nmi_active_q", 1, Radix::kBit, "", Colour::kRed, tags::kWatchdog},
};

// Shown once.
inline constexpr std::array kDeviceSignals{
    Signal{"MSIP written", "soc.mswi.msip_q", 0, Radix::kBits, "", Colour::kYellow, tags::kKick | tags::kIpi},
    Signal{"MSIP under way", "soc.mswi.under_way_q", 0, Radix::kBits, "", Colour::kYellow, tags::kIpi},
    Signal{"MSIP at the harts", "soc.mswi.line_q", 0, Radix::kBits, "", Colour::kYellow, tags::kIpi},
    Signal{"bus owner", "soc.bus.owner_q", 0, Radix::kBits, "", Colour::kNormal, tags::kIpi},
    Signal{"bus op", "soc.bus.op_q", 5, Radix::kName, "opcode", Colour::kNormal, tags::kIpi},
    Signal{"bus address", "soc.bus.addr_q", 32, Radix::kHex, "", Colour::kNormal, tags::kIpi},
    Signal{"watchdog bark", "evt_bark_o", 0, Radix::kBits, "", Colour::kRed, tags::kWatchdog},
    Signal{"watchdog bite", "evt_bite_o", 0, Radix::kBits, "", Colour::kRed, tags::kWatchdog},
    Signal{"system reset", "evt_sysrst_q", 1, Radix::kBit, "", Colour::kRed, tags::kWatchdog},
    Signal{"sysrq key", "sysrq_key_i", 8, Radix::kHex, "", Colour::kYellow, tags::kIpi},
    Signal{"test sources", "irq_src_i", 8, Radix::kBits, "", Colour::kYellow, tags::kIpi},
};

}  // namespace waves
