// SPDX-License-Identifier: Apache-2.0
// A broken INVARIANT of the RTL in a testbench: an exception out of eval(), or a count for tests that break
// invariants on purpose. Link verilator_support with every model; the models are compiled with VL_USER_STOP.
#pragma once

#include <stdexcept>
#include <string>

namespace sim {

class RtlInvariant : public std::runtime_error {
 public:
  // The text that the macro has printed ("TIME INVARIANT INSTANCE: TEXT"), and where its source is.
  RtlInvariant(const std::string& printed, const std::string& file, int line);
};

// The effect of $stop on this thread from now on. kThrow (the default) leaves the model in the middle of an eval: it may only
// be traced, closed and destroyed afterwards. kCount goes on.
enum class OnStop { kThrow, kCount };
void set_on_stop(OnStop reaction);
// Invariants broken on this thread under kCount since the last call.
[[nodiscard]] unsigned take_stops();

}  // namespace sim
