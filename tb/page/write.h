// SPDX-License-Identifier: Apache-2.0
// Writes the pages where they belong: report.html in the directory of a run, or of a scenario; study.html in that of a study.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tb/campaign/study_result.h"
#include "tb/report/summary.h"

namespace tb::page {

struct Written {
  std::filesystem::path file;
  std::vector<std::string> shortfalls;  // "DIR: what is missing", of the runs that lack something
};

// Throws as analysis::read_run() does, and std::system_error.
Written write_run_page(const std::filesystem::path& run_dir, const std::string& index);
// Throws std::system_error.
Written write_scenario_page(const std::filesystem::path& dir, const std::vector<StoredResult>& runs,
                            const std::vector<report::NotRun>& not_run);
// Throws std::system_error.
Written write_study_page(const std::filesystem::path& dir, const campaign::StudyResult& result);
// For the directory of a run its page; for that of a scenario the page of each run that is over, and its own. Throws as these do, and
// config::ConfigError if it is neither, or a run is under way there.
Written write_pages(const std::filesystem::path& dir);
// From the directory of a run to the page of its scenario.
[[nodiscard]] std::string index_of(const std::string& run_name);

}  // namespace tb::page
