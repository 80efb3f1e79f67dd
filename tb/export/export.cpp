// SPDX-License-Identifier: Apache-2.0
#include "tb/export/export.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>

#include "log/event_hash.h"
#include "tb/analysis/subject.h"
#include "tb/config/tree.h"
#include "tb/export/csv.h"
#include "tb/export/ctf.h"
#include "tb/export/ftrace_text.h"
#include "tb/export/output.h"
#include "tb/export/perfetto.h"
#include "tb/export/trace_dat.h"

namespace tb::exports {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> check(const Options& options) {
  std::vector<std::string> outputs;
  for (const auto& [name, file] : {std::pair{"--perfetto", &options.perfetto}, std::pair{"--ftrace", &options.ftrace},
                                   std::pair{"--trace-dat", &options.trace_dat}}) {
    if (file->empty()) continue;
    check_file(name, *file, options.run_dir);
    outputs.push_back(*file);
  }
  for (const std::string* dir : {&options.ctf, &options.csv})
    if (!dir->empty()) outputs.push_back(*dir);
  if (outputs.empty())
    throw config::ConfigError("nothing to write: give one or more of --perfetto, --ftrace, --trace-dat, --ctf and --csv");
  std::vector<fs::path> places;
  for (const std::string& output : outputs) {
    fs::path place = fs::weakly_canonical(output);
    if (!place.has_filename()) place = place.parent_path();
    if (std::ranges::find(places, place) != places.end())
      throw config::ConfigError(fmt::format("{}: two formats would be written there", output));
    places.push_back(std::move(place));
  }
  return outputs;
}

std::vector<std::unique_ptr<Writer>> writers_of(const Options& options, const Machine& machine) {
  std::vector<std::unique_ptr<Writer>> writers;
  if (!options.perfetto.empty()) writers.push_back(perfetto_writer(options.perfetto, machine));
  if (!options.ftrace.empty()) writers.push_back(ftrace_text_writer(options.ftrace, machine));
  if (!options.trace_dat.empty()) writers.push_back(trace_dat_writer(options.trace_dat, machine));
  if (!options.ctf.empty()) writers.push_back(ctf_writer(options.ctf, machine));
  if (!options.csv.empty()) writers.push_back(csv_writer(options.csv));
  return writers;
}

}  // namespace

Exported export_run(const Options& options) {
  Exported exported;
  exported.written = check(options);
  Machine machine;
  std::optional<HartStates> states;
  std::vector<std::unique_ptr<Writer>> writers;
  event_log::EventHash hash;
  const auto begin = [&](const analysis::Subject& run) {
    machine = {run.harts, run.clock_mhz};
    states.emplace(run.harts);
    writers = writers_of(options, machine);
  };
  const auto see = [&](const event_log::EventView& event) {
    states->enter(event);
    const Record record{event, machine.ns(event.cycle), *states};
    for (const auto& writer : writers) writer->write(record);
    states->leave(event);
  };
  const analysis::Subject run = analysis::read_run(options.run_dir, begin, see, &hash);
  const End end{machine.ns(run.end), hash.digest(), *states};
  for (const auto& writer : writers) writer->finish(end);
  exported.shortfall = run.shortfall;
  return exported;
}

}  // namespace tb::exports
