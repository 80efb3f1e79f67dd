// SPDX-License-Identifier: Apache-2.0
// The one list of what a view shows; save files are made from it. A test opens them in GTKWave: it drops wrong names silently.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace waves {

enum class Radix : std::uint8_t { kBit, kHex, kDecimal, kAnalog, kName };

// GTKWave's colour numbers.
enum class Colour : std::uint8_t { kNormal = 0, kRed = 1, kOrange = 2, kYellow = 3, kGreen = 4, kBlue = 5, kIndigo = 6, kViolet = 7 };

struct Signal {
  std::string_view label;      // {h}: hart
  std::string_view path;       // below the top of the dump; {h}: hart
  unsigned bits;               // 1: no range in the name
  Radix radix;
  std::string_view names;      // kName: the enum in events.yaml, or "task" for the pids of this run
  Colour colour;
};

// Shown once per hart, in this order.
inline constexpr std::array kHartSignals{
    Signal{"h{h} site", "soc.g_hart[{h}].hart.trace.site_q", 16, Radix::kName, "site", Colour::kYellow},
    Signal{"h{h} task", "soc.g_hart[{h}].hart.trace.pid_q", 32, Radix::kName, "task", Colour::kGreen},
    Signal{"h{h} class", "soc.g_hart[{h}].hart.trace.class_q", 8, Radix::kName, "class", Colour::kGreen},
    Signal{"h{h} dispatch calls", "soc.g_hart[{h}].hart.trace.calls_q", 32, Radix::kAnalog, "", Colour::kOrange},
    Signal{"h{h} MIE", "soc.g_hart[{h}].hart.status_mie_q", 1, Radix::kBit, "", Colour::kRed},
    Signal{"h{h} MSIP", "soc.g_hart[{h}].hart.msip_i", 1, Radix::kBit, "", Colour::kYellow},
    Signal{"h{h} MTIP", "soc.g_hart[{h}].hart.mtip_i", 1, Radix::kBit, "", Colour::kOrange},
    Signal{"h{h} MEIP", "soc.g_hart[{h}].hart.meip_i", 1, Radix::kBit, "", Colour::kOrange},
    Signal{"h{h} NMI active", "soc.g_hart[{h}].hart.nmi_active_q", 1, Radix::kBit, "", Colour::kRed},
    Signal{"h{h} WFI", "soc.g_hart[{h}].hart.wfi_o", 1, Radix::kBit, "", Colour::kViolet},
    Signal{"h{h} need_resched", "soc.g_hart[{h}].hart.trace.resched_q", 1, Radix::kBit, "", Colour::kViolet},
    Signal{"h{h} rq lock held by", "soc.g_hart[{h}].hart.trace.rqlock_q", 8, Radix::kName, "rqlock", Colour::kNormal},
};

// Shown once.
inline constexpr std::array kDeviceSignals{
    Signal{"clk", "clk", 1, Radix::kBit, "", Colour::kNormal},
    Signal{"mtime", "soc.mtime", 64, Radix::kDecimal, "", Colour::kNormal},
    Signal{"watchdog bark", "evt_bark", 0, Radix::kHex, "", Colour::kRed},
    Signal{"watchdog bite", "evt_bite", 0, Radix::kHex, "", Colour::kRed},
    Signal{"test sources", "irq_src", 8, Radix::kHex, "", Colour::kBlue},
};

}  // namespace waves
