// SPDX-License-Identifier: Apache-2.0
// How a run can turn out, under which name and with which exit code of the process.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace tb {

enum class Outcome : std::uint8_t {
  kPassed,
  kExpectationFailed,
  kInvariantBroken,
  kTimedOut,
  kHung,
  kPolicyCrashed,
  kSkipInexact,
  kLawBroken,
  kInternalError,
  kInterrupted,
};

struct OutcomeInfo {
  std::string_view name;
  int exit_code;  // interrupted: 128 + the signal instead, so 130 or 143
  std::string_view meaning;
};

inline constexpr std::array<OutcomeInfo, 10> kOutcomes = {{
    {"passed", 0, "every expectation held"},
    {"expectation_failed", 10, "the run came to its end and an expectation did not hold"},
    {"invariant_broken", 11, "an invariant of the kernel or of the RTL was broken"},
    {"timed_out", 12, "stop_when never happened within until"},
    {"hung", 13, "no simulated progress within the host CPU limit"},
    {"policy_crashed", 14, "a fault signal ended the simulation while a policy was loaded"},
    {"skip_inexact", 16, "the RTL is not the shipped one, and skipping quiet cycles changes the run"},
    {"law_broken", 17, "the event log contradicts itself: a law that every log obeys does not hold"},
    {"internal_error", 20, "the simulator, or the host under it, failed"},
    {"interrupted", 130, "ended by the user's signal"},
}};

inline constexpr int kExitUsage = 2;           // usage or configuration: nothing has run
inline constexpr int kExitNotReproduced = 15;  // replay: the run came out otherwise

[[nodiscard]] constexpr const OutcomeInfo& info(Outcome outcome) { return kOutcomes[static_cast<std::size_t>(outcome)]; }

}  // namespace tb
