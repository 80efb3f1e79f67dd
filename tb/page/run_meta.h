// SPDX-License-Identifier: Apache-2.0
// What the scripts of a page read of a run: its facts as JSON, its lanes as packed lists. `part` ends the names of both where a page
// shows several runs: "-a", "-b".
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "json/value.h"
#include "tb/analysis/subject.h"
#include "tb/page/pack.h"
#include "tb/page/run_data.h"

namespace tb::page {

// The run and its result.
[[nodiscard]] json::Value run_json(const analysis::Subject& run);
// Names and meanings of the states of a hart.
[[nodiscard]] json::Value states_json();
[[nodiscard]] json::Value tasks_json(const RunData& data);
[[nodiscard]] json::Value flags_json(const RunData& data);

[[nodiscard]] std::string meta_section(const json::Value& meta, std::string_view part);
[[nodiscard]] std::string data_section(std::string_view name, const Packer& packer);
// All lanes, waits, IPIs and marks.
[[nodiscard]] std::string lane_sections(const RunData& data, std::string_view part);
// These assets as one script.
[[nodiscard]] std::string scripts(std::span<const char* const> names);

}  // namespace tb::page
