// SPDX-License-Identifier: Apache-2.0
// The clock of the SoC: the model, and the plan of how many cycles its next edge may stand for. Every input is set here,
// so that an input that makes this knowledge void makes it void by itself. Nothing here waits for an op: the clock also runs
// harts that are presented none.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "sim/model.h"
#include "sim/packed_bits.h"
#include "sim/skip_plan.h"
#include "sim/trace_registers.h"

namespace sim {

class Clock {
 public:
  // `skip`: quiet cycles are skipped.
  Clock(std::unique_ptr<Model> model, bool skip)
      : model_(std::move(model)), pins_(model_->pins()), plan_(model_->harts(), 0), skip_(skip), trace_(pins_) {}

  [[nodiscard]] Cycle now() const { return model_->now(); }
  [[nodiscard]] std::uint64_t clocks() const { return model_->clocks(); }
  [[nodiscard]] Profile& profile() { return model_->profile(); }

  // Holds reset for some clocks, then releases it.
  void power_on(const Knobs& knobs) {
    plan_ = SkipPlan(model_->harts(), knobs.mem_latency);
    model_->power_on(knobs);
  }
  // Clocks until a hart or the system wants attention, or now() == limit. At least one clock; limit must be ahead.
  void run(Cycle limit) { model_->run(limit, skip_ ? &plan_ : nullptr); }

  // --- the results of the last clock ------------------------------------------------------------------------------------

  // Bit per hart that waits for an op.
  [[nodiscard]] std::uint64_t attention() const { return model_->attention(); }
  // Whether any of the following three has something to say.
  [[nodiscard]] bool system_attention() const { return model_->system_attention(); }
  [[nodiscard]] std::optional<char> console_byte() const {
    if (*pins_.con_valid == 0) return std::nullopt;
    return static_cast<char>(*pins_.con_data);
  }
  [[nodiscard]] bool bitten(HartId hart) const { return bit_of(pins_.evt_bite, hart); }
  [[nodiscard]] bool system_reset() const { return *pins_.evt_sysrst != 0; }

  // --- inputs of the SoC ------------------------------------------------------------------------------------------------

  // Level of a test interrupt source.
  void set_irq_source(unsigned index, bool level) {
    set_bit(pins_.irq_src, index, level);
    plan_.forget();
  }
  // Software reads it as the last sysrq key.
  void set_sysrq_key(char key) {
    *pins_.sysrq_key = static_cast<std::uint8_t>(key);
    plan_.forget();
  }
  // The operator's switch of a hart.
  void set_power_switch(HartId hart, bool on) {
    set_bit(pins_.power_wanted, hart, on);
    plan_.forget();
  }
  [[nodiscard]] TraceRegisters& trace() { return trace_; }
  // Whether the RTL may look at a trace register within a few clocks: it must then be there at its own cycle.
  [[nodiscard]] bool trace_in_time() const { return waves_open_ || now() + kBarkMargin >= bark_free_until(); }
  // The RTL looks at none before this cycle. Void with the next clock if trace_in_time().
  [[nodiscard]] Cycle trace_rests_until() const { return bark_free_until() - kBarkMargin; }

  // --- the op port of a hart --------------------------------------------------------------------------------------------

  // Presents an op that burns `cycles` first, or as a COMPUTE; the hart must wait for one.
  void present(HartId hart, const Op& op, std::uint32_t cycles) {
    pins_.op_ctl[hart] = static_cast<std::uint32_t>(op.opcode);
    pins_.op_addr[hart] = op.addr;
    pins_.op_data[hart] = op.data;
    pins_.op_cmp[hart] = op.compare;
    pins_.op_lead[hart] = op.lead;
    toggle_bit(pins_.op_tgl, hart);
    if (skip_) plan_.begin(hart, op.opcode, op.addr, cycles, now());
    if (is_watchdog(op.addr)) [[unlikely]]
      watchdog_access_ |= bit(hart);
  }
  // The hart has answered the op that it was presented.
  void answered(HartId hart, const Op& op) {
    if (op.opcode != Opcode::kCompute && op.addr < platform::ram::kBase) plan_.forget();
    if ((watchdog_access_ & bit(hart)) != 0) [[unlikely]] {
      watchdog_access_ &= ~bit(hart);
      model_->forget_bark_horizon();
    }
  }
  // The hart was reset: its op is void.
  void abandoned(HartId hart) {
    plan_.forget();
    watchdog_access_ &= ~bit(hart);
  }
  // The answer, from the clock at which the hart wants attention up to the next run().
  [[nodiscard]] std::uint32_t response(HartId hart) const { return pins_.rsp_status[hart]; }  // fields platform::hart::kRsp*
  [[nodiscard]] Status status(HartId hart) const { return static_cast<Status>(response(hart) & platform::hart::kRspStatus); }
  [[nodiscard]] std::uint32_t data(HartId hart) const { return pins_.rsp_data[hart]; }
  // Cycles that are not burnt yet; at all times.
  [[nodiscard]] std::uint32_t remaining(HartId hart) const { return pins_.rsp_remaining[hart]; }

  // --- waves ------------------------------------------------------------------------------------------------------------

  void waves_on(const std::string& fst_path) {
    waves_open_ = true;
    model_->waves_on(fst_path);
  }
  void waves_off() {
    waves_open_ = false;
    model_->waves_off();
  }
  void waves_close() { model_->waves_close(); }

 private:
  // Clock edges from a mark to the watchdog that samples its register, and some more.
  static constexpr Cycle kBarkMargin = 4;

  static std::uint64_t bit(HartId hart) { return std::uint64_t{1} << hart; }
  static bool is_watchdog(std::uint32_t addr) {
    using namespace platform::swdt;
    return addr - kBase < kInstances * kSize;
  }
  // No watchdog barks or bites at a clock edge up to this cycle's.
  [[nodiscard]] Cycle bark_free_until() const { return watchdog_access_ != 0 ? 0 : model_->bark_free_until(); }

  std::unique_ptr<Model> model_;
  const Pins& pins_;
  SkipPlan plan_;
  const bool skip_;
  TraceRegisters trace_;
  std::uint64_t watchdog_access_ = 0;  // bit per hart: has a transfer to a watchdog in flight
  bool waves_open_ = false;
};

}  // namespace sim
