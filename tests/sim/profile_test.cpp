// SPDX-License-Identifier: Apache-2.0
// Goal: the host's time is given to the part that took it. Time here is made up: it passes by clocks of the RTL, by a tick each time
// it is read, and by what one part at a time dawdles, which is far more.
#include "sim/profile.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <numeric>

#include "tests/sim/own_file.h"
#include "tests/sim/scripted_harts.h"

namespace sim_test {
namespace {

using sim::Opcode;
using sim::Profile;

constexpr double kMost = 0.5;

std::uint64_t passed = 0;           // ticks
const sim::Soc* clocked = nullptr;  // whose clocks are time too

void dawdle() { passed += 1'000'000; }
std::uint64_t read_time() { return ++passed + (clocked != nullptr ? 10 * clocked->clocks() : 0); }

TEST(ProfileTest, EachMomentBelongsToThePartEnteredLast) {
  Profile profile;
  EXPECT_EQ(profile.enter(Profile::kRtl), Profile::kRtl) << "nobody asked";
  EXPECT_EQ(profile.shares(), (std::array<double, Profile::kParts>{}));
  dawdle();
  profile.start(read_time);
  EXPECT_EQ(profile.enter(Profile::kRtl), Profile::kBridge) << "whose it is at first";
  dawdle();
  EXPECT_EQ(profile.enter(Profile::kFirmware), Profile::kRtl);
  dawdle();
  EXPECT_EQ(profile.enter(Profile::kRtl), Profile::kFirmware);
  dawdle();
  EXPECT_EQ(profile.enter(Profile::kSystemC), Profile::kRtl);
  const auto shares = profile.shares();
  EXPECT_NEAR(shares[Profile::kRtl], 2.0 / 3, 1e-5);
  EXPECT_NEAR(shares[Profile::kFirmware], 1.0 / 3, 1e-5);
  EXPECT_NEAR(shares[Profile::kBridge], 0, 1e-5);
  EXPECT_EQ(shares[Profile::kSystemC], 0);
  EXPECT_NEAR(std::accumulate(shares.begin(), shares.end(), 0.0), 1, 1e-9);
}

class SharesTest : public testing::Test {
 protected:
  SharesTest() : SharesTest(with(true, {})) {}
  explicit SharesTest(const sim::SocParameters& parameters) : harts(parameters) {
    harts.soc.stop_at(10'000);
    harts.soc.at(100, [this] { harts.soc.profile().start(read_time); });
    clocked = &harts.soc;
  }
  ~SharesTest() override { clocked = nullptr; }
  static sim::SocParameters with(bool skip, std::string fst_path) {
    return {.harts = 4,
            .clock_mhz = 100,
            .knobs = {2, 4, 6, 0},
            .seed = 1,
            .skip = skip,
            .fst_path = std::move(fst_path),
            .cycles_max = 100'000};
  }
  double share_of(Profile::Part part) {
    harts.run();
    return harts.soc.profile().shares()[part];
  }

  ScriptedHarts harts;
};

TEST_F(SharesTest, SoftwareIsTheFirmwares) {
  harts.on_start(0, [this] {
    harts.compute(0, 1000);
    dawdle();
  });
  EXPECT_GT(share_of(Profile::kFirmware), kMost);
}

sim::Mark event_at(std::uint32_t offset) {
  return {.offset = offset,
          .reg = sim::kEventMark,
          .event = static_cast<std::uint8_t>(trace::Event::kTick),
          .hart = 0,
          .value = 0,
          .length = 0};
}

TEST_F(SharesTest, ObserversAreTheEventLogs) {
  const std::vector<sim::Mark> marks{event_at(500)};
  harts.watch = [](const ScriptedHarts::Event& event) {
    if (event.cycle > 200) dawdle();
  };
  harts.on_start(0, [&] { harts.execute(0, {.opcode = Opcode::kCompute, .data = 1000, .marks = {marks, nullptr}}); });
  EXPECT_GT(share_of(Profile::kEventLog), kMost);
}

TEST_F(SharesTest, StimuliAreTheBridgesWhereverTheClockStands) {
  harts.soc.at(2000, dawdle);
  EXPECT_GT(share_of(Profile::kBridge), kMost);
}

TEST_F(SharesTest, AlsoBehindEvents) {
  std::vector<sim::Mark> marks{event_at(500)};
  harts.on_start(0, [&] {
    harts.compute(0, 1000);
    harts.soc.at(harts.soc.now() + 500, dawdle);
    harts.execute(0, {.opcode = Opcode::kCompute, .data = 1000, .marks = {marks, nullptr}});
  });
  EXPECT_GT(share_of(Profile::kBridge), kMost);
}

TEST_F(SharesTest, AlsoBehindSoftware) {
  harts.on_start(0, [this] {
    harts.compute(0, 1000);
    harts.soc.at(harts.soc.now(), dawdle);
  });
  EXPECT_GT(share_of(Profile::kBridge), kMost);
}

TEST_F(SharesTest, ChangesOfContextAreSystemCs) {
  harts.on_start(0, [this] {
    harts.store(0, platform::hart_control::run(0), 2);
    for (int i = 0; i < 50; ++i) harts.compute(0, 100);
  });
  harts.on_start(1, [this] {
    for (int i = 0; i < 50; ++i) harts.compute(1, 90);
  });
  EXPECT_GT(share_of(Profile::kSystemC), 0);
}

struct ClockedShares : SharesTest {
  ClockedShares() : SharesTest(with(false, {})) {}
};

TEST_F(ClockedShares, ClocksAreTheRtls) { EXPECT_GT(share_of(Profile::kRtl), kMost); }

struct ShownShares : SharesTest {
  ShownShares() : SharesTest(with(false, path())) {}
  ~ShownShares() override { std::remove(path().c_str()); }
  static std::string path() { return own_file("shares.fst"); }
};

TEST_F(ShownShares, WavesAreAPartOfTheirOwn) {
  harts.soc.at(150, [this] { harts.soc.waves_on(); });
  EXPECT_GT(share_of(Profile::kTracing), 0.01);
  EXPECT_GT(harts.soc.profile().shares()[Profile::kRtl], 0.01);
}

}  // namespace
}  // namespace sim_test
