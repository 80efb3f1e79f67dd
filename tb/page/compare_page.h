// SPDX-License-Identifier: Apache-2.0
// The page of two runs: the lanes of both on one time scale, from the start of each, and what differs in tables.
#pragma once

#include <string>

#include "tb/analysis/compare.h"
#include "tb/page/run_data.h"

namespace tb::page {

// One HTML file that needs no network and no other file. Reads both logs once more. Throws as analysis::read_run() does.
[[nodiscard]] std::string compare_page(const analysis::RunComparison& comparison, const Limits& limits = {});

}  // namespace tb::page
