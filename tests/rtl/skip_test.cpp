// SPDX-License-Identifier: Apache-2.0
// Skipping is exact: random software on all harts, over every counter of the SoC, answers the same at the same cycle
// whether quiet cycles are clocked one by one, skipped as far as the horizon allows, or skipped by any smaller amount.
#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <functional>
#include <random>

#include "sim/skip_plan.h"
#include "tests/rtl/soc_bench.h"

namespace bench {
namespace {

using namespace platform;

enum class Skip { kNever, kFar, kShown, kAnyAmount };

class Hash {
 public:
  void add(std::uint64_t value) { state_ = (state_ ^ value) * 0x100000001b3ULL + (state_ >> 29U); }
  [[nodiscard]] std::uint64_t value() const { return state_; }

 private:
  std::uint64_t state_ = 0xcbf29ce484222325ULL;
};

struct Outcome {
  std::uint64_t services;
  std::uint64_t hash;
  std::uint64_t clocks;
  std::uint64_t leaps;
  std::uint64_t events;
};

// Software whose every decision depends only on what the SoC has answered so far.
class RandomSoftware {
 public:
  RandomSoftware(std::uint64_t seed, Skip skip)
      : random_(seed),
        cut_(seed + 99),
        skip_(skip),
        knobs_(knobs(random_)),
        soc_(knobs_, seed),
        plan_(kHarts, knobs_.mem_latency) {
    soc_.boot_all();
    for (unsigned hart = 0; hart < kHarts; ++hart) per_hart_[hart].seed(seed * 16 + hart);
    prepare();
  }

  Outcome run(std::uint64_t cycles) {
    const std::uint64_t end = soc_.now() + cycles;
    std::uint64_t next_level = soc_.now() + 500;
    while (soc_.now() < end) {
      for (unsigned hart = 0; hart < kHarts; ++hart) {
        if (soc_.asks(hart)) serve(hart);
      }
      // The outside world changes at fixed cycles, so no skip may pass them and an ordinary clock follows.
      const std::uint64_t stop = std::min(end, next_level);
      if (soc_.now() == next_level) {
        soc_.set_source(static_cast<unsigned>(next_level / 500 % 3), next_level / 1500 % 2 == 0);
        soc_.pins().pause_i = next_level / 500 % 5 == 0;
        next_level += 500;
        plan_.forget();
        step(end);
      } else {
        step(stop);
      }
    }
    finish();
    return {services_, hash_.value(), clocks_, leaps_, events_};
  }

 private:
  static Knobs knobs(std::mt19937_64& random) {
    const auto up_to = [&](std::uint64_t limit) { return static_cast<std::uint16_t>(random() % (limit + 1)); };
    Knobs knobs;
    knobs.mem_latency = up_to(6);
    knobs.ipi_latency = up_to(40);
    knobs.irq_entry_latency = up_to(30);
    knobs.timer_prescale = up_to(3) * up_to(9);
    return knobs;
  }

