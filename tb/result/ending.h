// SPDX-License-Identifier: Apache-2.0
// How a run ended as its machine saw it, and what became of its policy.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tb {

enum class Ending : std::uint8_t { kRunning, kEjected, kUnregistered, kHwWatchdogReset };
inline constexpr auto kEndingNames = std::to_array<std::string_view>({"running", "ejected", "unregistered", "hw_watchdog_reset"});

[[nodiscard]] constexpr std::string_view name_of(Ending ending) { return kEndingNames[static_cast<std::size_t>(ending)]; }

// A policy's exit, as recorded by the first ejection. An expectation may leave parts open.
struct ExitRecord {
  std::optional<std::int64_t> kind;
  std::optional<std::int64_t> code;
  std::optional<std::string> reason;
  std::optional<std::string> msg;
};

}  // namespace tb
