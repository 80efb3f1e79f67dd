// SPDX-License-Identifier: Apache-2.0
// What a run did with its harts and tasks, on a page; of several runs a line each first.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace tb::analysis {

struct Summary {
  std::string text;
  std::vector<std::string> shortfalls;  // "DIR: what is missing", of the runs that lack something
};
// Throws as read_run() does.
[[nodiscard]] Summary summarize(const std::vector<std::filesystem::path>& run_dirs);

}  // namespace tb::analysis
