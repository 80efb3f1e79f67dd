// SPDX-License-Identifier: Apache-2.0
// Goal: whatever a log says, the ledger of each wait adds up; the way back is in order; the schema names what is printed.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <random>

#include "tb/explain/verdict.h"
#include "tests/tb/explain/script.h"

namespace tb::explain {
namespace {

TEST_F(ExplainTest, TheStepsLeadFromTheCauseToTheRun) {
  const Explanation found = of({{10, 0, born(kVictim, "victim")},
                                {1000, 0, switched(0, kR, kOther, trace::Class::kRt)},
                                {1000, 1, switched(0, kR, kThird)},
                                {1900, 1, [] { trace::sched_waking(kVictim, "victim", 0); }},
                                {2000, 1, queued(kVictim, trace::Queue::kLocal)},
                                {2010, 1, woken(kVictim, "victim")},
                                {500'000, 0, switched(kOther, kS, kVictim, trace::Class::kExt, trace::Class::kRt)}});
  std::vector<std::string> steps;
  for (const Step& step : found.steps) steps.push_back(fmt::format("{} {}", step.cycle, step.text));
  EXPECT_THAT(steps, testing::ElementsAre("1000 switches to other[6]", "1900 third[7] begins to wake the task",
                                          "2000 the task is put on the local DSQ of CPU 0", "2010 third[7] wakes the task",
                                          "500000 the task runs"));
}

TEST(ExplainSchema, NamesAllCausesAndVerdicts) {
  std::ifstream file(SCX_TEST_CONFIGS "/schema/explain.json");
  const json::Value schema = json::parse(std::string(std::istreambuf_iterator<char>(file), {}));
  json::Value causes = json::Value::array(), classes = json::Value::array();
  for (const CauseInfo& cause : kCauses) causes.push_back(std::string(cause.name));
  for (std::size_t i = 0; i <= static_cast<std::size_t>(Class::unknown); ++i) classes.push_back(std::string(name_of(Class(i))));
  EXPECT_EQ(schema["definitions"]["entry"]["properties"]["cause"]["enum"].dump(), causes.dump());
  EXPECT_EQ(schema["definitions"]["cause"]["properties"]["cause"]["enum"].dump(), causes.dump());
  EXPECT_EQ(schema["properties"]["verdict"]["properties"]["class"]["enum"].dump(), classes.dump());
}

// Whatever the log says, the ledger adds up.
class Seeds : public ExplainTest, public testing::WithParamInterface<unsigned> {};

TEST_P(Seeds, TheSumIsTheWait) {
  std::mt19937 random(GetParam());
  const auto below = [&random](unsigned n) { return static_cast<unsigned>(random() % n); };
  std::vector<Played> script;
  std::array<unsigned, 2> running{};
  sim::Cycle now = 10;
  for (unsigned pid = kVictim; pid < kVictim + 3; ++pid)
    script.push_back({now, 0, born(pid, "t", trace::Class(2 + below(3)), 1 + below(3))});
  for (unsigned i = 0; i < 400; ++i) {
    now += 1 + below(3000);
    const unsigned hart = below(2), pid = kVictim + below(3);
    switch (below(14)) {
      case 0: script.push_back({now, hart, woken(pid, "t", below(2))}); break;
      case 1:
      case 2: script.push_back({now, hart, queued(pid, trace::Queue(below(6)), below(2))}); break;
      case 3:
      case 4: {
        const unsigned next = below(2) == 0 ? 0 : running[1 - hart] == pid ? 0 : pid;
        script.push_back({now, hart, switched(running[hart], below(2) == 0 ? kR : kS, next)});
        running[hart] = next;
        break;
      }
      case 5: script.push_back({now, hart, asleep()}); break;
      case 6: script.push_back({now, hart, [] { trace::irq_entry(trace::Cause::kSoftware); }}); break;
      case 7: script.push_back({now, hart, [] { trace::irq_exit(trace::Cause::kSoftware); }}); break;
      case 8:
        script.push_back({now, hart, balance()});
        script.push_back({now, hart, call(1 + below(40))});
        break;
      case 9: script.push_back({now, hart, balance_ends(below(2) == 0)}); break;
      case 10: script.push_back({now, hart, [hart] { trace::ipi_raise(1 - hart, trace::IpiReason::kKick, true); }}); break;
      case 11: script.push_back({now, hart, [hart] { trace::contention_begin(64, trace::LockKind::kRq, 0, 1 - hart); }}); break;
      case 12: script.push_back({now, hart, [] { trace::contention_end(64); }}); break;
      default: script.push_back({now, hart, [hart] { trace::kick(1 - hart, 4, false); }}); break;
    }
  }
  unsigned waits = 0;
  for (sim::Cycle at = 0; at < now; at += now / 23) {
    const Explanation found = of(script, {.at = std::to_string(at)});
    if (!found.wait) continue;
    ++waits;
    EXPECT_EQ(sum(found), found.wait->cycles()) << "seed " << GetParam() << ", at " << at;
    for (const Entry& entry : found.ledger) EXPECT_GE(entry.first, found.wait->from);
  }
  EXPECT_GT(waits, 5u);
}

INSTANTIATE_TEST_SUITE_P(Random, Seeds, testing::Range(1u, 13u));

}  // namespace
}  // namespace tb::explain
