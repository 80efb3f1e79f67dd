// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "json/value.h"
#include "tb/campaign/record.h"
#include "tb/campaign/study.h"
#include "tb/run/backend.h"

namespace tb::campaign {

// Of all that a run is a function of: the program, the RTL and the resolved scenario with its seed.
[[nodiscard]] std::string key_of(const Backend& backend, const config::Scenario& scenario);

struct Simulated {
  Record record;
  json::Value metrics;  // of the record, not packed
};

// Runs it once, in `dir`, whose files are overwritten, and searches the log for what the responses need of it.
[[nodiscard]] Simulated simulate(const Backend& backend, config::Scenario scenario, const std::filesystem::path& dir,
                                 const std::vector<Response>& responses, double hung_after_s);

// One number per response, in its unit; kNothing where the run has none.
[[nodiscard]] std::vector<double> responses_of(const Record& record, const std::vector<Response>& responses);
[[nodiscard]] std::vector<double> responses_of(const Record& record, const json::Value& metrics,
                                               const std::vector<Response>& responses);
// The record has all that the responses need.
[[nodiscard]] bool answers(const Record& record, const std::vector<Response>& responses);

}  // namespace tb::campaign
