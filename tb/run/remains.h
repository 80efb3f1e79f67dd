// SPDX-License-Identifier: Apache-2.0
// What a run's directory holds, however the run ended, for those that read it afterwards.
#pragma once

#include <filesystem>
#include <string>

#include "json/value.h"
#include "log/reader.h"

namespace tb::run {

struct Remains {
  json::Value result;  // null: there is none that can be read
  bool damaged = false;   // result.json is there, and no result
  event_log::LogExtent log;

  // The log stops before the run did.
  [[nodiscard]] bool log_cut() const;
  // What is missing, in a line for the user; empty: nothing.
  [[nodiscard]] std::string shortfall() const;
};

// `log` is how far DIR/events.bin goes.
[[nodiscard]] Remains remains_of(const std::filesystem::path& dir, const event_log::LogExtent& log);

}  // namespace tb::run
