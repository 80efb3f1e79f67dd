// SPDX-License-Identifier: Apache-2.0
// Short ways to read configurations and to feed events in tests.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "log/decode.h"
#include "tb/config/scenario_file.h"
#include "tb/config/yaml_file.h"
#include "tests/tb/fake_machine.h"
#include "trace_events.h"  // generated

namespace tb::test {

// The smallest scenario there is; tests add to it.
inline const std::string kMinimal =
    "name: minimal\n"
    "question: Does it run?\n"
    "hardware: mc2\n"
    "tasks: [ { name: hog, program: [ { run_us: 10 } ] } ]\n"
    "run: { until_us: 100 }\n"
    "expect: [ { ending: running } ]\n";

inline config::Library library() { return fake_backend(SCX_TEST_CONFIGS).library; }

inline config::ScenarioFile scenario_file(const std::string& text) {
  return config::scenario_from_tree(config::parse_yaml(text, "test.yaml"), "test.yaml");
}

inline config::Scenario scenario(const std::string& text, const std::vector<std::string>& sets = {},
                                 const std::string& variant = "base") {
  std::vector<config::Override> overrides;
  for (const auto& set : sets) overrides.push_back(config::parse_set(set));
  return config::resolve(scenario_file(text), variant, overrides, library());
}

// The message of the ConfigError that `action` throws; empty if it throws none.
inline std::string config_error(const std::function<void()>& action) {
  try {
    action();
  } catch (const config::ConfigError& error) {
    return error.what();
  }
  return {};
}

// Calls `see` with each event of the script, decoded.
inline void for_each_event(const std::vector<Played>& script, const std::function<void(const event_log::EventView&)>& see) {
  event_log::Decoder decoder;
  for (const EncodedEvent& event : encode(script)) {
    if (!decoder.decode(event.id, event.payload)) std::abort();  // the encoders and the schema come from one list
    see({event.cycle, event.hart, event.id, decoder.fields()});
  }
}

// A directory of its own, gone with the object.
class TempDir {
 public:
  TempDir() {
    std::string pattern = (std::filesystem::temp_directory_path() / "scx-test-XXXXXX").string();
    if (!::mkdtemp(pattern.data())) std::abort();
    path_ = pattern;
  }
  ~TempDir() { std::filesystem::remove_all(path_); }
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

}  // namespace tb::test
