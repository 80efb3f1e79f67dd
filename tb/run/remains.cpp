// SPDX-License-Identifier: Apache-2.0
#include "tb/run/remains.h"

#include <fmt/format.h>

#include <fstream>


namespace tb::run {

namespace {

std::uint64_t events_reported(const Remains& remains) {
  return remains.result.is_null() ? 0 : remains.result.value("events", std::uint64_t{0});
}

}  // namespace

bool Remains::log_cut() const { return log.cut || log.events < events_reported(*this); }

std::string Remains::shortfall() const {
  std::string text;
  if (damaged) text = "result.json cannot be read; ";
  else if (result.is_null()) text = "no result.json, as of a run that was killed with its supervisor; ";
  if (text.empty() && !log_cut()) return {};
  if (log.events == 0) return text + "events.bin holds no event";
  if (log.cut) text += "events.bin ends inside a record; ";
  text += fmt::format("events.bin holds {}", log.events);
  if (log.events < events_reported(*this)) text += fmt::format(" of {}", events_reported(*this));
  return text + fmt::format(" events, up to cycle {}", log.last);
}

Remains remains_of(const std::filesystem::path& dir, const event_log::LogExtent& log) {
  Remains remains;
  remains.log = log;
  const std::filesystem::path file = dir / "result.json";
  if (!std::filesystem::exists(file)) return remains;
  try {
    remains.result = json::read_file(file);
  } catch (const json::Error&) {
    remains.damaged = true;
  }
  if (!remains.result.is_object()) {
    remains.result = nullptr;
    remains.damaged = true;
  }
  return remains;
}

}  // namespace tb::run
