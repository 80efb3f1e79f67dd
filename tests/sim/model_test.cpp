// SPDX-License-Identifier: Apache-2.0
// Goal: each hart has its own place in the model's ports, up to the 64 that there may be: those of a bit lie eight to a byte.
#include "sim/model.h"

#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <iterator>
#include <stdexcept>

namespace sim {
namespace {

using Port = std::array<std::uint8_t, 8>;

TEST(PackedBitsTest, BitsLieEightToAByteTheFirstLowest) {
  const Port port{0x01, 0x80, 0, 0, 0, 0, 0, 0x84};
  for (unsigned i = 0; i < 64; ++i) EXPECT_EQ(bit_of(port.data(), i), i == 0 || i == 15 || i == 58 || i == 63) << i;
}

TEST(PackedBitsTest, OneIsSetClearedAndToggledWithoutTheOthers) {
  for (const std::uint8_t others : {std::uint8_t{0}, std::uint8_t{0xff}})
    for (unsigned i = 0; i < 64; ++i) {
      Port expected{}, port{};
      expected.fill(others);
      port = expected;
      const auto bit = static_cast<std::uint8_t>(1U << i % 8);
      set_bit(port.data(), i, others == 0xff);
      EXPECT_EQ(port, expected) << i << " was so before";
      expected[i / 8] = static_cast<std::uint8_t>(others ^ bit);
      set_bit(port.data(), i, others == 0);
      EXPECT_EQ(port, expected) << i;
      toggle_bit(port.data(), i);
      expected[i / 8] = others;
      EXPECT_EQ(port, expected) << i;
      toggle_bit(port.data(), i);
      expected[i / 8] = static_cast<std::uint8_t>(others ^ bit);
      EXPECT_EQ(port, expected) << i;
    }
}

// A model of ports alone.
class Ports final : public Model {
 public:
  Ports() : Model(64) {
    pins_.op_tgl = tgl.data();
    pins_.op_ctl = words[0].data();
    pins_.op_addr = words[1].data();
    pins_.op_data = words[2].data();
    pins_.op_cmp = words[3].data();
    pins_.op_lead = words[4].data();
    pins_.rsp_status = status.data();
    pins_.rsp_data = words[5].data();
    pins_.rsp_remaining = words[6].data();
  }
  void power_on(const Knobs&) override {}
  void run(Cycle) override {}
  void waves_on(const std::string&) override {}
  void waves_off() override {}
  void waves_close() override {}

  Port tgl{};
  std::array<std::array<std::uint32_t, 64>, 7> words{};
  std::array<std::uint8_t, 64> status{};
};

TEST(ModelTest, EachHartHasItsOwnOpPort) {
  const Ports model;
  for (HartId hart = 0; hart < 64; ++hart) {
    const OpPins pins = model.op_pins(hart);
    EXPECT_EQ(pins.tgl, &model.tgl[hart / 8]);
    EXPECT_EQ(pins.tgl_bit, 1U << hart % 8);
    const std::array<const std::uint32_t*, 7> found{pins.ctl, pins.addr, pins.data, pins.cmp, pins.lead, pins.rsp_data, pins.rsp_remaining};
    for (std::size_t i = 0; i < found.size(); ++i) EXPECT_EQ(found[i], &model.words[i][hart]) << i;
    EXPECT_EQ(pins.rsp_status, &model.status[hart]);
  }
}

// It may be forked, and run beside others.
TEST(ModelTest, StartsNoThreads) {
  const auto threads = [] {
    const std::filesystem::directory_iterator all("/proc/self/task");
    return std::distance(begin(all), end(all));
  };
  const auto before = threads();
  const std::unique_ptr<Model> model = make_model(4, 1, 10'000);
  EXPECT_EQ(threads(), before);
}

TEST(ModelTest, OnlyCountsThatWereBuiltAreMade) {
  EXPECT_THROW((void)make_model(63, 1, 10'000), std::invalid_argument);
  EXPECT_THROW((void)make_model(0, 1, 10'000), std::invalid_argument);
}

}  // namespace
}  // namespace sim
