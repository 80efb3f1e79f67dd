// SPDX-License-Identifier: Apache-2.0
// The page of a run: one HTML file that needs no network and no other file.
#pragma once

#include <filesystem>
#include <string>

#include "tb/page/run_data.h"

namespace tb::page {

struct RunPage {
  std::string html;
  std::string shortfall;  // of the run, in a line for the user; empty: nothing
};

// `index`: relative path of the page of its scenario; empty: there is none. Throws as analysis::read_run() does.
[[nodiscard]] RunPage run_page(const std::filesystem::path& run_dir, const std::string& index, const Limits& limits = {});

}  // namespace tb::page
