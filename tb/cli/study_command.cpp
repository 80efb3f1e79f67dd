// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <thread>

#include "tb/campaign/engine.h"
#include "tb/campaign/study_files.h"
#include "tb/campaign/study_reader.h"
#include "tb/campaign/study_result.h"
#include "tb/campaign/study_text.h"
#include "tb/cli/commands.h"
#include "tb/cli/progress_line.h"
#include "tb/page/write.h"

namespace tb::cli {
namespace {

using Clock = std::chrono::steady_clock;

// One line, written over itself: runs done, time left.
class StudyProgress {
 public:
  explicit StudyProgress(bool quiet) : wanted_(progress_wanted(quiet)) {}
  ~StudyProgress() { erase(); }
  StudyProgress(const StudyProgress&) = delete;
  StudyProgress& operator=(const StudyProgress&) = delete;

  void show(const campaign::Progress& progress) {
    if (!wanted_) return;
    if (progress.total != total_) {  // another batch
      total_ = progress.total;
      start_ = Clock::now();
    }
    const double elapsed = std::chrono::duration<double>(Clock::now() - start_).count();
    const std::size_t ran = progress.done - progress.cached;
    std::string left;
    if (ran > 0)
      left = fmt::format(", {} left", duration_text(elapsed / static_cast<double>(progress.done) *
                                                    static_cast<double>(progress.total - progress.done)));
    erase();
    fmt::print(stderr, "{} of {} runs, {} stored before, {} failed{}", progress.done, progress.total, progress.cached,
               progress.failed, left);
    std::fflush(stderr);
    shown_ = true;
  }
  void erase() {
    if (shown_) fmt::print(stderr, "\r\x1b[K");
    shown_ = false;
  }

 private:
  bool wanted_;
  bool shown_ = false;
  std::size_t total_ = 0;
  Clock::time_point start_;
};

// The time of a run on one processor. Of all runs, the first, the middle one and the last: a short look at what the others take.
double probe_seconds(campaign::Engine& engine, const std::vector<campaign::Setting>& settings, unsigned jobs) {
  std::vector<campaign::Setting> probe{settings.front(), settings[settings.size() / 2], settings.back()};
  engine.require_models(probe);  // building one is no part of a run
  const auto start = Clock::now();
  const std::vector<campaign::Measured> runs = engine.measure(probe);
  const auto ran = std::count_if(runs.begin(), runs.end(), [](const campaign::Measured& run) { return !run.cached; });
  const double at_a_time = std::min<double>(jobs, static_cast<double>(ran));
  return ran == 0 ? 0 : std::chrono::duration<double>(Clock::now() - start).count() * at_a_time / static_cast<double>(ran);
}

int dry_run(const campaign::Study& study, campaign::Engine& engine, unsigned jobs) {
  const campaign::Points points = campaign::points_of(study);
  const std::vector<campaign::Setting> settings = campaign::settings_of(study, points);
  const double seconds = probe_seconds(engine, settings, jobs);
  const std::size_t stored = engine.count_cached(settings);
  const std::size_t rest = settings.size() - stored;
  fmt::print("{}: {} points x {} {}: {} runs, {} stored, {} to run\n", study.name, points.points.size(), study.seeds.size(),
             study.seeds.size() == 1 ? "seed" : "seeds", settings.size(), stored, rest);
  if (points.left_out > 0) fmt::print("{} points are left out by the conditions\n", points.left_out);
  if (rest > 0 && seconds > 0)
    fmt::print("about {} with {} side by side, by a probe of 3 runs at {:.3f} s each\n",
               duration_text(seconds * static_cast<double>(rest) / jobs), jobs, seconds);
  if (!study.cliffs.empty()) fmt::print("the search of cliffs adds runs where a response flips\n");
  return 0;
}

void print_result(const campaign::StudyResult& result, const std::filesystem::path& dir, bool quiet) {
  const campaign::Study& study = result.study;
  const auto cached =
      std::count_if(result.runs.begin(), result.runs.end(), [](const campaign::Measured& run) { return run.cached; });
  if (!quiet) {
    fmt::print("{}: {}\nscenario {}, {} points x {} {}: {} runs, {} of them stored before\n\n{}\n", study.name, study.question,
               study.scenario_name, result.points.points.size(), study.seeds.size(), study.seeds.size() == 1 ? "seed" : "seeds",
               result.runs.size(), cached, campaign::study_text(result));
  }
  fmt::print("data     {} (hash {})\n", (dir / "study.csv").string(), result.hash);
}

// A page that cannot be written fails nothing.
void write_page(const campaign::StudyResult& result, const std::filesystem::path& dir) {
  try {
    fmt::print("report   {}\n", page::write_study_page(dir, result).file.string());
  } catch (const std::exception& error) {
    fmt::print(stderr, "scx-cosim: no report: {}\n", error.what());
  }
}

}  // namespace

int study_command(const Backend& backend, const StudyOptions& options) {
  const campaign::Study study = campaign::read_study(campaign::find_study(options.study, backend.library),
                                                     {options.axes, options.seeds, options.sets, options.count}, backend.library);
  static_cast<void>(campaign::points_of(study));  // what is wrong with it is said before anything is written
  const std::filesystem::path dir = std::filesystem::path(options.out) / study.name;
  StudyProgress progress(options.quiet);
  const unsigned jobs = options.jobs ? options.jobs : std::max(1U, std::thread::hardware_concurrency());
  campaign::Engine engine(backend, study,
                          {dir, jobs, options.hung_after_s, [&progress](const campaign::Progress& p) { progress.show(p); }});
  try {
    if (options.dry_run) return dry_run(study, engine, jobs);
    const campaign::StudyResult result = campaign::run_study(study, engine);
    progress.erase();
    campaign::write_files(result, dir);
    print_result(result, dir, options.quiet);
    std::error_code ignored;
    std::filesystem::remove(dir / "study.html", ignored);  // it is of another result
    if (!options.no_report) write_page(result, dir);
    const std::string failures = campaign::failures_text(result);
    fmt::print(stderr, "{}", failures);
    return failures.empty() ? 0 : info(Outcome::kInternalError).exit_code;
  } catch (const campaign::Interrupted& end) {
    progress.erase();
    fmt::print(stderr, "scx-cosim: interrupted; what has run is stored in {}, and the same command goes on from there\n",
               dir.string());
    return 128 + end.signal();
  }
}

}  // namespace tb::cli
