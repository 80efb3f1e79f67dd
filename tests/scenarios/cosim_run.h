// SPDX-License-Identifier: Apache-2.0
// Runs scx-cosim as a user would and reads what it left.
#pragma once

#include <sys/wait.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/tb/support.h"

namespace tb::test {

struct CosimResult {
  int code;
  nlohmann::json result;
  std::filesystem::path dir;

  [[nodiscard]] std::vector<std::string> failed() const {
    std::vector<std::string> texts;
    for (const auto& item : result["expect"])
      if (!item["passed"]) texts.push_back(item["expected"]);
    return texts;
  }
  [[nodiscard]] std::string hash() const { return result["hash"]["events"]; }
};

inline CosimResult run_cosim(const TempDir& scratch, const std::string& scenario, const std::string& variant, const std::string& options) {
  const std::string out = (scratch / "runs").string();
  const std::string command = std::string(SCX_COSIM " run ") + scenario + " --variant " + variant + " --quiet --out " + out + " " + options + " >/dev/null";
  const int status = std::system(command.c_str());
  const std::filesystem::path dir = std::filesystem::path(out) / scenario / variant;
  std::ifstream file(dir / "result.json");
  return {WEXITSTATUS(status), nlohmann::json::parse(file), dir};
}

}  // namespace tb::test
