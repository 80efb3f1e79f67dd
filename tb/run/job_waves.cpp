// SPDX-License-Identifier: Apache-2.0
// The waves of a job: which stretches are wanted, the second pass that dumps them, and whether they came to their end.
#include <signal.h>

#include <algorithm>

#include "log/compare.h"
#include "log/reader.h"
#include "tb/run/job.h"
#include "tb/run/run_directory.h"

namespace tb::run {

namespace fs = std::filesystem;
using std::chrono::seconds;

namespace {

constexpr seconds kClosingPassMin{10};
constexpr sim::Cycle kAfterFailure = 1000;  // dumped beyond it
constexpr std::uintmax_t kDiskFullBytes = 256 * 1024;
constexpr seconds kClosingPassInterruptedMax{60};  // the user waits

sim::Cycle subtract(sim::Cycle from, sim::Cycle what) { return from > what ? from - what : 0; }

// In the times of the waveform file, picoseconds.
std::vector<sim::FstGap> gaps_between(const WaveWindows& windows, const config::Scenario& scenario) {
  const std::uint64_t period = 1'000'000 / scenario.hardware.clock_mhz;
  std::vector<sim::FstGap> gaps;
  for (std::size_t i = 1; i < windows.size(); ++i) gaps.push_back({windows[i - 1].to * period, windows[i].from * period});
  return gaps;
}

}  // namespace

// Where the run failed first, as far as that has a cycle; what ended it, failed at its end.
std::optional<sim::Cycle> Job::failed_at() const {
  const Evaluation& seen = report_.evaluation;
  std::optional<sim::Cycle> first;
  switch (report_.outcome) {
    case Outcome::kPassed:
    case Outcome::kInterrupted:
    case Outcome::kSkipInexact: return std::nullopt;
    case Outcome::kLawBroken: return seen.broken_laws.front().cycle;
    case Outcome::kExpectationFailed:
      for (const Verdict& verdict : seen.verdicts) {
        if (verdict.passed || !verdict.cycle) continue;
        const sim::Cycle decided = verdict.marks.empty() ? *verdict.cycle : std::max(*verdict.cycle, verdict.marks.back().cycle);
        first = std::min(first.value_or(decided), decided);
      }
      return first;
    default: return seen.cycles;
  }
}

// The windows the scenario asks for, as far as they are known: around an event or before a failure only after the run has
// shown where it is.
WaveWindows Job::windows_wanted() const {
  const config::Scenario& scenario = request_.scenario;
  if (scenario.waves.mode == config::Waves::Mode::kAll) return {WaveWindow{}};
  const auto& around = report_.evaluation.around;  // empty before the run
  WaveWindows windows;
  for (std::size_t i = 0; i < scenario.waves.spans.size(); ++i) {
    const config::WaveSpan& span = scenario.waves.spans[i];
    if (span.before_failure > 0) {
      if (const auto at = failed_at()) windows.push_back({subtract(*at, span.before_failure), *at + kAfterFailure});
    } else if (!span.around) windows.push_back({span.from, span.to});
    else if (i < around.size() && around[i])
      windows.push_back(
          {subtract(*around[i], us_to_cycles(scenario, span.before_us)), *around[i] + us_to_cycles(scenario, span.after_us)});
  }
  return merged(std::move(windows));
}

// Whether there are waves, closed; what is in them goes into the report.
bool Job::keep_waves(sim::Cycle reached) {
  report_.waves = windows_;
  std::erase_if(report_.waves, [reached](const WaveWindow& window) { return window.from > reached; });
  for (WaveWindow& window : report_.waves) window.to = std::min(window.to, reached);
  if (report_.waves.empty()) return true;  // the run did not get there
  const fs::path file = request_.dir / "waves.fst";
  const bool complete = backend_.waves_complete ? backend_.waves_complete(file) : fs::exists(file);
  if (complete && (!backend_.add_gaps || backend_.add_gaps(file, gaps_between(report_.waves, request_.scenario)))) return true;
  report_.waves.clear();
  std::error_code error;
  const fs::space_info space = fs::space(request_.dir, error);  // its writer just aborts
  disk_full_ = disk_full_ || (!error && space.available < kDiskFullBytes);
  remove_waves(request_.dir);
  return false;
}

void Job::start_waves_pass() {
  const config::Waves& waves = request_.scenario.waves;
  const sim::Cycle last = report_.evaluation.cycles;
  WaveWindows windows = windows_wanted();
  if (closing_) {
    std::erase_if(windows, [last](const WaveWindow& window) { return window.from > last; });
    if (windows.empty() && !waves.spans.empty() && waves.spans[0].around)  // the event never came: show what led to the end
      windows = {{subtract(last, us_to_cycles(request_.scenario, waves.spans[0].before_us)), last}};
  }
  if (windows.empty()) return;
  write_result();  // should we be killed from here on, there is a report
  if (closing_ || signals_ > 0) {
    const auto took = Clock::now() - started_;
    auto limit = std::max<Clock::duration>(kClosingPassMin, 2 * took);
    if (signals_ > 0) limit = std::min<Clock::duration>(limit, kClosingPassInterruptedMax);
    deadline_ = Clock::now() + limit;
  }
  hung_ = false;
  // A pass that repeats a run stops short of what ended it, so that the waveform file gets closed.
  start_pass(Pass::kWaves, std::move(windows), closing_ ? std::optional<sim::Cycle>(last) : request_.to_cycle);
}

void Job::finish_waves(int wait_status) {
  SharedState& state = **state_;
  const fs::path folder = request_.dir / kWavesPassFolder;
  const auto clean_up = [&folder] {
    std::error_code ignored;
    fs::remove_all(folder, ignored);
  };
  const bool finished = WIFEXITED(wait_status) && state.finished;
  const bool whole = finished && state.end != sim::End::kInterrupted;
  const bool complete = keep_waves(last_good_cycle());
  if (closing_) {  // there is an end to report already
    event_log::rescue_log((folder / "events.bin").string(), state.log);
    const auto logs = event_log::compare_logs((request_.dir / "events.bin").string(), (folder / "events.bin").string());
    if (!logs.first_is_prefix() && !logs.second_is_prefix())
      report_.message += fmt::format("; the pass for the waves logged other events from cycle {} on: see {}",
                                     logs.difference->cycle, kWavesPassFolder);
    else clean_up();
    if (!whole)
      report_.message += fmt::format("; the pass for the waves {} at cycle {}", out_of_time_ ? "ran out of time" : "was ended",
                                     last_good_cycle());
    else if (!complete) report_.message += "; waves.fst could not be written to its end";
    return;
  }
  if (!whole && (signals_ > 0 || hung_ || (finished && state.end == sim::End::kInterrupted))) {
    report_.outcome = hung_ ? Outcome::kHung : Outcome::kInterrupted;
    report_.message = fmt::format("the pass for the waves was ended at cycle {}", last_good_cycle());
    if (!hung_ && report_.signal == 0) report_.signal = SIGTERM;
    clean_up();
    return;
  }
  if (whole && complete && report_.evaluation.digest == state.digest) return clean_up();
  report_.outcome = Outcome::kInternalError;
  if (!finished)
    report_.message = fmt::format("the run with waves failed: {}", state.failed ? state.message : "its process died");
  else if (!complete) report_.message = "waves.fst could not be written to its end";
  else
    report_.message =
        fmt::format("the run with waves logged other events: compare events.bin with {}/events.bin", kWavesPassFolder);
}

}  // namespace tb::run
