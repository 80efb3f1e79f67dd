// SPDX-License-Identifier: Apache-2.0
// What a run's directory holds, however the run ended, for those that read it afterwards.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "log/reader.h"
#include "tb/result/result.h"

namespace tb {

struct Remains {
  std::optional<Result> result;  // none that can be read: the run was killed, or `damaged`
  bool damaged = false;          // result.json is there, and no result
  event_log::LogExtent log;

  // The log stops before the run did.
  [[nodiscard]] bool log_cut() const { return log.cut || log.events < events_reported(); }
  // What is missing, in a line for the user; empty: nothing.
  [[nodiscard]] std::string shortfall() const;

 private:
  [[nodiscard]] std::uint64_t events_reported() const { return result ? result->events : 0; }
};

// `log` is how far DIR/events.bin goes.
[[nodiscard]] Remains remains_of(const std::filesystem::path& dir, const event_log::LogExtent& log);

}  // namespace tb
