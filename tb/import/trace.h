// SPDX-License-Identifier: Apache-2.0
// A recorded trace as a scenario: its tasks run, sleep and wake each other as recorded.
#pragma once

#include <string>

#include "tb/import/draft.h"
#include "tb/import/trace_events.h"

namespace tb::import {

[[nodiscard]] Draft import_trace(const Trace& trace, const std::string& source);

}  // namespace tb::import
