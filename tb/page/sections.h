// SPDX-License-Identifier: Apache-2.0
// The data of a page as text, list by list. assets/data.js reads it: both say what a list holds.
#pragma once

#include "json/value.h"
#include "tb/page/pack.h"
#include "tb/page/run_data.h"

namespace tb::page {

// Each hart: number of segments; cycles since the one before; states; tasks; details.
[[nodiscard]] Packer pack_harts(const RunData& data);
// Each hart: number; cycles from the end of the one before to the begin; lengths.
[[nodiscard]] Packer pack_irqs_off(const RunData& data);
// Each task: number of segments; cycles since the one before; state + 4 * hart.
[[nodiscard]] Packer pack_tasks(const RunData& data);
// Number; cycles since the begin of the one before; lengths; tasks; preempted + 2 * hart; waking harts; hart it ran on + 1, or 0;
// then of each the number of causes, and per cause its state, task and cycles.
[[nodiscard]] Packer pack_waits(const RunData& data);
// Number; cycles since the one before; from; to; reasons; cycles to the trap + 1, or 0.
[[nodiscard]] Packer pack_ipis(const RunData& data);
// Number; cycles since the one before; harts; event * 2 + special.
[[nodiscard]] Packer pack_marks(const RunData& data);
// The names of events, fields and values.
[[nodiscard]] json::Value event_schema();

}  // namespace tb::page
