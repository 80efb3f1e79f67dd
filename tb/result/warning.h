// SPDX-License-Identifier: Apache-2.0
// What a run did that its scenario did not ask about, and that its user should know.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/hart_op.h"
#include "tb/result/mark.h"

namespace tb {

enum class WarningKind {
#define WARNING(name, when) name,
#include "tb/result/warnings.def"
#undef WARNING
};

inline constexpr std::array kWarningNames = std::to_array<std::string_view>({
#define WARNING(name, when) #name,
#include "tb/result/warnings.def"
#undef WARNING
});

[[nodiscard]] constexpr std::string_view name_of(WarningKind kind) { return kWarningNames[static_cast<std::size_t>(kind)]; }

struct Warning {
  WarningKind kind{};
  sim::Cycle cycle = 0;             // where it begins
  std::optional<sim::HartId> hart;  // none: of no one hart
  std::string text;                 // one line: what happened, how often or how long, to which task
  std::vector<Mark> marks = {};     // where it begins and where it ended, by cycle
};

}  // namespace tb
