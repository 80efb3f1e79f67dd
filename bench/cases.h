// SPDX-License-Identifier: Apache-2.0
// What is measured.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "bench/process.h"

namespace bench {

enum class When : std::uint8_t {
  kAgree,  // in every round; the drivers whose agreement a test looks at
  kRound,  // in every round
  kOnce,   // in the first one
  kFull,   // in the first one, if asked for: takes long
};

struct Case {
  std::string key;
  std::string what;
  When when;
  std::function<Figures()> measure;
  std::string agrees_with = {};  // the case that must have served the same responses, or logged the same events
};

// Those that this build has the models for, in the order they are measured.
std::vector<Case> cases();

// What things cost, for planning: the same scenario under other conditions. Minutes.
std::vector<Case> planning_cases();

}  // namespace bench
