// SPDX-License-Identifier: Apache-2.0
// Runs scx-cosim as a user would and reads what it left.
#pragma once

#include <sys/wait.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "tb/log/reader.h"
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

// Throws unless the run left a result of its own: an older one must never be taken for it.
inline CosimResult run_cosim(const TempDir& scratch, const std::string& scenario, const std::string& variant,
                             const std::string& options, const std::string& binary) {
  const std::string out = (scratch / "runs").string();
  const std::filesystem::path dir = std::filesystem::path(out) / scenario / variant;
  std::filesystem::remove_all(dir);
  const std::string command = binary + " run " + scenario + " --variant " + variant + " --quiet --out " +
                              out + " " + options + " >/dev/null";
  const int status = std::system(command.c_str());
  std::ifstream file(dir / "result.json");
  if (!WIFEXITED(status) || !file) throw std::runtime_error("no result of: " + command);
  return {WEXITSTATUS(status), nlohmann::json::parse(file), dir};
}

// A run that was made already.
inline CosimResult read_run(const std::filesystem::path& dir) {
  std::ifstream file(dir / "result.json");
  if (!file) throw std::runtime_error("no result in " + dir.string() + ": the scenario was not run");
  return {0, nlohmann::json::parse(file), dir};
}

#ifdef SCX_COSIM
inline CosimResult run_cosim(const TempDir& scratch, const std::string& scenario, const std::string& variant,
                             const std::string& options) {
  return run_cosim(scratch, scenario, variant, options, SCX_COSIM);
}
#endif

// One event of a run, as `scx-cosim events` words it.
struct Logged {
  sim::Cycle cycle;
  sim::HartId hart;
  std::string text;  // name field=value ...
  [[nodiscard]] bool is(const std::string& prefix) const { return text.rfind(prefix, 0) == 0; }
  [[nodiscard]] bool has(const std::string& field) const {
    return (text + " ").find(" " + field + " ") != std::string::npos;
  }
};

inline std::vector<Logged> events_of(const std::filesystem::path& dir) {
  std::vector<Logged> events;
  log::LogReader reader((dir / "events.bin").string());
  log::EventView event;
  while (reader.next(event)) {
    const std::string text = log::to_string(event);
    events.push_back({event.cycle, event.hart, text.substr(text.find(log::type_of(event.id).name))});
  }
  return events;
}

}  // namespace tb::test
