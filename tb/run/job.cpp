// SPDX-License-Identifier: Apache-2.0
#include "tb/run/job.h"

#include <fmt/format.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>

#include <algorithm>
#include <system_error>

#include "log/compare.h"
#include "log/reader.h"
#include "tb/config/emit.h"
#include "tb/config/resolved.h"
#include "tb/run/child.h"
#include "tb/run/child_signals.h"
#include "tb/run/run_directory.h"

namespace tb::run {

namespace fs = std::filesystem;
using std::chrono::seconds;

std::string RunRequest::name() const {
  if (!seeds_apart) return scenario.variant;
  return fmt::format("{}/{}{}", scenario.variant, kSeedPrefix, scenario.run.seed);
}

Job::Job(const Backend& backend, RunRequest request) : backend_(backend), request_(std::move(request)) {}

// --- the children -----------------------------------------------------------------------------------------------------

void Job::claim_directory() {
  if (!lock_.held()) lock_ = claim(request_.dir);
}

void Job::start() {
  claim_directory();
  if (!backend_.rtl_is_shipped()) earlier_check_ = earlier_skip_check(request_.dir, backend_, request_.scenario);
  remove_former_run(request_.dir);
  if (!request_.bare) write_file(request_.dir / "config.yaml", config::emit_yaml(config::resolved_tree(request_.scenario)));
  start_pass(Pass::kRun, request_.scenario.waves.need_events() ? WaveWindows{} : windows_wanted(), request_.to_cycle);
}

void Job::start_pass(Pass pass, WaveWindows waves, std::optional<sim::Cycle> cycles_max) {
  pass_ = pass;
  windows_ = std::move(waves);
  target_ = us_to_cycles(request_.scenario, request_.scenario.run.until_us);
  if (cycles_max) target_ = std::min(target_, *cycles_max);
  progress_cycle_ = 0;
  progress_cpu_ = 0;
  waited_ = 0;
  kill_at_.reset();
  started_ = progress_at_ = looked_at_ = Clock::now();
  const fs::path dir =
      pass == Pass::kRun ? request_.dir : request_.dir / (pass == Pass::kWaves ? kWavesPassFolder : kSkipCheckFolder);
  fs::create_directories(dir);
  state_ = std::make_unique<SharedStateMapping>();
  pid_ = start_child({backend_, request_.scenario, dir, request_.dir / "waves.fst", windows_, request_.verbose,
                      request_.skip && pass != Pass::kSkipCheck, request_.profile, target_},
                     **state_);
}

bool Job::poll() {
  int status = 0;
  const pid_t ended = ::waitpid(pid_, &status, WNOHANG);
  if (ended == 0) {
    press_child();
    return false;
  }
  pid_ = 0;
  if (!lock_.guards(request_.dir)) {  // what is there now is not ours to write to
    report_.outcome = Outcome::kInternalError;
    report_.message = report_.lost = request_.dir.string() + " was removed or replaced during the run";
    return true;
  }
  try {
    if (pass_ == Pass::kRun) finish_run(status);
    else if (pass_ == Pass::kSkipCheck) finish_skip_check(status);
    else finish_waves(status);
  } catch (const std::exception& error) {
    report_.outcome = Outcome::kInternalError;
    report_.message = error.what();
  }
  if (pid_ > 0) return false;  // another pass has begun
  if (!request_.bare) write_report();
  lock_.let_readers_in();
  return true;
}

void Job::stop_child(int with) {
  if (pid_ <= 0) return;
  ::kill(pid_, with);
  if (!kill_at_) kill_at_ = Clock::now() + seconds(kStopWithinS + 2);
}

// A child that was asked to end and cannot even count its seconds is killed; one that repeats a run has its time.
void Job::press_child() {
  const auto now = Clock::now();
  if (deadline_ && now > *deadline_) {
    deadline_.reset();
    out_of_time_ = true;
    stop_child(SIGTERM);
  }
  if (!kill_at_ || now < *kill_at_) return;
  if ((*state_)->pulse.stopping && now < *kill_at_ + seconds(kCloseWithinS)) return;
  ::kill(pid_, SIGKILL);
}

void Job::interrupt(int signal) {
  if (report_.signal == 0) report_.signal = signal;
  ++signals_;
  deadline_.reset();
  stop_child(signals_ == 1 || (pass_ != Pass::kRun && signals_ == 2) ? SIGTERM : SIGKILL);
}

void Job::give_up() {
  hung_ = true;
  stop_child(SIGTERM);
}

void Job::fail(const std::string& message) {
  if (pid_ > 0) {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    pid_ = 0;
  }
  report_.outcome = Outcome::kInternalError;
  report_.message = message;
  if (!lock_.held()) report_.lost = message;
  else if (!request_.bare) write_result();
}

Job::Stalled Job::stalled() {
  clockid_t clock{};
  timespec time{};
  if (pid_ <= 0 || kill_at_ || ::clock_getcpuclockid(pid_, &clock) != 0 || ::clock_gettime(clock, &time) != 0) return {};
  const double cpu = static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
  const auto now = Clock::now();
  // Time in which we did not run either, because the whole group was stopped, does not count.
  waited_ += std::min(1.0, std::chrono::duration<double>(now - looked_at_).count());
  looked_at_ = now;
  const sim::Cycle cycle = (*state_)->pulse.cycle.load(std::memory_order_relaxed);
  if (cycle != progress_cycle_) {
    progress_cycle_ = cycle;
    progress_cpu_ = cpu;
    waited_ = 0;
  }
  return {cpu - progress_cpu_, waited_};
}

Progress Job::progress() const {
  if (pid_ <= 0) return {};
  return {(*state_)->pulse.cycle.load(std::memory_order_relaxed), target_, pass_ == Pass::kWaves, pass_ == Pass::kSkipCheck};
}

// --- what they leave --------------------------------------------------------------------------------------------------

// All that software did up to here is done, and in the log. Where the software of a cycle has not come back, that cycle
// is not good: a pass that repeats the run must stop before it.
sim::Cycle Job::last_good_cycle() const {
  const SharedState& state = **state_;
  const sim::Cycle pulse = state.pulse.cycle;
  return state.finished ? state.cycles : pulse - std::min<sim::Cycle>(pulse, 1);
}

const std::string& Job::how_to_repeat() const {
  for (const char* needed : {"config.yaml", "events.bin"})
    if (!fs::exists(request_.dir / needed)) return request_.command;
  return request_.replay;
}

// The run ended as the scenario says: nothing broke, and no signal ended it.
bool Job::came_to_its_own_end() const {
  const SharedState& state = **state_;
  if (!state.finished) return false;
  if (state.end == sim::End::kCyclesMax) return state.cycles >= us_to_cycles(request_.scenario, request_.scenario.run.until_us);
  return state.end == sim::End::kStopped || state.end == sim::End::kRebootsMax;
}

void Job::finish_run(int wait_status) {
  SharedState& state = **state_;
  const bool finished = state.finished.load(std::memory_order_acquire);
  const bool whole = finished && state.end != sim::End::kInterrupted;
  // First: what cannot be read any more leaves room for what can.
  const bool waves_missing = !windows_.empty() && !keep_waves(last_good_cycle());
  std::string trouble;
  try {
    event_log::rescue_log((request_.dir / "events.bin").string(), state.log);
  } catch (const std::exception& error) {
    trouble = error.what();
  }
  report_.clocks = state.clocks;
  report_.ops = state.ops;
  report_.profile = state.profile;
  report_.host_seconds = state.host_seconds;
  report_.cpu_seconds = state.cpu_seconds;
  try {
    const RunFacts facts{last_good_cycle(), finished && state.end == sim::End::kRebootsMax};
    report_.evaluation = evaluate(request_.scenario, request_.dir / "events.bin", facts);
    judge(wait_status);
  } catch (const std::exception& error) {
    report_.outcome = Outcome::kInternalError;
    report_.message = state.failed ? state.message : error.what();
    return;
  }
  report_.cut_short = !trouble.empty() || !report_.evaluation.log_complete || !came_to_its_own_end();
  if (!trouble.empty() && !state.failed) {
    report_.outcome = Outcome::kInternalError;
    report_.message = trouble;
  }
  if (whole && waves_missing) {
    report_.outcome = Outcome::kInternalError;
    report_.message = "waves.fst could not be written to its end";
    return;
  }
  const bool more = waves_missing || request_.scenario.waves.need_events();
  if (disk_full_) report_.message += "; there was no room for waves.fst";
  const bool can_go_on = signals_ <= 1 && !state.no_space && !disk_full_ && trouble.empty();
  waves_due_ = more && can_go_on;
  closing_ = !whole;
  if (whole && can_go_on && skips_need_check()) return start_skip_check();
  if (waves_due_) start_waves_pass();
}

// Of an earlier run that was the same in every event the answer is known.
bool Job::skips_need_check() {
  if (!request_.skip || backend_.rtl_is_shipped()) return false;
  check_limit_ = skip_check_limit(request_.scenario.hardware.harts, target_);
  const sim::Cycle compared = std::min(report_.evaluation.cycles, check_limit_);
  if (!earlier_check_ || earlier_check_->digest != report_.evaluation.digest || earlier_check_->to_cycle < compared) return true;
  report_.skip_check = SkipCheck{.to_cycle = compared, .ok = true, .earlier = true};
  return false;
}

void Job::start_skip_check() {
  run_end_ = {request_.dir / "events.bin", (*state_)->end, (*state_)->cycles};
  start_pass(Pass::kSkipCheck, {}, skip_check_cycles(check_limit_, run_end_.cycles));
}

// The run is judged already; what it says is withdrawn if it depends on the skips.
void Job::finish_skip_check(int wait_status) {
  const SharedState& state = **state_;
  const fs::path folder = request_.dir / kSkipCheckFolder;
  const bool finished = WIFEXITED(wait_status) && state.finished;
  if (!finished || state.end == sim::End::kInterrupted) {
    const bool interrupted = signals_ > 0 || finished;
    report_.outcome = hung_ ? Outcome::kHung : interrupted ? Outcome::kInterrupted : Outcome::kInternalError;
    if (report_.outcome == Outcome::kInterrupted && report_.signal == 0) report_.signal = SIGTERM;
    report_.message = fmt::format("the check of the skips {} at cycle {}",
                                  report_.outcome == Outcome::kInternalError ? "failed" : "was ended", last_good_cycle());
    if (state.failed) report_.message += std::string(": ") + state.message;
    return;
  }
  const std::string difference = skip_difference(run_end_, {folder / "events.bin", state.end, state.cycles}, check_limit_);
  report_.skip_check = SkipCheck{.to_cycle = std::min(check_limit_, run_end_.cycles), .ok = difference.empty()};
  if (!difference.empty()) {
    report_.outcome = Outcome::kSkipInexact;
    const std::string said = report_.message.empty() ? "" : fmt::format(" ({})", report_.message);
    report_.message =
        fmt::format("skipping quiet cycles changes the run: {}{}; {} holds the run without", difference, said, kSkipCheckFolder);
    return;  // waves would be of a run that is wrong
  }
  std::error_code ignored;
  fs::remove_all(folder, ignored);
  if (waves_due_) start_waves_pass();
}

}  // namespace tb::run
