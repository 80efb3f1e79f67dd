// SPDX-License-Identifier: Apache-2.0
#include "tests/scenarios/story.h"

#include <algorithm>

#include "tb/config/library.h"
#include "tests/scenarios/host_backend.h"

namespace tb::test {

namespace {

std::string name_in(const std::string& text) {
  const std::size_t at = text.find("comm=") + 5;
  return text.substr(at, text.find(' ', at) - at);
}

}  // namespace

void PrintTo(const Case& one, std::ostream* out) { *out << one.scenario << "/" << one.variant; }

std::string name_of(const Case& one) {
  std::string name = one.scenario + "_" + one.variant;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

std::vector<Case> shipped_cases() {
  std::vector<Case> list;
  const config::Library library = host_backend(SCX_TEST_CONFIGS).library;
  for (const std::string& name : config::shipped_names(library, "scenarios")) {
    if (name.ends_with("_full")) continue;
    const auto file = config::read_scenario_file(config::find_scenario(name, library), library);
    for (const std::string& variant : file.variants) list.push_back({name, variant});
  }
  return list;
}

Story story_of(const CosimResult& run) {
  const auto& result = run.result;
  const auto& exit = result["exit"];
  const auto part = [&exit](const char* key) { return exit.is_null() ? std::string("none") : exit[key].dump(); };
  Story story;
  story.outcome = result["outcome"].get<std::string>();
  story.ending = result["ending"].get<std::string>();
  story.exit_kind = part("kind");
  story.exit_code = part("code");
  story.exit_reason = part("reason");
  story.tasks_lost = result["metrics"]["tasks_lost"].dump();
  for (const Logged& event : events_of(run.dir)) {
    story.loads += event.is("scx_enable ") ? 1 : 0;
    story.unloads += event.is("scx_disable ") ? 1 : 0;
    if (event.is("task_exit ")) story.exited.push_back(name_in(event.text));
  }
  std::sort(story.exited.begin(), story.exited.end());
  story.failed = run.failed();
  return story;
}

}  // namespace tb::test
