// SPDX-License-Identifier: Apache-2.0
// What several policies write alike.
#pragma once

#include <stdint.h>

#include "firmware/kernel/base/placement.h"
#include "firmware/kernel/config.h"
#include "firmware/kernel/ext/kfuncs.h"
#include "firmware/kernel/ext/maps.h"
#include "firmware/kernel/ext/ops.h"
#include "firmware/kernel/policy.h"

namespace toolbox {

inline constexpr const char* kOffOn[] = {"off", "on"};

template <class State>
State& as(void* state) {
  return *static_cast<State*>(state);
}

inline void set_name(SchedExtOps& ops, const char* name) {
  for (unsigned i = 0; i + 1 < kScxOpsNameLen && name[i] != '\0'; ++i) ops.name[i] = name[i];
}

}  // namespace toolbox
