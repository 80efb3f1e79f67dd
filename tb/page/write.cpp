// SPDX-License-Identifier: Apache-2.0
#include "tb/page/write.h"

#include <fmt/format.h>

#include <algorithm>

#include "tb/analysis/subject.h"
#include "tb/page/run_page.h"
#include "tb/page/scenario_page.h"
#include "tb/page/study_page.h"
#include "tb/run/run_directory.h"

namespace tb::page {

namespace fs = std::filesystem;

std::string index_of(const std::string& run_name) {
  return (run_name.find('/') == std::string::npos ? "../" : "../../") + std::string(run::kReportFile);
}

Written write_run_page(const fs::path& run_dir, const std::string& index) {
  const RunPage page = run_page(run_dir, index);
  Written written{run_dir / run::kReportFile, {}};
  run::write_file(written.file, page.html);
  if (!page.shortfall.empty()) written.shortfalls.push_back(fmt::format("{}: {}", run_dir.string(), page.shortfall));
  return written;
}

Written write_scenario_page(const fs::path& dir, const std::vector<StoredResult>& runs,
                            const std::vector<report::NotRun>& not_run) {
  Written written{dir / run::kReportFile, {}};
  run::write_file(written.file, scenario_page(dir, runs, not_run));
  return written;
}

Written write_study_page(const fs::path& dir, const campaign::StudyResult& result) {
  Written written{dir / "study.html", {}};
  run::write_file(written.file, study_page(result));
  return written;
}

Written write_pages(const fs::path& dir) {
  const std::vector<StoredResult> runs =
      fs::is_directory(dir) && !fs::exists(dir / "events.bin") ? runs_below(dir) : std::vector<StoredResult>();
  if (runs.empty()) {  // a run, or nothing: then read_run() says what there is
    (void)analysis::log_of(dir);
    const run::RunLock reading = run::RunLock::to_read(dir);
    return write_run_page(dir, "");
  }
  std::vector<std::string> shortfalls;
  for (const StoredResult& run : runs) {
    const run::RunLock reading = run::RunLock::to_read(run.dir);
    const Written written = write_run_page(run.dir, index_of(run.name));
    shortfalls.insert(shortfalls.end(), written.shortfalls.begin(), written.shortfalls.end());
  }
  Written written = write_scenario_page(dir, runs, {});
  written.shortfalls = std::move(shortfalls);
  return written;
}

}  // namespace tb::page
