// SPDX-License-Identifier: Apache-2.0
// Why the longest waits of a run were that long, for its page.
#pragma once

#include <filesystem>

#include "json/value.h"
#include "tb/analysis/subject.h"
#include "tb/page/run_data.h"

namespace tb::page {

// Of the longest waits, the longest first: [{wait, verdict, sentence, causes: [{text, cause, cycles}], steps: [{cycle, hart, text}]}]; `wait` is
// the index among those of `data`.
[[nodiscard]] json::Value whys_json(const std::filesystem::path& run_dir, const analysis::Subject& run, const RunData& data);

}  // namespace tb::page
