// SPDX-License-Identifier: Apache-2.0
// Causes in words.
#pragma once

#include <string>

#include "tb/explain/explanation.h"

namespace tb::explain {

// "hart 2 loops in ops.dispatch() with interrupts off".
[[nodiscard]] std::string say(const Cause& cause, const Explanation& of);
// All links: "hart 1 waits for the rq lock of CPU 2, whose owner, hart 2, loops in ...".
[[nodiscard]] std::string say(const Chain& chain, const Explanation& of);
// What began with it, as a step: "hart 2 begins to loop in ops.dispatch()".
[[nodiscard]] std::string begin_of(const Cause& cause, const Explanation& of);

}  // namespace tb::explain
