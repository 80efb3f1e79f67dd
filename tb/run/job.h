// SPDX-License-Identifier: Apache-2.0
// One variant of one scenario, from its empty run directory to its result.json: one child for the run, and a second one
// when waves around an event are wanted (the first tells where; both must log the same) or a crash left them
// unfinished.
#pragma once

#include <sys/types.h>

#include <ctime>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "tb/backend.h"
#include "tb/config/scenario.h"
#include "tb/report/outcome.h"
#include "tb/run/evaluate.h"
#include "tb/run/recorder.h"
#include "tb/run/shared_state.h"

namespace tb::run {

struct RunRequest {
  config::Scenario scenario;
  std::filesystem::path dir;
  std::string replay;    // the command that repeats it
  bool verbose = false;  // log verbose events as well
  bool skip = true;      // skip quiet cycles: faster, and the same in every event
  std::string open_waves = {};  // the command that opens its waves; --at may follow
};

struct RunReport {
  report::Outcome outcome = report::Outcome::kInternalError;
  std::string message;  // one line; empty when the expectations say it all
  Evaluation evaluation;
  WaveWindows waves;  // in waves.fst
  bool save_file = false;
  std::uint64_t clocks = 0;
  std::uint64_t ops = 0;
  double host_seconds = 0;
};

class Job {
 public:
  Job(const Backend& backend, RunRequest request);

  // Prepares the directory and starts the first child. Throws std::system_error, std::filesystem::filesystem_error.
  void start();
  // Looks after the child. True when the job is done and result.json written.
  [[nodiscard]] bool poll();
  // Ends the child now: no progress, or the user's signal (0: no progress).
  void abandon(int signal);

  [[nodiscard]] bool running() const { return pid_ > 0; }
  // CPU time the child has used since its simulated time last moved.
  [[nodiscard]] double cpu_seconds_without_progress();

  [[nodiscard]] const RunRequest& request() const { return request_; }
  [[nodiscard]] const RunReport& report() const { return report_; }

 private:
  enum class Pass { kRun, kWaves };

  void start_pass(Pass pass, WaveWindows waves, std::optional<sim::Cycle> cycles_max);
  void finish_run(int wait_status);
  void finish_waves(int wait_status);
  void judge(int wait_status);
  [[nodiscard]] WaveWindows windows_wanted() const;
  void write_save_file();
  void write_dump();
  void write_result();

  const Backend& backend_;
  RunRequest request_;
  RunReport report_;
  std::unique_ptr<SharedStateMapping> state_;
  pid_t pid_ = 0;
  Pass pass_ = Pass::kRun;
  WaveWindows windows_;  // of the pass under way
  bool bounded_ = false;              // the pass under way ends before the run did
  bool hung_ = false;
  int signal_ = 0;
  sim::Cycle progress_cycle_ = 0;
  double progress_cpu_ = 0;
};

}  // namespace tb::run
