// SPDX-License-Identifier: Apache-2.0
// Goal: every shipped scenario passes on the host machine too: a quick look at all of them,
// with or without RTL.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "tb/config/known_texts.h"
#include "tests/scenarios/host_backend.h"
#include "tests/scenarios/story.h"

namespace tb {
namespace {

class HostScenarioTest : public testing::TestWithParam<test::Case> {
 protected:
  test::TempDir dir_;
};

TEST_P(HostScenarioTest, Passes) {
  const auto [scenario, variant] = GetParam();
  const auto run = test::run_cosim(dir_, scenario, variant, "--set waves=none", SCX_COSIM_HOST);
  const test::Story story = test::story_of(run);
  EXPECT_EQ(story.outcome, "passed") << run.result["message"] << testing::PrintToString(story.failed);
}

// Every name of a task in the log of a run.
std::set<std::string> comms_in(const std::filesystem::path& dir) {
  std::set<std::string> names;
  event_log::LogReader reader((dir / "events.bin").string());
  event_log::EventView event;
  while (reader.next(event)) {
    const auto& fields = event_log::type_of(event.id).fields;
    for (std::size_t i = 0; i < event.fields.size(); ++i)
      if (fields[i].type == trace::schema::FieldType::kComm) names.emplace(event.fields[i].text);
  }
  return names;
}

// A name that readers do not know is refused in expectations; one that no kernel gives would be taken.
TEST(KnownTasksTest, TasksAreCalledAsTheReadersKnow) {
  const test::TempDir dir;
  const config::Library library = test::host_backend(SCX_TEST_CONFIGS).library;
  std::set<std::string> kinds, seen;
#define THREAD(id, comm, number, what) kinds.emplace(std::string(comm).substr(0, std::string(comm).find('%')).substr(0, 15));
#include "firmware/kernel/thread_names.def"
#undef THREAD
  for (const char* name : {"hotplug", "second_policy"}) {
    const auto file = config::read_scenario_file(config::find_scenario(name, library), library);
    const config::Scenario scenario = config::resolve(file, file.variants.front(), {}, library);
    const auto run = test::run_cosim(dir, name, file.variants.front(), "--set waves=none", SCX_COSIM_HOST);
    for (const std::string& comm : comms_in(run.dir)) {
      EXPECT_THAT(config::task_names(scenario), testing::Contains(comm)) << name;
      for (const std::string& kind : kinds)
        if (comm.starts_with(kind)) seen.insert(kind);
    }
  }
  EXPECT_EQ(seen, kinds);
}

INSTANTIATE_TEST_SUITE_P(Shipped, HostScenarioTest, testing::ValuesIn(test::shipped_cases()),
                         [](const auto& one) { return test::name_of(one.param); });

}  // namespace
}  // namespace tb
