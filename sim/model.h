// SPDX-License-Identifier: Apache-2.0
// The Verilated SoC behind plain pointers to its ports, whatever the number of harts it was built for. The clock loop is
// compiled per model; everything per op goes through the pointers, so no call per cycle or per field is virtual.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "sim/hart_op.h"
#include "sim/packed_bits.h"
#include "sim/profile.h"
#include "sim/skip_plan.h"
#include "soc_pins.h"  // generated: the ports are declared in rtl/soc.v

namespace sim {

// The op port of one hart.
struct OpPins {
  std::uint32_t* ctl;
  std::uint32_t* addr;
  std::uint32_t* data;
  std::uint32_t* cmp;
  std::uint32_t* lead;
  std::uint8_t* tgl;      // shared with up to seven others
  std::uint8_t tgl_bit;
  const std::uint8_t* rsp_status;
  const std::uint32_t* rsp_data;
  const std::uint32_t* rsp_remaining;
};

struct Knobs {
  std::uint16_t mem_latency;
  std::uint16_t ipi_latency;
  std::uint16_t irq_entry_latency;
  std::uint16_t timer_prescale;
};

class Model {
 public:
  explicit Model(unsigned harts) : harts_(harts), plan_(harts, 0) {}
  virtual ~Model() = default;

  const Pins& pins() const { return pins_; }
  [[nodiscard]] OpPins op_pins(HartId hart) const {
    return {.ctl = pins_.op_ctl + hart,
            .addr = pins_.op_addr + hart,
            .data = pins_.op_data + hart,
            .cmp = pins_.op_cmp + hart,
            .lead = pins_.op_lead + hart,
            .tgl = pins_.op_tgl + hart / 8,
            .tgl_bit = bit_in_byte(hart),
            .rsp_status = pins_.rsp_status + hart,
            .rsp_data = pins_.rsp_data + hart,
            .rsp_remaining = pins_.rsp_remaining + hart};
  }
  [[nodiscard]] Cycle now() const { return now_; }
  [[nodiscard]] std::uint64_t clocks() const { return clocks_; }

  // Holds reset for some clocks, then releases it.
  virtual void power_on(const Knobs& knobs) = 0;
  // Clocks until a hart or the system wants attention, or now() == limit. At least one clock; limit must be ahead.
  virtual void run(Cycle limit) = 0;
  // After run(). Bit per hart that waits for an op.
  [[nodiscard]] std::uint64_t attention() const { return attention_; }
  [[nodiscard]] bool system_attention() const { return system_attention_; }

  virtual void waves_on(const std::string& fst_path) = 0;
  virtual void waves_off() = 0;
  virtual void waves_close() = 0;

  [[nodiscard]] Profile& profile() { return profile_; }
  [[nodiscard]] const Profile& profile() const { return profile_; }
  void enable_skip(bool enable) { skip_ = enable; }
  // Skipping has to be told of every op presented, of device accesses done, inputs changed and harts reset.
  [[nodiscard]] SkipPlan& plan() { return plan_; }
  // No watchdog barks or bites at a clock edge up to this cycle's, unless software writes to a watchdog first.
  [[nodiscard]] Cycle bark_free_until() const { return bark_free_until_; }
  void forget_bark_horizon() { bark_free_until_ = 0; }

 protected:
  unsigned harts_;
  Pins pins_{};
  SkipPlan plan_;
  Cycle now_ = 0;
  std::uint64_t clocks_ = 0;
  Cycle bark_free_until_ = 0;
  std::uint64_t attention_ = 0;
  bool system_attention_ = false;
  bool skip_ = true;
  Profile profile_;
};

// Hart counts that were built, ascending: what there is now, since models may be built while the program runs.
[[nodiscard]] std::vector<unsigned> model_hart_counts();
// Throws std::invalid_argument for a count that was not built. `seed` fills what reset leaves undefined;
// `ps_per_cycle` scales the waves' time axis.
[[nodiscard]] std::unique_ptr<Model> make_model(unsigned harts, std::uint64_t seed, std::uint32_t ps_per_cycle);

}  // namespace sim
