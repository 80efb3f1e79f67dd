// SPDX-License-Identifier: Apache-2.0
// Runs scx-cosim as a user would and reads what it left.
#pragma once

#include <sys/wait.h>

#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "json/value.h"
#include "log/reader.h"
#include "tests/tb/support.h"

namespace tb::test {

struct CosimResult {
  int code;
  json::Value result;
  std::filesystem::path dir;

  [[nodiscard]] std::vector<std::string> failed() const {
    std::vector<std::string> texts;
    for (const auto& item : result["expect"])
      if (!item["passed"].get<bool>()) texts.push_back(item["expected"].get<std::string>());
    return texts;
  }
  [[nodiscard]] std::string hash() const { return result["hash"]["events"].get<std::string>(); }
};

// Throws unless the run left a result of its own: an older one must never be taken for it.
inline CosimResult run_cosim(const TempDir& scratch, const std::string& scenario, const std::string& variant,
                             const std::string& options, const std::string& binary) {
  const std::string out = (scratch / "runs").string();
  const std::filesystem::path dir = std::filesystem::path(out) / scenario / variant;
  std::filesystem::remove_all(dir);
  const std::string command =
      binary + " run " + scenario + " --variant " + variant + " --quiet --out " + out + " " + options + " >/dev/null";
  const int status = std::system(command.c_str());
  if (!WIFEXITED(status)) throw std::runtime_error("killed: " + command);
  return {WEXITSTATUS(status), json::read_file(dir / "result.json"), dir};
}

// A run that was made already.
inline CosimResult read_run(const std::filesystem::path& dir) { return {0, json::read_file(dir / "result.json"), dir}; }

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
  [[nodiscard]] bool has(const std::string& field) const { return (text + " ").find(" " + field + " ") != std::string::npos; }
};

inline std::vector<Logged> events_of(const std::filesystem::path& dir) {
  std::vector<Logged> events;
  event_log::LogReader reader((dir / "events.bin").string());
  event_log::EventView event;
  while (reader.next(event)) {
    const std::string text = event_log::to_string(event);
    events.push_back({event.cycle, event.hart, text.substr(text.find(event_log::type_of(event.id).name))});
  }
  return events;
}

}  // namespace tb::test
