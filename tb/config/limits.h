// SPDX-License-Identifier: Apache-2.0
// Limits of the scenario language, named once for readers, schema and documentation.
#pragma once

#include <cstddef>
#include <cstdint>

#include "firmware/kernel/config.h"

namespace tb::config {

inline constexpr std::int64_t kRunUsMax = 60'000'000;
inline constexpr std::int64_t kTaskUsMax = 60'000'000;
inline constexpr std::size_t kTaskGroupsMax = 64;
inline constexpr std::int64_t kTaskCountMax = 1024;
inline constexpr std::size_t kProgramStepsMax = 64;
inline constexpr std::int64_t kLoopTimesMax = 1'000'000;
inline constexpr std::size_t kSchedulersMax = 16;
inline constexpr std::int64_t kLoadsMax = 100'000;
inline constexpr std::size_t kStimuliMax = 256;
inline constexpr std::size_t kExpectationsMax = 64;
inline constexpr std::size_t kShowMax = 12;  // columns of a table
inline constexpr std::size_t kSequenceStepsMax = 16;
inline constexpr std::size_t kVariantsMax = 32;
inline constexpr std::size_t kWaveSpansMax = 16;
inline constexpr std::int64_t kFailureWindowMax = 100'000'000;   // cycles
inline constexpr std::int64_t kLatencyMax = 10'000;              // cycles
inline constexpr std::int64_t kCostMax = 1'000'000;              // cycles
inline constexpr unsigned kIrqSources = kernel::kNrTestSources;  // 0 is the sysrq key
inline constexpr std::size_t kNameLengthMax = 48;
inline constexpr std::size_t kQuestionLengthMax = 400;
inline constexpr std::int64_t kWatchdogMsMax = 30'000;  // SCX_WATCHDOG_MAX_TIMEOUT

inline constexpr std::size_t kAxesMax = 32;
inline constexpr std::size_t kResponsesMax = 64;
inline constexpr std::size_t kConditionsMax = 64;
inline constexpr std::size_t kCliffsMax = 16;
inline constexpr std::int64_t kPointsMax = 1'000'000;  // of a study
inline constexpr std::int64_t kSeedsMax = 10'000;

}  // namespace tb::config
