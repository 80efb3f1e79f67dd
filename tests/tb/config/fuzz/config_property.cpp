// SPDX-License-Identifier: Apache-2.0
#include "tests/tb/config/fuzz/config_property.h"

#include "tb/config/emit.h"
#include "tb/config/lower.h"
#include "tb/config/resolved.h"
#include "tb/config/scenario_file.h"
#include "tb/config/yaml_file.h"

namespace tb::fuzz {

namespace {

constexpr std::string_view kSource = "fuzzed.yaml";

config::ScenarioFile load(std::string_view text, const config::Library& library) {
  const auto path = (library.configs / "scenarios" / kSource).string();
  return config::scenario_from_tree(config::parse_yaml(text, std::string(kSource)), path);
}

std::string broken_round_trip(const config::Scenario& scenario, const config::Library& library) {
  const std::string once = config::emit_yaml(config::resolved_tree(scenario));
  try {
    const config::Scenario again = config::resolve(load(once, library), scenario.variant, {}, library);
    if (config::emit_yaml(config::resolved_tree(again)) != once) return "the resolved form reads back as another one";
  } catch (const config::ConfigError& error) {
    return std::string("the resolved form is refused: ") + error.what() + "\n" + once;
  }
  return {};
}

}  // namespace

std::string broken_property(std::string_view text, const config::Library& library) {
  try {
    const config::ScenarioFile file = load(text, library);
    for (const std::string& variant : file.variants) {
      const config::Scenario scenario = config::resolve(file, variant, {}, library);
      if (std::string broken = broken_round_trip(scenario, library); !broken.empty()) return broken;
      const config::LoweredScenario lowered(scenario);
      if (lowered.kernel().user.nr_tasks == 0) return "a scenario without a task";
      if (config::all_stimuli(scenario).size() < scenario.stimuli.size()) return "a stimulus is lost";
    }
  } catch (const config::ConfigError& error) {
    const std::string_view message = error.what();
    const auto place = message.find(".yaml");
    if (place == std::string_view::npos || message.size() < place + 10)
      return "a message without a place: " + std::string(message);
  }
  return {};
}

}  // namespace tb::fuzz