  void prepare() {
    soc_.must(0, store(swdt::prescale(), static_cast<std::uint32_t>(random_() % 6)));
    for (unsigned hart = 0; hart < kHarts; ++hart) {
      for (unsigned source = 1; source <= 5; ++source) soc_.must(0, store(plic::priority(source), 1 + source % 3));
      soc_.must(0, store(plic::enable(hart, 0), 0x3e));
      const std::uint32_t route = static_cast<std::uint32_t>(random_() % 3);
      soc_.must(0, store(swdt::channel_bark_thold(hart), 300 + static_cast<std::uint32_t>(random_() % 500)));
      soc_.must(0, store(swdt::channel_bite_thold(hart), hart == 3 ? 1200 : 0xffff'ffff));
      soc_.must(0, store(swdt::channel_ctrl(hart),
                         swdt::kChannelCtrlEnable | (hart & 1U) << 1U | route << swdt::kChannelCtrlBarkRouteShift));
      soc_.must(hart, csr_write(csr::kMie, csr::kMieExternal | csr::kMieSoftware | csr::kMieTimer));
    }
    soc_.must(0, store(swdt::intr_enable(), 0xf));
    soc_.must(0, store(swdt::gctrl(), swdt::kGctrlEnable | swdt::kGctrlPauseInDebug));
  }

  void step(std::uint64_t stop) {
    sim::SkipPlan::Edge next{.skip = 0, .ask = false};
    if (skip_ == Skip::kShown) next = plan_.next_shown(soc_.now(), stop, soc_.pins().sim_bus_horizon_o);
    else if (skip_ != Skip::kNever) next = plan_.next(soc_.now(), stop, soc_.pins().sim_bus_horizon_o);
    if (skip_ == Skip::kAnyAmount && next.leap == 0 && !next.finish)
      next.skip = static_cast<std::uint32_t>(cut_() % (next.skip + 1));
    leaps_ += next.leap != 0 || next.finish ? 1 : 0;
    soc_.pins().sim_leap_i = static_cast<CData>(next.leap);
    soc_.pins().sim_finish_i = next.finish;
    soc_.pins().sim_horizon_en_i = next.ask;
    soc_.clock(next.skip);
    std::array<std::uint8_t, kHarts> status{};
    for (unsigned hart = 0; hart < kHarts; ++hart)
      status[hart] = static_cast<std::uint8_t>(soc_.pins().rsp_status_o >> (8 * hart));
    if (next.ask) plan_.answered(soc_.now(), soc_.pins().sim_horizon_o, status.data());
    ++clocks_;
    if (soc_.pins().sys_attn_o != 0) {
      ++events_;
      for (const std::uint64_t value : {soc_.now(), std::uint64_t{soc_.pins().evt_bark_o}, std::uint64_t{soc_.pins().evt_bite_o},
                                        std::uint64_t{soc_.pins().evt_sysrst_q}, std::uint64_t{soc_.pins().con_valid_o}}) {
        hash_.add(value);
      }
    }
  }

  void serve(unsigned hart) {
    const Response response = soc_.response(hart);
    ++services_;
    for (const std::uint64_t value :
         {soc_.now(), std::uint64_t{hart}, static_cast<std::uint64_t>(response.status), std::uint64_t{response.nmi},
          std::uint64_t{response.cause}, std::uint64_t{response.data}, std::uint64_t{response.remaining}}) {
      hash_.add(value);
    }
    if (device_[hart] || response.status == Status::kReset) plan_.forget();
    std::vector<Op>& todo = todo_[hart];
    if (response.status == Status::kTrapped || response.status == Status::kNotStarted) {
      handler(hart, response);
    } else if (response.status == Status::kReset) {
      todo.clear();
      todo.push_back(csr_write(csr::kMie, csr::kMieExternal | csr::kMieSoftware | csr::kMieTimer));
    } else if (claiming_[hart]) {
      claiming_[hart] = false;
      todo.push_back(store(plic::claim(hart), response.data));
      if (response.data == kPlicSourceSwdt) todo.push_back(store(swdt::intr_state(), ~0U));
    }
    if (todo.empty()) todo.push_back(choose(hart));
    Op op = todo.back();
    todo.pop_back();
    if (op.opcode != Opcode::kCompute && per_hart_[hart]() % 2 == 0) {
      op.lead = static_cast<std::uint32_t>(per_hart_[hart]() % 30);
    }
    device_[hart] = op.opcode != Opcode::kCompute && op.addr < ram::kBase;
    plan_.begin(hart, op.opcode, op.addr, op.opcode == Opcode::kCompute ? op.data : op.lead, soc_.now());
    claiming_[hart] = op.opcode == Opcode::kLoad && op.addr == plic::claim(hart);
    soc_.present(hart, op);
  }

  // Pushes what the handler does, last op first.
  void handler(unsigned hart, const Response& trap) {
    std::vector<Op>& todo = todo_[hart];
    todo.push_back(trap.nmi ? mnret() : mret());
    todo.push_back(compute(2 + static_cast<std::uint32_t>(per_hart_[hart]() % 40)));
    if (trap.nmi) return;
    if (trap.cause == kIrqSoftware) todo.push_back(store(mswi::msip(hart), 0));
    if (trap.cause == kIrqTimer) todo.push_back(store(mtimer::mtimecmp_hi(hart), ~0U));
    if (trap.cause == kIrqExternal) todo.push_back(load(plic::claim(hart)));
  }

  Op choose(unsigned hart) {
    auto draw = [&](std::uint64_t limit) { return static_cast<std::uint32_t>(per_hart_[hart]() % limit); };
    switch (draw(16)) {
      case 0:
      case 1:
      case 2: return compute(1 + draw(20));
      case 3:
      case 4: return compute(1 + draw(700));
      case 5: return {Opcode::kAmoAdd, ram::kBase + 4 * draw(4), 1};
      case 6: return load(ram::kBase + 4 * draw(4));
      case 7: return csr_read(draw(2) != 0 ? csr::kTime : csr::kMcycle);
      case 8: return csr_read(csr::kMip);
      case 9: return store(mswi::msip(draw(kHarts)), 1);
      case 10: todo_[hart].push_back(wfi()); [[fallthrough]];
      case 11: {
        // Compare values are set absolutely, from the cycle count, so that timers do fire.
        todo_[hart].push_back(store(mtimer::mtimecmp_lo(hart), timer_soon(draw(900))));
        return store(mtimer::mtimecmp_hi(hart), 0);
      }
      case 12: return store(swdt::pet(draw(kHarts)), 0);
      case 13: return load(swdt::channel_count(draw(kHarts)));
      case 14: return csr_write(csr::kMstatus, draw(4) == 0 ? 0 : csr::kMstatusMie);
      default: return draw(8) == 0 ? store(console::tx(), 'x') : csr_set(csr::kMstatus, csr::kMstatusMie);
    }
  }

  std::uint32_t timer_soon(std::uint32_t ahead) {
    return static_cast<std::uint32_t>(soc_.now() / (soc_.pins().timer_prescale_i + 1U)) + ahead / 4;
  }

  // The final state of every counter, read at the same cycle in every run.
  void finish() {
    soc_.pins().sim_horizon_en_i = 0;
    soc_.pins().sim_leap_i = 0;
    soc_.pins().sim_finish_i = 0;
    for (unsigned hart = 0; hart < kHarts; ++hart) {
      for (const std::uint32_t number : {csr::kMcycle, csr::kTime, csr::kMip, csr::kMstatus, csr::kMcause}) {
        if (soc_.asks(hart)) hash_.add(soc_.run(hart, csr_read(number)).data);
      }
    }
    for (unsigned reader = 0; reader < kHarts; ++reader) {
      if (!soc_.asks(reader)) continue;
      for (unsigned channel = 0; channel < kHarts; ++channel) {
        for (const std::uint32_t address :
             {swdt::channel_count(channel), swdt::channel_status(channel), swdt::channel_bark_time_lo(channel)}) {
          hash_.add(soc_.run(reader, load(address)).data);
        }
      }
    }
    hash_.add(soc_.now());
  }

  std::mt19937_64 random_;
  std::mt19937_64 cut_;
  Skip skip_;
  Knobs knobs_;
  SocBench soc_;
  sim::SkipPlan plan_;
  std::array<std::mt19937_64, kHarts> per_hart_;
  std::array<std::vector<Op>, kHarts> todo_;
  std::array<bool, kHarts> claiming_{};
  std::array<bool, kHarts> device_{};
  Hash hash_;
  std::uint64_t services_ = 0;
  std::uint64_t clocks_ = 0;
  std::uint64_t leaps_ = 0;
  std::uint64_t events_ = 0;
};

class SkipEquality : public testing::TestWithParam<std::uint64_t> {};

TEST_P(SkipEquality, AnySkipWithinTheHorizonChangesNothing) {
  constexpr std::uint64_t kCycles = 60000;
  const Outcome plain = RandomSoftware(GetParam(), Skip::kNever).run(kCycles);
  EXPECT_GT(plain.services, 100U);
  EXPECT_GT(plain.events, 5U) << "no bark, bite or console byte: the traffic is too tame";
  std::uint64_t clocks = plain.clocks;
  for (const Skip skip : {Skip::kAnyAmount, Skip::kShown, Skip::kFar}) {
    const Outcome skipping = RandomSoftware(GetParam(), skip).run(kCycles);
    EXPECT_EQ(plain.services, skipping.services) << static_cast<int>(skip);
    EXPECT_EQ(plain.hash, skipping.hash) << static_cast<int>(skip);
    if (skip == Skip::kShown) continue;
    EXPECT_LT(skipping.clocks, clocks) << "nothing was skipped, so nothing was compared";
    clocks = skipping.clocks;
    EXPECT_GT(skipping.leaps, 0U);
  }
  RecordProperty("cycles_per_clock_x100", static_cast<int>(plain.clocks * 100 / clocks));
}

INSTANTIATE_TEST_SUITE_P(Seeds, SkipEquality, testing::Range(std::uint64_t{1}, std::uint64_t{25}));

class Quiet : public testing::Test {
 protected:
  SocBench soc_;
  void SetUp() override {
    soc_.boot_all();
    soc_.pins().sim_horizon_en_i = 1;
  }
};

TEST_F(Quiet, HorizonIsEndlessWhileNothingIsPending) {
  constexpr std::uint32_t kEndless = 0x7fff'ffff;
  soc_.clock();
  EXPECT_EQ(soc_.pins().sim_horizon_o, kEndless) << "who presents ops knows that harts ask";
  soc_.present(0, compute(1000));
  for (unsigned hart = 1; hart < kHarts; ++hart) soc_.present(hart, wfi());
  soc_.clock();
  EXPECT_EQ(soc_.pins().sim_horizon_o, kEndless) << "and what they burn";
}

TEST_F(Quiet, HorizonCountsDownToALineAndToTheEndOfATrapEntry) {
  constexpr std::uint32_t kIpiLatency = 4;
  constexpr std::uint32_t kEntryLatency = 6;
  soc_.must(0, csr_write(csr::kMie, csr::kMieSoftware));
  soc_.must(0, csr_set(csr::kMstatus, csr::kMstatusMie));
  soc_.present(0, compute(1000));
  soc_.must(1, store(mswi::msip(0), 1));
  for (std::uint32_t left = kIpiLatency - 1; left > 0; --left) {
    soc_.clock();
    EXPECT_EQ(soc_.pins().sim_horizon_o, left - 1);
  }
  soc_.clock();
  EXPECT_EQ(soc_.pins().sim_horizon_o, 0U) << "the line is up, the trap not taken";
  for (std::uint32_t left = kEntryLatency + 1; left > 0; --left) {
    soc_.clock();
    EXPECT_EQ(soc_.pins().sim_horizon_o, left - 1);
  }
  EXPECT_FALSE(soc_.asks(0));
  soc_.clock();
  EXPECT_TRUE(soc_.asks(0));
  EXPECT_EQ(soc_.response(0).status, Status::kTrapped);
}

TEST_F(Quiet, OneClockBurnsAndOneTakesATransferToItsAccess) {
  constexpr std::uint32_t kLatency = 2;
  soc_.clocks(4);
  for (unsigned hart = 1; hart < kHarts; ++hart) soc_.present(hart, wfi());
  soc_.present(0, {.opcode = Opcode::kLoad, .addr = ram::kBase, .lead = 50});
  soc_.clock();
  soc_.clock(50);
  EXPECT_FALSE(soc_.asks(0));
  EXPECT_EQ(soc_.pins().sim_bus_horizon_o, 0U) << "requested";
  soc_.clock(kLatency + 1);
  EXPECT_EQ(soc_.pins().sim_bus_horizon_o, 1U) << "about to be accessed";
  EXPECT_FALSE(soc_.asks(0));
  soc_.clock();
  EXPECT_TRUE(soc_.asks(0));
  soc_.present(0, compute(100));
  soc_.clock(100);
  EXPECT_TRUE(soc_.asks(0)) << "begun and ended in one clock";
}

TEST_F(Quiet, OneClockTakesATransferFromItsLeadToItsAccess) {
  constexpr std::uint32_t kLatency = 2;
  soc_.must(0, store(ram::kBase + 8, 77));
  soc_.clocks(4);
  for (unsigned hart = 1; hart < kHarts; ++hart) soc_.present(hart, wfi());
  soc_.clock();
  soc_.present(0, {.opcode = Opcode::kAmoAdd, .addr = ram::kBase + 8, .data = 5, .lead = 50});
  soc_.pins().sim_leap_i = 1;
  soc_.clock(50 + 1 + 1 + kLatency);
  soc_.pins().sim_leap_i = 0;
  EXPECT_EQ(soc_.pins().sim_bus_horizon_o, 1U) << "about to be accessed";
  soc_.clock();
  ASSERT_TRUE(soc_.asks(0));
  EXPECT_EQ(soc_.response(0).data, 77U);
  soc_.present(0, {.opcode = Opcode::kLoad, .addr = ram::kBase + 8, .lead = 7});
  soc_.pins().sim_leap_i = 1;
  soc_.clock(7 + 1 + 1 + kLatency + 1);
  soc_.pins().sim_leap_i = 0;
  ASSERT_TRUE(soc_.asks(0)) << "a load to its end";
  EXPECT_EQ(soc_.response(0).status, Status::kDone);
  EXPECT_EQ(soc_.response(0).data, 82U);
}

TEST_F(Quiet, OneClockTakesARequestedLoadToItsEnd) {
  constexpr std::uint32_t kLatency = 2;
  soc_.must(0, store(ram::kBase + 8, 77));
  soc_.clocks(4);
  for (unsigned hart = 2; hart < kHarts; ++hart) soc_.present(hart, wfi());
  soc_.present(0, load(ram::kBase + 8));
  soc_.present(1, {.opcode = Opcode::kStore, .addr = ram::kBase + 8, .data = 5, .lead = 2});
  soc_.clock();
  soc_.pins().sim_finish_i = 1;
  soc_.clock(kLatency + 2);
  soc_.pins().sim_finish_i = 0;
  ASSERT_TRUE(soc_.asks(0));
  EXPECT_EQ(soc_.response(0).data, 77U);
  EXPECT_EQ(soc_.pins().sim_bus_horizon_o, 0U) << "the store has begun meanwhile and waits";
}

TEST_F(Quiet, SleepingSystemIsSkippedToTheTimer) {
  soc_.must(0, csr_write(csr::kMie, csr::kMieTimer));
  soc_.must(0, store(mtimer::mtimecmp_lo(0), 1'000'000));
  soc_.must(0, store(mtimer::mtimecmp_hi(0), 0));
  for (unsigned hart = 0; hart < kHarts; ++hart) soc_.present(hart, wfi());
  soc_.clock();
  unsigned clocks = 0;
  do {
    soc_.clock(soc_.pins().sim_horizon_o);
    ++clocks;
  } while (!soc_.asks(0) && clocks < 100);
  EXPECT_LT(clocks, 20U);
  EXPECT_NEAR(static_cast<double>(soc_.csr(0, csr::kTime)), 1e6, 10.0);
}

}  // namespace
}  // namespace bench
