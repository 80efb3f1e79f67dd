// SPDX-License-Identifier: Apache-2.0
// result.json: what a run reports.
#pragma once

#include "json/value.h"
#include "tb/backend.h"
#include "tb/run/job.h"

namespace tb::report {

[[nodiscard]] json::Value result_json(const Backend& backend, const run::Job& job);

// Two runs with one of these had the same resolved configuration.
[[nodiscard]] std::string config_hash(const config::Scenario& scenario);

}  // namespace tb::report
