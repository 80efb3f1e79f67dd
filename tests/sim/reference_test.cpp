// SPDX-License-Identifier: Apache-2.0
// The bridge against a machine that was written from the documentation and shares nothing with it: each op's answer and cycle, each
// event's cycle and place, whatever is skipped, shown or asked for at once.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>

#include "tests/sim/bridge_run.h"
#include "tests/sim/own_file.h"
#include "tests/sim/random_software.h"

namespace sim_test {
namespace {

constexpr sim::Cycle kCycles = 60'000;

Setup setup_of(std::uint64_t seed, unsigned harts) {
  Setup setup{.harts = harts,
              .knobs = {.mem_latency = static_cast<std::uint16_t>(seed % 5),
                        .ipi_latency = static_cast<std::uint16_t>(seed * 7 % 40),
                        .irq_entry_latency = static_cast<std::uint16_t>(seed * 5 % 23),
                        .timer_prescale = static_cast<std::uint16_t>(seed % 3 * 4)},
              .stimuli = {},
              .cycles = kCycles};
  for (sim::Cycle at = 3000 + seed; at + 2000 < kCycles; at += 700 + seed * 13) {
    const auto source = static_cast<unsigned>(at % 3);
    setup.stimuli.push_back({at, source, true});
    setup.stimuli.push_back({at + 150, source, false});
  }
  return setup;
}

// What is asked for at once comes at its cycle; and who runs at a cycle finds all before it delivered.
std::string late_deliveries(const BridgeTrace& trace, const std::bitset<256>& prompt) {
  for (std::size_t i = 0; i < trace.shown.size(); ++i) {
    const bool late = prompt[trace.shown[i].event] && trace.delivered_at[i] != trace.shown[i].cycle;
    if (late || trace.delivered_at[i] < trace.shown[i].cycle)
      return "the event of cycle " + std::to_string(trace.shown[i].cycle) + " was delivered at cycle " +
             std::to_string(trace.delivered_at[i]) + "\n";
  }
  for (const auto& [cycle, known] : trace.known) {
    const auto first_later = std::partition_point(trace.shown.begin(), trace.shown.end(),
                                                  [at = cycle](const Shown& event) { return event.cycle < at; });
    if (known < static_cast<std::size_t>(first_later - trace.shown.begin()))
      return "software ran at cycle " + std::to_string(cycle) + " with events before it not delivered\n";
  }
  return {};
}

std::string too_tame(const RandomSoftware::Met& met) {
  const unsigned least = std::min({met.nmi, met.external, met.software, met.timer, met.computes_cut, met.leads_cut,
                                   met.not_started, met.let_in, met.refused, met.woken});
  return least >= 1 ? "" : "the traffic is too tame\n";
}

std::string compare(std::uint64_t seed, unsigned harts, const BridgeOptions& options) {
  return in_child([&]() -> std::string {
    const Setup setup = setup_of(seed, harts);
    RandomSoftware on_bridge(harts, seed), on_reference(harts, seed);
    const BridgeTrace found = run_on_bridge(setup, on_bridge, options);
    if (!found.trouble.empty()) return found.trouble;
    if (found.boot != 5) return "the first clock without reset is not the one after the fifth\n";
    if (found.end != setup.cycles) return "the run did not end at its last cycle\n";
    if (options.skip == (found.clocks == setup.cycles)) return "skipping is not what was asked for\n";
    const Trace expected = ReferenceMachine(setup, on_reference, found.boot).run();
    Trace seen = found;
    const auto in_time = [](const auto& item) { return item.cycle >= kCycles; };  // the last cycle's are cut
    std::erase_if(seen.served, in_time);
    std::erase_if(seen.shown, in_time);
    std::string text = difference(expected, seen);
    if (text.empty()) text = late_deliveries(found, options.prompt);
    return text.empty() ? too_tame(on_reference.met()) : text;
  });
}

class ReferenceTest : public testing::TestWithParam<std::uint64_t> {
 protected:
  static std::bitset<256> prompt() { return std::bitset<256>().set(kPromptEvent); }
  static std::bitset<256> all() { return std::bitset<256>().set(); }
};

TEST_P(ReferenceTest, EveryCycleClocked) { EXPECT_EQ(compare(GetParam(), 4, {.skip = false, .prompt = prompt()}), ""); }

TEST_P(ReferenceTest, SkippingWithFewEventsAtOnce) { EXPECT_EQ(compare(GetParam(), 4, {.prompt = prompt()}), ""); }

TEST_P(ReferenceTest, SkippingWithAllEventsAtOnce) { EXPECT_EQ(compare(GetParam(), 4, {.prompt = all()}), ""); }

TEST_P(ReferenceTest, SkippingWithWavesOpenForAWhile) {
  const std::string path = own_file("reference" + std::to_string(GetParam()) + ".fst");
  EXPECT_EQ(compare(GetParam(), 4, {.fst_path = path, .wave_from = 7000, .wave_to = 19'000}), "");
  std::remove(path.c_str());
}

TEST_P(ReferenceTest, EveryCycleClockedWithWavesOpenForAWhile) {
  const std::string path = own_file("clocked" + std::to_string(GetParam()) + ".fst");
  EXPECT_EQ(compare(GetParam(), 4, {.skip = false, .fst_path = path, .wave_from = 7000, .wave_to = 9000}), "");
  std::remove(path.c_str());
}

TEST_P(ReferenceTest, OneHartAlone) {
  EXPECT_EQ(compare(GetParam(), 1, {.prompt = prompt()}), "");
  EXPECT_EQ(compare(GetParam(), 1, {.skip = false}), "");
}

INSTANTIATE_TEST_SUITE_P(Seeds, ReferenceTest, testing::Range<std::uint64_t>(1, 13));

}  // namespace
}  // namespace sim_test
