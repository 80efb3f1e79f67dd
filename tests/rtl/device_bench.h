// SPDX-License-Identifier: Apache-2.0
// Drives one Verilated device: clock, reset, bus, skips. Registers start with random contents, so that nothing reads 0
// by luck. A broken invariant throws sim::RtlInvariant and fails the test, unless the test says that it breaks some.
#pragma once

#include <gtest/gtest.h>
#include <verilated.h>

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <random>
#include <string>

#include "models/access.h"
#include "platform.h"  // generated
#include "sim/verilator_stop.h"

namespace device {

inline constexpr std::uint32_t kNever = platform::kHorizonNever;
// Longest skip of the random tests: it takes a model as many steps.
inline constexpr std::uint32_t kRandomSkipMax = 64;

// The engine's numbers are fixed by the standard, those of its distributions are not: hence the draw of our own.
class Rng {
 public:
  explicit Rng(std::uint64_t seed) : engine_(seed) {}
  std::uint32_t below(std::uint32_t bound) { return static_cast<std::uint32_t>(engine_() % bound); }
  std::uint32_t between(std::uint32_t low, std::uint32_t high) { return low + below(high - low + 1); }
  bool one_in(std::uint32_t n) { return below(n) == 0; }
  std::uint32_t word() { return static_cast<std::uint32_t>(engine_() >> 32); }

 private:
  std::mt19937_64 engine_;
};

// SCX_TEST_SEED replays one seed; without it a random test runs the seed it was written with.
inline std::uint64_t test_seed(std::uint64_t by_default) {
  const char* given = std::getenv("SCX_TEST_SEED");
  return given == nullptr ? by_default : std::strtoull(given, nullptr, 0);
}

inline std::string replay(std::uint64_t seed) {
  const auto* test = testing::UnitTest::GetInstance()->current_test_info();
  const std::string name = std::string(test->test_suite_name()) + "." + test->name();
  return "replay: SCX_TEST_SEED=" + std::to_string(seed) + " ctest -R '" + name + "'";
}

template <class Top>
class Bench {
 public:
  explicit Bench(std::uint32_t base, std::uint64_t seed = 1) : base_(base) {
    context_->threads(1);
    context_->randReset(2);
    // Near seeds give near patterns: spread them.
    context_->randSeed(static_cast<int>((seed * 0x9E37'79B9'7F4A'7C15ULL >> 33) | 1U));
    top_ = std::make_unique<Top>(context_.get());
    top_->rst_n = 0;
    top_->sim_skip_i = 0;
    top_->sim_horizon_en_i = 0;
    withdraw();
  }
  ~Bench() {
    // The model's scopes leave the context of the thread, which is the newest one and may be gone by now.
    Verilated::threadContextp(context_.get());
    top_->final();
  }
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;

  Top& top() { return *top_; }
  [[nodiscard]] std::uint64_t cycle() const { return cycle_; }

  // Two clocks of reset; inputs of the device itself are the caller's.
  void reset() {
    top_->rst_n = 0;
    clocks(2);
    top_->rst_n = 1;
    settle();
  }

  // Lets combinational outputs follow the inputs.
  void settle() {
    top_->clk = 0;
    top_->eval();
  }

  void clock() {
    settle();
    context_->timeInc(1);
    top_->clk = 1;
    top_->eval();
    context_->timeInc(1);
    top_->clk = 0;
    top_->eval();
    ++cycle_;
  }
  void clocks(std::uint64_t n) {
    while (n-- != 0) clock();
  }

  // One clock in which k clocks pass.
  void skip(std::uint32_t k) {
    top_->sim_skip_i = k;
    clock();
    top_->sim_skip_i = 0;
    settle();
  }

  std::uint32_t horizon() {
    top_->sim_horizon_en_i = 1;
    settle();
    const std::uint32_t clocks = top_->sim_horizon_o;
    top_->sim_horizon_en_i = 0;
    settle();
    return clocks;
  }

  // Presents an access without a clock, and tells what the device answers.
  model::Answer present(const model::Access& access) {
    using Kind = model::Access::Kind;
    top_->req_i = access.kind != Kind::kNone;
    top_->we_i = access.kind == Kind::kWrite;
    top_->addr_i = (access.address - base_) & 0x3FF'FFFFU;
    top_->wdata_i = access.data;
    settle();
    return {.data = top_->rdata_o, .error = top_->err_o != 0};
  }
  void withdraw() { present({}); }

  model::Answer transfer(const model::Access& access) {
    const model::Answer answer = present(access);
    clock();
    withdraw();
    return answer;
  }
  model::Answer read_answer(std::uint32_t address) {
    return transfer({.kind = model::Access::Kind::kRead, .address = address, .data = 0});
  }
  model::Answer write_answer(std::uint32_t address, std::uint32_t data) {
    return transfer({.kind = model::Access::Kind::kWrite, .address = address, .data = data});
  }

  // One clock each; a refused access fails the test.
  std::uint32_t read(std::uint32_t address) {
    const model::Answer answer = read_answer(address);
    EXPECT_FALSE(answer.error) << "read of 0x" << std::hex << address << " refused";
    return answer.data;
  }
  void write(std::uint32_t address, std::uint32_t data) {
    EXPECT_FALSE(write_answer(address, data).error) << "write to 0x" << std::hex << address << " refused";
  }
  // No clock: what a read would return. Not for registers with side effects of presenting alone; there are none.
  std::uint32_t peek(std::uint32_t address) {
    const model::Answer answer = present({.kind = model::Access::Kind::kRead, .address = address, .data = 0});
    withdraw();
    return answer.data;
  }

 private:
  std::uint32_t base_;
  std::unique_ptr<VerilatedContext> context_ = std::make_unique<VerilatedContext>();
  std::unique_ptr<Top> top_;
  std::uint64_t cycle_ = 0;
};

// For a test that breaks invariants on purpose: counts them instead of throwing.
class CountInvariants {
 public:
  CountInvariants() { sim::set_on_stop(sim::OnStop::kCount); }
  ~CountInvariants() {
    EXPECT_EQ(sim::take_stops(), 0U) << "more invariants broken than the test took";
    sim::set_on_stop(sim::OnStop::kThrow);
  }
  CountInvariants(const CountInvariants&) = delete;
  CountInvariants& operator=(const CountInvariants&) = delete;
  unsigned take() { return sim::take_stops(); }
};

}  // namespace device
