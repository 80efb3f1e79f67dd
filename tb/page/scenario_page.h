// SPDX-License-Identifier: Apache-2.0
// The page of a scenario: its variants side by side, each with a link to the page of its run.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tb/report/summary.h"

namespace tb::page {

// The runs of a scenario that are below `dir`, VARIANT or VARIANT/seed-N, by name. Those without a result that can be read are not in it.
[[nodiscard]] std::vector<StoredResult> runs_below(const std::filesystem::path& dir);
// An HTML file for `dir`, which the directories of the runs are below. There must be a run.
[[nodiscard]] std::string scenario_page(const std::filesystem::path& dir, const std::vector<StoredResult>& runs,
                                        const std::vector<report::NotRun>& not_run = {});

}  // namespace tb::page
