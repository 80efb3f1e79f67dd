// SPDX-License-Identifier: Apache-2.0
// One variant of one scenario, from its empty run directory to its result.json: one child for the run, and a second one
// when waves around an event are wanted (the first tells where; both must log the same), or when the end of the run left
// them unfinished: then it repeats the run up to the last good cycle. What is known is written before that second one.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "tb/config/scenario.h"
#include "tb/result/outcome.h"
#include "tb/result/stored.h"
#include "tb/run/backend.h"
#include "tb/run/evaluate.h"
#include "tb/run/recorder.h"
#include "tb/run/run_lock.h"
#include "tb/run/shared_state.h"
#include "tb/run/skip_check.h"

namespace tb::run {

struct RunRequest {
  config::Scenario scenario;
  std::filesystem::path dir;
  std::string replay = {};                            // the commands that repeat it: from its directory,
  std::string command = {};                           // and from its scenario
  bool verbose = false;                               // log verbose events as well
  bool skip = true;                                   // skip quiet cycles: faster, and the same in every event
  bool profile = false;                               // measure where the host's time goes
  std::string open_waves = {};                        // the command that opens its waves; --at may follow
  std::string explain = {};                           // the command that says why its tasks waited
  std::optional<sim::Cycle> to_cycle = std::nullopt;  // the run ends there at the latest
  bool seeds_apart = false;                           // the variant runs with several seeds
  unsigned place = 0;                                 // of the variant among those of its scenario
  bool bare = false;                                  // write the log only: the caller takes the report, and keeps nothing

  // Of the run within its scenario, and of its folder: VARIANT, or VARIANT/seed-N.
  [[nodiscard]] std::string name() const;
};

struct RunReport {
  Outcome outcome = Outcome::kInternalError;
  std::string message;  // one line; empty when the expectations say it all
  Evaluation evaluation;
  WaveWindows waves;  // in waves.fst
  bool save_file = false;
  int signal = 0;                       // what interrupted the run
  bool cut_short = true;                // it ended before its own end: figures and log are those of the part that ran
  std::optional<SkipCheck> skip_check;  // none: not needed, or not done
  std::string lost;                     // why result.json could not be written; empty: it was
  bool result_there = false;            // a result.json of this run is there; with `lost`, one from before its waves were made
  std::uint64_t clocks = 0;
  std::uint64_t ops = 0;
  std::array<double, sim::Profile::kParts> profile{};  // shares by sim::Profile::Part
  double host_seconds = 0;
  double cpu_seconds = 0;

  [[nodiscard]] int exit_code() const;
};

// How far a job is, for progress lines.
struct Progress {
  sim::Cycle cycle = 0;
  sim::Cycle target = 0;  // the run ends there at the latest
  bool waves_pass = false;
  bool skip_check = false;
};

class Job {
 public:
  Job(const Backend& backend, RunRequest request);

  // Makes sure of the directory, and changes nothing in it. start() does it too. Throws config::ConfigError.
  void claim_directory();
  // Of a job that is done: the directory does not change as long as the caller keeps it.
  [[nodiscard]] RunLock give_lock() { return std::move(lock_); }
  // Prepares the directory and starts the first child. Throws std::system_error, std::filesystem::filesystem_error,
  // config::ConfigError.
  void start();
  // Looks after the child. True when the job is done and result.json written, or the report says why not.
  [[nodiscard]] bool poll();
  // The user's signal: the run ends at a cycle boundary; a second one gives up what waves are still to be made.
  void interrupt(int signal);
  // The run does not get on.
  void give_up();
  // The job ends here: it could not be started, or the testbench failed.
  void fail(const std::string& message);

  [[nodiscard]] bool running() const { return pid_ > 0; }
  // Without simulated progress: CPU time of the child, and time that passed.
  struct Stalled {
    double cpu_s = 0;
    double wall_s = 0;
  };
  [[nodiscard]] Stalled stalled();
  [[nodiscard]] Progress progress() const;

  [[nodiscard]] const RunRequest& request() const { return request_; }
  [[nodiscard]] const RunReport& report() const { return report_; }
  // As result.json has it; of a job that is done.
  [[nodiscard]] Result result() const;
  [[nodiscard]] StoredResult stored_result() const;

 private:
  using Clock = std::chrono::steady_clock;
  enum class Pass { kRun, kSkipCheck, kWaves };

  void start_pass(Pass pass, WaveWindows waves, std::optional<sim::Cycle> cycles_max);
  void start_skip_check();
  void start_waves_pass();
  void stop_child(int with);
  void press_child();
  void finish_run(int wait_status);
  void finish_skip_check(int wait_status);
  void finish_waves(int wait_status);
  void judge(int wait_status);
  [[nodiscard]] std::string died_of(int signal, sim::Cycle last) const;
  [[nodiscard]] std::string whereabouts() const;
  [[nodiscard]] sim::Cycle last_good_cycle() const;
  [[nodiscard]] bool skips_need_check();
  [[nodiscard]] bool came_to_its_own_end() const;
  [[nodiscard]] std::optional<sim::Cycle> failed_at() const;
  [[nodiscard]] WaveWindows windows_wanted() const;
  [[nodiscard]] bool keep_waves(sim::Cycle reached);
  // The command that repeats it from its directory; from its scenario if what that takes could not be written.
  [[nodiscard]] const std::string& how_to_repeat() const;
  void write_save_file();
  void write_dump();
  void write_result();
  void write_report();

  const Backend& backend_;
  RunRequest request_;
  RunReport report_;
  RunLock lock_;  // of the directory; from the end of the run on, others may read there
  std::unique_ptr<SharedStateMapping> state_;
  pid_t pid_ = 0;
  Pass pass_ = Pass::kRun;
  WaveWindows windows_;     // of the pass under way
  bool waves_due_ = false;  // a pass for the waves is still to come
  std::optional<EarlierCheck> earlier_check_;
  PassEnd run_end_;             // kept while the skips are checked,
  sim::Cycle check_limit_ = 0;  // up to there
  bool closing_ = false;        // the pass under way repeats a run that ended early, to close its waves
  sim::Cycle target_ = 0;       // the pass under way ends there at the latest
  bool out_of_time_ = false;
  bool disk_full_ = false;  // found with waves that did not come to their end
  bool hung_ = false;
  unsigned signals_ = 0;
  Clock::time_point started_;                  // the pass under way
  std::optional<Clock::time_point> deadline_;  // of a closing pass
  std::optional<Clock::time_point> kill_at_;   // asked to end, and not gone by then
  sim::Cycle progress_cycle_ = 0;
  double progress_cpu_ = 0;
  Clock::time_point progress_at_;
  Clock::time_point looked_at_;
  double waited_ = 0;
};

}  // namespace tb::run
