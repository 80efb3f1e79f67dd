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

std::string duration(double seconds) {
  if (seconds < 100) return fmt::format("{:.0f} s", seconds);
  if (seconds < 6000) return fmt::format("{:.0f} min", seconds / 60);
  return fmt::format("{:.1f} h", seconds / 3600);
}

}  // namespace

ProgressLines::ProgressLines(bool quiet)
    : enabled_(!quiet && ::isatty(STDERR_FILENO) == 1 && can_erase() && !set("CI")), start_(Clock::now()) {}

std::string ProgressLines::line_of(const run::Job& job, Clock::time_point now) {
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
  const double cycles = static_cast<double>(progress.cycle);
  std::string line = fmt::format("{}/{}{}: {:.1f} of {:.1f} Mcycles, {:.1f} ms, {:.1f} Mcycles/s", scenario.name,
                                 job.request().name(), progress.waves_pass ? " (waves)" : progress.skip_check ? " (without skips)" : "", cycles / 1e6,
                                 static_cast<double>(progress.target) / 1e6, cycles / scenario.hardware.clock_mhz / 1e3,
                                 seen.rate / 1e6);
  if (seen.rate > 0 && progress.target > progress.cycle)
    line += fmt::format(", {} left", duration(static_cast<double>(progress.target - progress.cycle) / seen.rate));
  return line;
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
    std::string line = lines + 1 == room && running.size() > room
                           ? fmt::format("and {} more", running.size() - lines)
                           : line_of(*job, now);
    if (line.size() >= size.columns) line.resize(size.columns - 1);  // a wrapped line would be two to erase
    text += line + "\n";
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
