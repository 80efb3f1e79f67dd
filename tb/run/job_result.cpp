// SPDX-License-Identifier: Apache-2.0
// What a job reports: the data of result.json, and the files that hold it.
#include <algorithm>
#include <filesystem>
#include <system_error>

#include "tb/config/emit.h"
#include "tb/config/resolved.h"
#include "tb/run/binary_hash.h"
#include "tb/run/job.h"
#include "tb/run/run_directory.h"

namespace tb::run {

namespace fs = std::filesystem;

namespace {

// In the order of sim::Profile::Part.
constexpr std::array<const char*, sim::Profile::kParts> kProfileParts = {"rtl",      "tracing",   "systemc",
                                                                         "firmware", "event_log", "bridge"};

}  // namespace

Result Job::result() const {
  const config::Scenario& scenario = request_.scenario;
  const Evaluation& seen = report_.evaluation;
  Result out;
  out.scenario = scenario.name;
  out.variant = scenario.variant;
  out.question = scenario.question;
  out.outcome = report_.outcome;
  out.message = report_.message;
  out.complete = !report_.cut_short;
  out.ending = seen.ending;
  out.exit = seen.exit;
  out.sched_ext = seen.sysfs;
  for (std::size_t i = 0; i < seen.verdicts.size(); ++i)  // none if the log could not be read
    out.expect.push_back({scenario.expect[i].text, seen.verdicts[i]});
  out.broken_laws = seen.broken_laws;
  if (report_.outcome != Outcome::kInternalError) out.warnings = seen.warnings;  // else the log may lack what would disprove them
  out.metrics = seen.metrics;
  out.cycles = seen.cycles;
  out.events = seen.events;
  out.seed = scenario.run.seed;
  out.event_hash = seen.digest;
  out.config_hash = config::config_hash(scenario);
  out.rtl_hash = backend_.rtl_hash;
  out.shipped_rtl = backend_.rtl_is_shipped();
  out.skip = request_.skip;
  out.skip_check = report_.skip_check;
  out.versions = backend_.versions;
  out.versions.emplace_back("binary", binary_hash());
  out.waves = report_.waves;
  for (WaveWindow& window : out.waves) window.to = std::min(window.to, seen.cycles);
  out.place = request_.place;
  out.save_file = report_.save_file;
  out.replay = how_to_repeat();
  out.command = request_.command;
  out.clocks = report_.clocks;
  out.ops = report_.ops;
  out.host_seconds = report_.host_seconds;
  out.cpu_seconds = report_.cpu_seconds;
  if (report_.profile != decltype(report_.profile){})
    for (std::size_t part = 0; part < report_.profile.size(); ++part)
      out.profile.emplace_back(kProfileParts[part], report_.profile[part]);
  out.config = config::to_json(config::resolved_tree(scenario));
  return out;
}

StoredResult Job::stored_result() const {
  return {result(), request_.name(), request_.dir, request_.open_waves, report_.result_there, report_.lost, request_.explain};
}

void Job::write_report() {
  try {
    if (!report_.waves.empty()) write_save_file();
    if (!report_.evaluation.dump.empty()) write_dump();
  } catch (const std::exception& error) {
    if (report_.outcome == Outcome::kPassed) report_.outcome = Outcome::kInternalError;
    report_.message += (report_.message.empty() ? "" : "; ") + std::string(error.what());
  }
  write_result();
}

void Job::write_save_file() {
  if (!backend_.write_save_file) return;
  const config::Scenario& scenario = request_.scenario;
  std::vector<waves::Window> dumped;
  for (const WaveWindow& window : report_.waves) dumped.push_back({window.from, std::min(window.to, report_.evaluation.cycles)});
  const Result so_far = result();
  backend_.write_save_file({so_far, request_.dir, scenario.hardware.harts, scenario.hardware.clock_mhz, std::move(dumped)});
  report_.save_file = true;
}

void Job::write_dump() {
  std::string text;
  for (const std::string& line : report_.evaluation.dump) text += line + '\n';
  write_file(request_.dir / "dump.txt", text);
}

void Job::write_result() {
  try {
    write_file(request_.dir / "result.json", to_json(result()).dump(2) + '\n');
    report_.lost.clear();
  } catch (const std::exception& error) {
    report_.lost = error.what();
  }
  std::error_code unreadable;
  report_.result_there = fs::exists(request_.dir / "result.json", unreadable);
}

}  // namespace tb::run
