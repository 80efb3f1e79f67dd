// SPDX-License-Identifier: Apache-2.0
// Named values of the languages, in the order of their enums.
#pragma once

#include <array>

#include "tb/config/key_types.h"
#include "tb/result/ending.h"

namespace tb::config::keys {

inline constexpr std::array kPreemptNames = std::to_array<Name>({"none", "voluntary", "full"});
inline constexpr std::array kKickWaitNames = std::to_array<Name>({"obeyed", "ignored"});
inline constexpr std::array kSpinlockKindNames = std::to_array<Name>({"ticket", "test_and_set"});
inline constexpr std::array kNohzNames = std::to_array<Name>({"off", "idle"});
inline constexpr std::array kConsoleKindNames = std::to_array<Name>({"sideband", "uart"});
inline constexpr std::array kBreakoutRetryNames = std::to_array<Name>({"kick", "resched_curr", "none"});
inline constexpr std::array kBarkRouteNames = std::to_array<Name>({"plic", "msip", "nmi"});
inline constexpr std::array kClassNames = std::to_array<Name>({"normal", "fifo", "batch", "idle", "ext", "rr"});
inline constexpr std::array kTimerModeNames = std::to_array<Name>({"absolute", "relative"});
inline constexpr std::array kDefectNames = std::to_array<Name>({"no_qseq_branding"});  // bit 0 first
inline constexpr std::array kSignalNames = std::to_array<Name>({"kill", "stop", "cont"});
// Of these the report knows how they are made: tb/report/columns.cpp.
inline constexpr std::array kDerivedMetricNames = std::to_array<Name>({"dispatches_per_trapped_balance", "switches_per_s"});
inline constexpr std::array kWarningWord = std::to_array<Name>({"warning"});  // never: warning
inline constexpr std::array kWavesNames = std::to_array<Name>({"none", "all"});
inline constexpr std::array kCpusNames = std::to_array<Name>({"all", "each"});
inline constexpr std::array kAffinityNames = std::to_array<Name>({"all"});
inline constexpr std::array kBaseNames = std::to_array<Name>({"base"});
using tb::kEndingNames;

}  // namespace tb::config::keys
