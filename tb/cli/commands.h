// SPDX-License-Identifier: Apache-2.0
// What each verb does once its arguments are read. Each returns the exit code of the process; ConfigError and the like
// go to the caller.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "log/printer.h"
#include "tb/analysis/compare.h"
#include "tb/analysis/latency.h"
#include "tb/analysis/timehist.h"
#include "tb/explain/find_wait.h"
#include "tb/export/export.h"
#include "tb/run/backend.h"

namespace tb::cli {

inline constexpr const char* kDefaultScenario = "looping_stall";

struct RunOptions {
  std::vector<std::string> scenarios;  // paths or shipped names; none: kDefaultScenario
  std::vector<std::string> variants;   // none: all
  std::vector<std::string> sets;
  std::vector<std::string> seeds;  // as given, numbers or ranges; none: the scenario's
  std::string out = "runs";
  bool print_config = false;
  bool quiet = false;
  bool verbose_events = false;
  bool no_skip = false;
  bool profile = false;
  bool no_report = false;
  unsigned jobs = 0;  // 0: as many as the host has processors
  double hung_after_s = 60;
  std::string program;  // as called, for replay commands
};

struct ReplayOptions {
  std::string run_dir;
  std::string waves;  // none, all, FROM..TO, or as in a scenario; empty: as the run had them
  std::string out;    // empty: RUN-DIR/replay
  std::optional<std::uint64_t> to_cycle;
  bool no_skip = false;
  double hung_after_s = 60;
  std::string program;
};

struct EventsOptions {
  std::string run_dir;
  std::string filter;
  event_log::Format format = event_log::Format::kText;
};

struct WaveOptions {
  std::vector<std::string> run_dirs;
  std::string at;                // a moment, a cycle, a time or an event; empty: all that is marked
  std::optional<unsigned> hart;  // first
  std::string view;              // empty: what suits `at`
  std::string png;               // draw instead of opening
  bool print = false;
};

struct CompareOptions {
  std::string a, b;  // directories of runs
  bool full = false;
  bool json = false;
  std::string html;  // write the page there; empty: none
  std::size_t context = analysis::kContext;
};

struct LatencyOptions {
  std::string run_dir;
  analysis::LatencyOrder order = analysis::LatencyOrder::kMax;
  bool json = false;
};

struct ExplainOptions {
  std::string run_dir;
  explain::Question question;
  bool prove = false;     // however long it takes
  bool no_prove = false;  // else it is proved if that takes little time
  bool json = false;
  bool full = false;
};

struct StudyOptions {
  std::string study;  // a path or a shipped name
  std::vector<std::string> axes, sets;
  std::string seeds;
  std::size_t count = 0;
  std::string out = "studies";
  unsigned jobs = 0;  // 0: as many as the host has processors
  double hung_after_s = 60;
  bool dry_run = false;
  bool quiet = false;
  bool no_report = false;
};

inline constexpr std::array<const char*, 2> kImportKinds = {"rt-app", "trace"};

struct ImportOptions {
  std::string kind;  // one of kImportKinds
  std::string file;
  std::string out;        // empty: standard output
  std::string scheduler;  // empty: none
  std::string hardware;   // empty: what the file needs
};

int run_command(const Backend& backend, const RunOptions& options);
int study_command(const Backend& backend, const StudyOptions& options);
int replay_command(const Backend& backend, const ReplayOptions& options);
int check_command(const Backend& backend, const std::vector<std::string>& scenarios);
int schema_command(const Backend& backend, const std::string& name);  // prints a JSON schema, for editors
int list_command(const Backend& backend, bool json);
int events_command(const EventsOptions& options);
int latency_command(const LatencyOptions& options);
int timehist_command(const std::string& run_dir, const analysis::TimehistOptions& options);
int explain_command(const Backend& backend, const ExplainOptions& options);
int summary_command(const std::vector<std::string>& run_dirs);
int compare_command(const CompareOptions& options);
int report_command(const std::vector<std::string>& dirs);
int export_command(const exports::Options& options);
int import_command(const Backend& backend, const ImportOptions& options);
int wave_command(const Backend& backend, const WaveOptions& options);
int version_command(const Backend& backend);

}  // namespace tb::cli
