// SPDX-License-Identifier: Apache-2.0
// What the command line consists of: the verbs, and where their arguments go.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "tb/cli/commands.h"

namespace tb::cli {

struct CommandLine {
  CLI::App app{"Co-simulation of a multi-core RTL SoC and a kernel with the extensible scheduler class (sched_ext)"};
  RunOptions run;
  std::vector<std::string> check;
  EventsOptions events;
  LatencyOptions latency;
  ExplainOptions explain;
  CompareOptions compare;
  std::string timehist_run;
  analysis::TimehistOptions timehist;
  std::vector<std::string> summary;
  std::vector<std::string> report;
  exports::Options exports;
  ImportOptions imports;
  WaveOptions wave;
  ReplayOptions replay;
  StudyOptions study;
  bool json = false;
  bool csv = false;
  bool list_json = false;
  CLI::App* run_verb = nullptr;
  CLI::App* study_verb = nullptr;
  CLI::App* check_verb = nullptr;
  CLI::App* list_verb = nullptr;
  CLI::App* events_verb = nullptr;
  CLI::App* explain_verb = nullptr;
  CLI::App* latency_verb = nullptr;
  CLI::App* timehist_verb = nullptr;
  CLI::App* summary_verb = nullptr;
  CLI::App* report_verb = nullptr;
  CLI::App* compare_verb = nullptr;
  CLI::App* export_verb = nullptr;
  CLI::App* import_verb = nullptr;
  CLI::App* replay_verb = nullptr;
  std::string schema = "scenario";
  CLI::App* schema_verb = nullptr;
  CLI::App* wave_verb = nullptr;
  CLI::App* version_verb = nullptr;
  CLI::App* help_verb = nullptr;
  std::string help_on;
};

void describe_run(CommandLine& line);
void describe_study(CommandLine& line);
// The verbs that read a run: events, latency, timehist, summary, explain, compare, report, export.
void describe_readers(CommandLine& line);
void describe_import(CommandLine& line);
void describe_wave(CommandLine& line);
void describe_replay(CommandLine& line);
// The table of exit codes, for the help.
[[nodiscard]] std::string exit_code_help();

}  // namespace tb::cli
