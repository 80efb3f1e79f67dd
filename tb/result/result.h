// SPDX-License-Identifier: Apache-2.0
// What a run reports: result.json as data, written by the run and read by everything that looks at runs afterwards.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "json/value.h"
#include "sim/hart_op.h"
#include "tb/result/broken_law.h"
#include "tb/result/ending.h"
#include "tb/result/outcome.h"
#include "tb/result/verdict.h"
#include "tb/result/warning.h"
#include "tb/result/wave_window.h"

namespace tb {

// Whether skipping quiet cycles was held against a run without skips.
struct SkipCheck {
  sim::Cycle to_cycle = 0;  // all events before it were compared
  bool ok = false;
  bool earlier = false;  // by an earlier run into this directory, of the same program, RTL, configuration and events
};

struct Expected {
  std::string text;  // the expectation, on one line
  Verdict verdict;
};

struct Result {
  std::string scenario;
  std::string variant;
  unsigned place = 0;  // of the variant among those of its scenario
  std::string question;
  Outcome outcome = Outcome::kInternalError;
  std::string message;    // one line; empty when the expectations say it all
  bool complete = false;  // it came to its own end: figures and log are not those of a part only
  Ending ending = Ending::kRunning;
  std::optional<ExitRecord> exit;
  json::Value sched_ext;  // what sysfs shows at the end; null: nothing
  std::vector<Expected> expect;
  std::vector<BrokenLaw> broken_laws;  // each once, in the order of the log
  std::vector<Warning> warnings;
  json::Value metrics;  // null: the log could not be read
  sim::Cycle cycles = 0;
  std::uint64_t events = 0;
  std::uint64_t seed = 0;
  std::string event_hash, config_hash, rtl_hash;
  bool shipped_rtl = true;                                    // its skipping has been proved exact
  bool skip = true;                                           // quiet cycles were skipped
  std::optional<SkipCheck> skip_check;                        // none: not needed, or not done
  std::vector<std::pair<std::string, std::string>> versions;  // name, version; "binary": the program's own hash
  WaveWindows waves;                                          // in waves.fst
  bool save_file = false;                                     // waves.gtkw is there
  std::string replay;                                         // the commands that repeat it: from its directory,
  std::string command;                                        // and from its scenario
  std::uint64_t clocks = 0;                                   // evaluated
  std::uint64_t ops = 0;                                      // of the hart port
  double host_seconds = 0;
  double cpu_seconds = 0;
  std::vector<std::pair<std::string, double>> profile;  // shares of the host's time; empty: not measured
  json::Value config;                                   // the resolved scenario

  // Of the resolved scenario. Throw json::Error if it has none.
  [[nodiscard]] unsigned harts() const;
  [[nodiscard]] std::uint32_t clock_mhz() const;
  [[nodiscard]] std::uint64_t until_us() const;
  // Empty: none of that name.
  [[nodiscard]] std::string version(std::string_view name) const;
};

[[nodiscard]] json::Value to_json(const Result& result);
// Throws json::Error: no result of any version.
[[nodiscard]] Result result_from(const json::Value& json);

// Reads DIR/result.json. Throws json::Error.
[[nodiscard]] Result read_result(const std::filesystem::path& dir);

}  // namespace tb
