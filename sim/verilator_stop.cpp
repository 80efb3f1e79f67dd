// SPDX-License-Identifier: Apache-2.0
#include "sim/verilator_stop.h"

#include <utility>

#include <verilated.h>

namespace sim {
namespace {

thread_local OnStop on_stop = OnStop::kThrow;
thread_local unsigned stops = 0;

}  // namespace

void set_on_stop(OnStop reaction) { on_stop = reaction; }

unsigned take_stops() { return std::exchange(stops, 0U); }

}  // namespace sim

// Called by the Verilated model for $stop. The INVARIANT message itself has been printed by $display.
void vl_stop(const char* filename, int line, const char* hierarchy) VL_MT_UNSAFE {
  if (sim::on_stop == sim::OnStop::kCount) {
    ++sim::stops;
    return;
  }
  std::string where = filename;
  where += ':' + std::to_string(line);
  if (hierarchy != nullptr && *hierarchy != '\0') {
    where += " in ";
    where += hierarchy;
  }
  throw sim::RtlInvariant(where);
}
