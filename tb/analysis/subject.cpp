// SPDX-License-Identifier: Apache-2.0
#include "tb/analysis/subject.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <vector>

#include "firmware/kernel/config.h"
#include "tb/config/yaml_file.h"
#include "tb/result/remains.h"
#include "tb/run/run_lock.h"

namespace tb::analysis {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> runs_below(const fs::path& dir) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(dir))
    if (fs::exists(entry.path() / "events.bin")) names.push_back(entry.path().string());
  std::sort(names.begin(), names.end());
  if (names.empty()) names.emplace_back("none");
  return names;
}

std::uint32_t number_in(const config::Tree& config, const fs::path& file, const char* section, const char* key,
                        std::uint32_t most) {
  const config::Tree* const map = config.find(section);
  const config::Tree* const value = map != nullptr ? map->find(key) : nullptr;
  std::uint32_t number = 0;
  if (value != nullptr) std::from_chars(value->text.data(), value->text.data() + value->text.size(), number);
  if (number == 0 || number > most)
    throw config::ConfigError(
        fmt::format("{}: {}.{}: expected 1 to {}: not the configuration of a run", file.string(), section, key, most));
  return number;
}

}  // namespace

fs::path log_of(const fs::path& dir) {
  if (!fs::is_directory(dir))
    throw config::ConfigError(fmt::format("{}: {}", dir.string(), fs::exists(dir) ? "is not a directory" : "no such directory"));
  if (!fs::exists(dir / "events.bin"))
    throw config::ConfigError(
        fmt::format("{} is not the directory of a run; runs below it: {}", dir.string(), fmt::join(runs_below(dir), ", ")));
  return dir / "events.bin";
}

std::string shortfall_of(const fs::path& log, const event_log::LogExtent& extent) {
  const fs::path dir = log.parent_path();
  if (const auto writer = run::writer_of(dir))
    return fmt::format("a run is under way there, by process {}: {} events so far, up to cycle {}", *writer, extent.events,
                       extent.last);
  const bool of_a_run = fs::exists(dir / "config.yaml");
  if (of_a_run) return remains_of(dir, extent).shortfall();
  if (extent.events == 0) return "holds no event";
  return extent.cut ? fmt::format("ends inside a record, after {} events, at cycle {}", extent.events, extent.last) : "";
}

Subject read_run(const fs::path& dir, const std::function<void(const Subject&)>& begin,
                 const std::function<void(const event_log::EventView&)>& see, event_log::EventHash* hash) {
  const fs::path log = log_of(dir), config_file = dir / "config.yaml";
  Subject subject;
  subject.dir = dir;
  subject.result = remains_of(dir, {}).result;
  const config::Tree config = config::read_yaml_file(config_file.string());
  subject.harts = number_in(config, config_file, "hardware", "harts", kernel::kNrCpusMax);
  subject.clock_mhz = number_in(config, config_file, "hardware", "clock_mhz", 10'000);
  subject.hz = number_in(config, config_file, "kernel", "hz", 10'000);
  begin(subject);
  event_log::LogReader reader(log.string());
  event_log::EventView event;
  while (reader.next(event)) {
    if (event.hart >= subject.harts)
      throw event_log::LogError(log.string() + ": an event of a hart that the machine does not have");
    if (hash != nullptr) hash->add(event.cycle, event.hart, event.id, reader.payload());
    see(event);
  }
  // A log that stops before the run did says nothing of the rest.
  const Remains remains = remains_of(dir, reader.extent());
  subject.end = reader.extent().last;
  if (remains.result && !remains.log_cut()) subject.end = std::max(subject.end, remains.result->cycles);
  subject.shortfall = shortfall_of(log, reader.extent());
  return subject;
}

}  // namespace tb::analysis
