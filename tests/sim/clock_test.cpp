// SPDX-License-Identifier: Apache-2.0
// Goal: each hart has its own place in the ports, up to the 64 that there may be; and whatever an input or an op may change, the
// clock asks the RTL anew how far it is quiet.
#include "sim/clock.h"

#include <gtest/gtest.h>

#include <array>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace sim {
namespace {

// A model of ports alone, whose RTL is quiet for ever. A run is one clock, and says what the plan wanted it to be.
class Ports final : public Model {
 public:
  Ports() : Model(platform::kHartsMax) {
    pins_.op_tgl = op_tgl.data();
    pins_.op_ctl = words[0].data();
    pins_.op_addr = words[1].data();
    pins_.op_data = words[2].data();
    pins_.op_cmp = words[3].data();
    pins_.op_lead = words[4].data();
    pins_.rsp_status = status.data();
    pins_.rsp_data = words[5].data();
    pins_.rsp_remaining = words[6].data();
    pins_.irq_src = &irq_src;
    pins_.sysrq_key = &sysrq_key;
    pins_.power_wanted = power_wanted.data();
  }
  void power_on(const Knobs&) override {}
  void run(Cycle limit, SkipPlan* plan) override {
    asked = plan->next(now_, limit, platform::kHorizonNever).ask;
    ++now_;
    if (asked) plan->answered(now_, 1'000'000, status.data());
    if (asked) bark_free_until_ = now_ + 1'000'000;
  }
  void waves_on(const std::string&) override {}
  void waves_off() override {}
  void waves_close() override {}

  std::array<std::uint8_t, 8> op_tgl{}, power_wanted{};
  std::array<std::array<std::uint32_t, platform::kHartsMax>, 7> words{};
  std::array<std::uint8_t, platform::kHartsMax> status{};
  std::uint8_t irq_src = 0, sysrq_key = 0;
  bool asked = false;
};

class ClockTest : public testing::Test {
 protected:
  // Whether the next clock asks.
  bool asks() {
    clock.run(clock.now() + 100'000);
    return ports.asked;
  }
  void answered(HartId hart, const Op& op) {
    clock.present(hart, op, op.opcode == Opcode::kCompute ? op.data : op.lead);
    clock.answered(hart, op);
  }

  std::unique_ptr<Ports> made = std::make_unique<Ports>();
  Ports& ports = *made;
  Clock clock{std::move(made), true};
};

TEST_F(ClockTest, EachHartHasItsOwnOpPort) {
  for (HartId hart = 0; hart < platform::kHartsMax; ++hart) {
    clock.present(
        hart, {.opcode = Opcode::kCas, .addr = 1000 + hart, .data = 2000 + hart, .compare = 3000 + hart, .lead = 4000 + hart}, 0);
    ports.words[5][hart] = 5000 + hart;
    ports.words[6][hart] = 6000 + hart;
    ports.status[hart] = static_cast<std::uint8_t>(hart);
  }
  for (HartId hart = 0; hart < platform::kHartsMax; ++hart) {
    EXPECT_EQ(ports.words[0][hart], static_cast<std::uint32_t>(Opcode::kCas));
    for (std::uint32_t field = 1; field < 5; ++field) EXPECT_EQ(ports.words[field][hart], 1000 * field + hart) << field;
    EXPECT_EQ(clock.data(hart), 5000 + hart);
    EXPECT_EQ(clock.remaining(hart), 6000 + hart);
    EXPECT_EQ(clock.response(hart), hart);
    EXPECT_TRUE(bit_of(ports.op_tgl.data(), hart)) << "one flip each";
  }
}

TEST_F(ClockTest, InputsAreSetOneByOne) {
  clock.set_irq_source(3, true);
  clock.set_irq_source(5, true);
  clock.set_irq_source(3, false);
  EXPECT_EQ(ports.irq_src, 1U << 5);
  clock.set_sysrq_key('d');
  EXPECT_EQ(ports.sysrq_key, 'd');
  clock.set_power_switch(63, true);
  EXPECT_EQ(ports.power_wanted[7], 0x80);
}

TEST_F(ClockTest, AsksAnewAfterWhateverMayMoveSomething) {
  const Op compute{.opcode = Opcode::kCompute, .data = 1000};
  const Op load{.opcode = Opcode::kLoad, .addr = platform::ram::kBase, .lead = 1000};
  const Op device{.opcode = Opcode::kStore, .addr = platform::mtimer::mtimecmp_lo(0), .lead = 1000};
  const std::vector<std::function<void()>> moves{[&] { clock.set_irq_source(0, true); }, [&] { clock.set_sysrq_key('d'); },
                                                 [&] { clock.set_power_switch(1, false); }, [&] { answered(2, device); },
                                                 [&] { clock.abandoned(1); }};
  EXPECT_TRUE(asks()) << "it knows nothing yet";
  for (std::size_t i = 0; i < moves.size(); ++i) {
    EXPECT_FALSE(asks()) << i;
    moves[i]();
    EXPECT_TRUE(asks()) << i;
  }
  clock.present(0, compute, compute.data);
  EXPECT_FALSE(asks()) << "how long a hart computes is known";
  answered(1, load);
  EXPECT_FALSE(asks()) << "RAM moves no line";
}

TEST_F(ClockTest, TraceRegistersRestUntilAWatchdogMayBark) {
  EXPECT_TRUE(clock.trace_in_time()) << "nothing is known yet";
  EXPECT_TRUE(asks());
  EXPECT_FALSE(clock.trace_in_time());
  EXPECT_GT(clock.trace_rests_until(), 900'000U);
  const Op pet{.opcode = Opcode::kStore, .addr = platform::swdt::pet(40)};
  clock.present(1, pet, 0);
  EXPECT_TRUE(clock.trace_in_time()) << "it may be told to bark soon";
  clock.answered(1, pet);
  EXPECT_TRUE(clock.trace_in_time()) << "the answer of before is void";
  EXPECT_TRUE(asks());
  EXPECT_FALSE(clock.trace_in_time());
  clock.present(1, pet, 0);
  clock.abandoned(1);
  EXPECT_FALSE(clock.trace_in_time()) << "it was never done";
  clock.waves_on("");
  EXPECT_TRUE(clock.trace_in_time()) << "somebody looks";
  clock.waves_off();
  EXPECT_FALSE(clock.trace_in_time());
}

}  // namespace
}  // namespace sim
