// SPDX-License-Identifier: Apache-2.0
#include "tb/run/job.h"

#include <fmt/format.h>
#include <signal.h>
#include <sys/wait.h>

#include <cerrno>
#include <cstring>
#include <fstream>

#include "tb/config/emit.h"
#include "tb/config/resolved.h"
#include "tb/log/reader.h"
#include "tb/report/result.h"
#include "tb/run/child.h"

namespace tb::run {

namespace fs = std::filesystem;
using report::Outcome;

namespace {

constexpr const char* kWavesPassFolder = "waves-pass";  // logs of the second pass; removed when they agree
constexpr const char* kProducts[] = {"config.yaml", "events.bin",     "console.log", "simulator.log",
                                     "dump.txt",    "result.json"};
constexpr std::string_view kWavesPrefix = "waves";  // of all that is made of or from waves

// A file of an earlier run left beside those of this one would be read as its own.
void clear_directory(const fs::path& dir) {
  fs::create_directories(dir);
  for (const char* product : kProducts) fs::remove(dir / product);
  for (const char* folder : {"translate", ".surfer"}) fs::remove_all(dir / folder);
  std::vector<fs::path> waves;
  for (const auto& entry : fs::directory_iterator(dir))
    if (entry.path().filename().string().starts_with(kWavesPrefix)) waves.push_back(entry.path());
  for (const fs::path& path : waves) fs::remove_all(path);
}

bool is_fault(int signal) { return signal == SIGSEGV || signal == SIGBUS || signal == SIGFPE || signal == SIGILL; }

sim::Cycle subtract(sim::Cycle from, sim::Cycle what) { return from > what ? from - what : 0; }

}  // namespace

Job::Job(const Backend& backend, RunRequest request) : backend_(backend), request_(std::move(request)) {}

void Job::start() {
  clear_directory(request_.dir);
  std::ofstream(request_.dir / "config.yaml") << config::emit_yaml(config::resolved_tree(request_.scenario));
  start_pass(Pass::kRun, request_.scenario.waves.need_events() ? WaveWindows{} : windows_wanted(), std::nullopt);
}

void Job::start_pass(Pass pass, WaveWindows waves, std::optional<sim::Cycle> cycles_max) {
  pass_ = pass;
  windows_ = std::move(waves);
  bounded_ = cycles_max.has_value();
  progress_cycle_ = 0;
  progress_cpu_ = 0;
  const fs::path dir = pass == Pass::kRun ? request_.dir : request_.dir / kWavesPassFolder;
  fs::create_directories(dir);
  state_ = std::make_unique<SharedStateMapping>();
  pid_ = start_child({backend_, request_.scenario, dir, request_.dir / "waves.fst", windows_, request_.verbose,
                      request_.skip, cycles_max},
                     **state_);
}

bool Job::poll() {
  int status = 0;
  const pid_t ended = ::waitpid(pid_, &status, WNOHANG);
  if (ended == 0) return false;
  pid_ = 0;
  if (pass_ == Pass::kRun) finish_run(status);
  else finish_waves(status);
  if (pid_ > 0) return false;  // a second pass has begun
  if (!report_.waves.empty()) write_save_file();
  if (!report_.evaluation.dump.empty()) write_dump();
  write_result();
  return true;
}

void Job::abandon(int signal) {
  if (signal) signal_ = signal;
  else hung_ = true;
  if (pid_ > 0) ::kill(pid_, SIGKILL);
}

double Job::cpu_seconds_without_progress() {
  clockid_t clock{};
  timespec time{};
  if (pid_ <= 0 || ::clock_getcpuclockid(pid_, &clock) != 0 || ::clock_gettime(clock, &time) != 0) return 0;
  const double cpu = static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
  const sim::Cycle cycle = (*state_)->pulse.cycle.load(std::memory_order_relaxed);
  if (cycle != progress_cycle_) {
    progress_cycle_ = cycle;
    progress_cpu_ = cpu;
  }
  return cpu - progress_cpu_;
}

// The windows the scenario asks for, as far as they are known: around an event only after the run has shown where it is.
WaveWindows Job::windows_wanted() const {
  const config::Scenario& scenario = request_.scenario;
  if (scenario.waves.mode == config::Waves::Mode::kAll) return {WaveWindow{}};
  const auto& around = report_.evaluation.around;  // empty before the run
  WaveWindows windows;
  for (std::size_t i = 0; i < scenario.waves.spans.size(); ++i) {
    const config::WaveSpan& span = scenario.waves.spans[i];
    if (!span.around) windows.push_back({span.from, span.to});
    else if (i < around.size() && around[i])
      windows.push_back({subtract(*around[i], us_to_cycles(scenario, span.before_us)),
                         *around[i] + us_to_cycles(scenario, span.after_us)});
  }
  return merged(std::move(windows));
}

void Job::finish_run(int wait_status) {
  SharedState& state = **state_;
  try {
    log::rescue_log((request_.dir / "events.bin").string(), state.log);
    const bool finished = state.finished.load(std::memory_order_acquire);
    const RunFacts facts{finished ? state.cycles : 0, finished && state.end == machine::End::kRebootsMax};
    report_.evaluation = evaluate(request_.scenario, request_.dir / "events.bin", facts);
    judge(wait_status);
  } catch (const std::exception& error) {
    report_.outcome = Outcome::kInternalError;
    report_.message = state.failed ? state.message : error.what();
    return;
  }
  report_.clocks = state.clocks;
  report_.ops = state.ops;
  report_.host_seconds = state.host_seconds;
  if (signal_ || hung_) return;

  const bool crashed = WIFSIGNALED(wait_status);
  if (!crashed && !windows_.empty()) report_.waves = windows_;
  if (!crashed && !request_.scenario.waves.need_events()) return;
  if (state.failed) return;
  WaveWindows windows = windows_wanted();
  const sim::Cycle last = report_.evaluation.cycles;
  if (crashed && request_.scenario.waves.mode != config::Waves::Mode::kNone && windows.empty())
    windows = {{subtract(last, us_to_cycles(request_.scenario, request_.scenario.waves.spans[0].before_us)), last}};
  if (windows.empty()) return;
  // After a crash the replay stops short of it, so that the waveform file gets closed.
  start_pass(Pass::kWaves, std::move(windows), crashed ? std::optional<sim::Cycle>(last) : std::nullopt);
}

void Job::judge(int wait_status) {
  const SharedState& state = **state_;
  const Evaluation& seen = report_.evaluation;
  const auto decide = [this](Outcome outcome, std::string message) {
    report_.outcome = outcome;
    report_.message = std::move(message);
  };
  if (signal_) return decide(Outcome::kInterrupted, fmt::format("ended by signal {}", signal_));
  if (hung_) return decide(Outcome::kHung, fmt::format("no simulated progress beyond cycle {}", seen.cycles));
  if (WIFSIGNALED(wait_status)) {
    const int signal = WTERMSIG(wait_status);
    const std::string how = fmt::format("{} (signal {}) after cycle {}", ::strsignal(signal), signal, seen.cycles);
    return decide(is_fault(signal) && seen.policy_loaded ? Outcome::kPolicyCrashed : Outcome::kInternalError, how);
  }
  if (state.failed) return decide(Outcome::kInternalError, state.message);
  if (!state.finished)
    return decide(Outcome::kInternalError,
                  fmt::format("the simulation process left with status {}", WEXITSTATUS(wait_status)));
  if (state.end == machine::End::kInterrupted) return decide(Outcome::kInterrupted, "the simulation was told to end");
  if (state.end == machine::End::kPanic || state.end == machine::End::kRtlInvariant)
    return decide(Outcome::kInvariantBroken, state.message);
  if (!seen.broken_invariant.empty()) return decide(Outcome::kInvariantBroken, seen.broken_invariant);
  if (state.end == machine::End::kBusError) return decide(Outcome::kInternalError, state.message);
  if (!seen.log_complete || seen.digest != state.digest)
    return decide(Outcome::kInternalError, "events.bin does not hold what was written to it");
  if (request_.scenario.run.stop_when && !state.stop_seen && state.end == machine::End::kCyclesMax)
    return decide(Outcome::kTimedOut,
                  fmt::format("{} did not happen in {} us", log::to_string(request_.scenario.run.stop_when->event),
                              request_.scenario.run.until_us));
  decide(seen.all_passed() ? Outcome::kPassed : Outcome::kExpectationFailed, "");
}

void Job::finish_waves(int wait_status) {
  const SharedState& state = **state_;
  const fs::path folder = request_.dir / kWavesPassFolder;
  if (signal_ || hung_) {
    report_.outcome = signal_ ? Outcome::kInterrupted : Outcome::kHung;
    report_.message = "the pass that writes the waves was ended";
    return;
  }
  const bool sound = WIFEXITED(wait_status) && state.finished;
  if (sound) report_.waves = windows_;
  if (bounded_) {  // there is a crash to report already
    if (sound) fs::remove_all(folder);
    return;
  }
  if (sound && report_.evaluation.digest == state.digest) {
    fs::remove_all(folder);
    return;
  }
  report_.outcome = Outcome::kInternalError;
  report_.message =
      sound ? fmt::format("the run with waves logged other events: compare events.bin with {}/events.bin",
                          kWavesPassFolder)
            : fmt::format("the run with waves failed: {}", state.failed ? state.message : "its process died");
}

void Job::write_save_file() {
  if (!backend_.write_save_file) return;
  const config::Scenario& scenario = request_.scenario;
  std::vector<waves::Window> dumped;
  for (const WaveWindow& window : report_.waves) dumped.push_back({window.from, std::min(window.to, report_.evaluation.cycles)});
  backend_.write_save_file({request_.dir, scenario.hardware.harts, scenario.hardware.clock_mhz,
                            std::move(dumped)});
  report_.save_file = true;
}

void Job::write_dump() {
  std::ofstream file(request_.dir / "dump.txt");
  for (const std::string& line : report_.evaluation.dump) file << line << '\n';
  file.close();
  if (!file) throw std::system_error(errno, std::generic_category(), (request_.dir / "dump.txt").string());
}

void Job::write_result() {
  std::ofstream file(request_.dir / "result.json");
  file << report::result_json(backend_, request_, report_).dump(2, ' ', false, nlohmann::json::error_handler_t::replace)
       << '\n';
  file.close();
  if (!file) throw std::system_error(errno, std::generic_category(), (request_.dir / "result.json").string());
}

}  // namespace tb::run
