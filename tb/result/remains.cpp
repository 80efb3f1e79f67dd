// SPDX-License-Identifier: Apache-2.0
#include "tb/result/remains.h"

#include <fmt/format.h>

namespace tb {

std::string Remains::shortfall() const {
  std::string text;
  if (damaged) text = "result.json cannot be read; ";
  else if (!result) text = "no result.json, as of a run that was killed with its supervisor; ";
  if (text.empty() && !log_cut()) return {};
  if (log.events == 0) return text + "events.bin holds no event";
  if (log.cut) text += "events.bin ends inside a record; ";
  text += fmt::format("events.bin holds {}", log.events);
  if (log.events < events_reported()) text += fmt::format(" of {}", events_reported());
  return text + fmt::format(" events, up to cycle {}", log.last);
}

Remains remains_of(const std::filesystem::path& dir, const event_log::LogExtent& log) {
  Remains remains;
  remains.log = log;
  if (!std::filesystem::exists(dir / "result.json")) return remains;
  try {
    remains.result = read_result(dir);
  } catch (const json::Error&) {
    remains.damaged = true;
  }
  return remains;
}

}  // namespace tb
