// SPDX-License-Identifier: Apache-2.0
#include "tb/cli/progress_line.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace tb::cli {

namespace {

constexpr auto kFirstAfter = std::chrono::milliseconds(500);  // what is over by then needs no progress
constexpr auto kEvery = std::chrono::milliseconds(200);

bool set(const char* variable) {
  const char* const value = std::getenv(variable);
  return value && *value;
}

bool can_erase() {
  const char* const term = std::getenv("TERM");
  return term && *term && std::string_view(term) != "dumb";
}

struct Size {
  std::size_t columns = 80;
  std::size_t rows = 24;
};

Size terminal_size() {
  winsize window{};
  if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &window) != 0 || window.ws_col == 0 || window.ws_row == 0) return {};
  return {window.ws_col, window.ws_row};
}

}  // namespace

std::string duration_text(double seconds) {
  if (seconds < 100) return fmt::format("{:.0f} s", seconds);
  if (seconds < 6000) return fmt::format("{:.0f} min", seconds / 60);
  return fmt::format("{:.1f} h", seconds / 3600);
}

bool progress_wanted(bool quiet) { return !quiet && ::isatty(STDERR_FILENO) == 1 && can_erase() && !set("CI"); }

std::string progress_text(const ProgressFacts& facts, std::size_t columns) {
  const std::string cycles = fmt::format(" {:.1f} of {:.1f} Mcycles", facts.cycle / 1e6, facts.target / 1e6);
  const std::string ms = fmt::format(", {:.1f} ms", facts.cycle / facts.clock_mhz / 1e3);
  const std::string speed = fmt::format(", {:.1f} Mcycles/s", facts.cycles_per_s / 1e6);
  const std::string share = facts.target > 0 ? fmt::format(" {:.0f} %", 100 * facts.cycle / facts.target) : "";
  std::string left;
  if (facts.cycles_per_s > 0 && facts.target > facts.cycle)
    left = fmt::format(", {} left", duration_text((facts.target - facts.cycle) / facts.cycles_per_s));
  std::string tail;
  for (const std::string& part : {cycles + ms + speed, cycles + speed, cycles, share}) {
    tail = ":" + part + left;
    if (facts.name.size() + tail.size() < columns) return facts.name + tail;
  }
  constexpr std::string_view kCut = "...";
  const std::size_t room = columns > tail.size() + kCut.size() ? columns - 1 - tail.size() - kCut.size() : 0;
  return (facts.name.substr(0, room).append(kCut) + tail).substr(0, columns - 1);  // a wrapped line would be two to erase
}

ProgressLines::ProgressLines(bool quiet) : enabled_(progress_wanted(quiet)), start_(Clock::now()) {}

ProgressFacts ProgressLines::facts_of(const run::Job& job, Clock::time_point now) {
  const run::Progress progress = job.progress();
  const config::Scenario& scenario = job.request().scenario;
  Seen& seen = seen_[job.request().dir.string()];
  if (seen.at == Clock::time_point{} || progress.waves_pass != seen.waves_pass || progress.cycle < seen.cycle)
    seen = {now, progress.cycle, progress.waves_pass, 0};
  const double elapsed = std::chrono::duration<double>(now - seen.at).count();
  if (elapsed > 0.1) {
    constexpr double kNew = 0.3;
    const double rate = static_cast<double>(progress.cycle - seen.cycle) / elapsed;
    seen.rate = seen.rate > 0 ? (1 - kNew) * seen.rate + kNew * rate : rate;
    seen.at = now;
    seen.cycle = progress.cycle;
  }
  const char* pass = progress.waves_pass ? " (waves)" : progress.skip_check ? " (without skips)" : "";
  return {fmt::format("{}/{}{}", scenario.name, job.request().name(), pass), static_cast<double>(progress.cycle),
          static_cast<double>(progress.target), seen.rate, static_cast<double>(scenario.hardware.clock_mhz)};
}

void ProgressLines::show(const std::vector<const run::Job*>& running) {
  const auto now = Clock::now();
  if (!enabled_ || now - start_ < kFirstAfter || now - last_ < kEvery) return;
  last_ = now;
  const Size size = terminal_size();
  const std::size_t room = size.rows > 2 ? size.rows - 2 : 1;
  std::string text;
  std::size_t lines = 0;
  for (const run::Job* job : running) {
    text += lines + 1 == room && running.size() > room ? fmt::format("and {} more", running.size() - lines)
                                                       : progress_text(facts_of(*job, now), size.columns);
    text += '\n';
    if (++lines == room) break;
  }
  erase();
  std::fputs(text.c_str(), stderr);
  std::fflush(stderr);
  shown_ = static_cast<unsigned>(lines);
}

void ProgressLines::erase() {
  if (shown_ == 0) return;
  fmt::print(stderr, "\x1b[{}F\x1b[J", shown_);  // up to the first line's start; clear to the end of the screen
  std::fflush(stderr);
  shown_ = 0;
}

}  // namespace tb::cli
