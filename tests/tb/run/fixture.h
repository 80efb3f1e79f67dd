// SPDX-License-Identifier: Apache-2.0
// Runs of the stall on the fake machine, each in a directory of its own, and what they leave there.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "json/value.h"
#include "tb/run/supervisor.h"
#include "tests/tb/support.h"

namespace tb::run {

namespace fs = std::filesystem;

inline const std::string kStall = [] {
  std::ifstream file(SCX_TEST_SCENARIO);
  return std::string((std::istreambuf_iterator<char>(file)), {});
}();

class RunTest : public testing::Test {
 protected:
  // Runs one variant on the fake machine. `task` joins the others: the fake machine acts on its name.
  const RunReport& run(const std::vector<std::string>& sets = {}, const std::string& variant = "kick",
                       SupervisorOptions options = {}) {
    auto scenario = test::scenario(kStall, sets, variant);
    if (!misbehaviour_.empty()) {
      scenario.tasks.push_back(scenario.tasks[0]);
      scenario.tasks.back().name = misbehaviour_;
      scenario.tasks.back().count = 1;
    }
    jobs_.clear();
    jobs_.emplace_back(backend_, RunRequest{scenario, dir_ / "out", "scx-cosim replay ...", "scx-cosim run ..."});
    signal_ = supervise(jobs_, options, [](const Job&) {});
    return jobs_[0].report();
  }
  json::Value result() const { return json::read_file(dir_ / "out/result.json"); }
  std::vector<std::string> files() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(dir_ / "out")) names.push_back(entry.path().filename().string());
    std::sort(names.begin(), names.end());
    return names;
  }

  test::TempDir dir_;
  Backend backend_ = test::fake_backend(SCX_TEST_CONFIGS);
  std::vector<Job> jobs_;
  std::string misbehaviour_;
  int signal_ = 0;
};

}  // namespace tb::run
