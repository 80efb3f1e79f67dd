// SPDX-License-Identifier: Apache-2.0
// The Verilated SoC behind plain pointers to its ports, for any number of harts. The loop over clock edges
// is compiled per model; everything per op goes through the pointers, so no call per cycle or per field is virtual.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "sim/hart_op.h"
#include "sim/profile.h"
#include "sim/skip_plan.h"
#include "soc_pins.h"  // generated: the ports are declared in rtl/soc.v

namespace sim {

struct Knobs {
  std::uint16_t mem_latency;
  std::uint16_t ipi_latency;
  std::uint16_t irq_entry_latency;
  std::uint16_t timer_prescale;
};

class Model {
 public:
  explicit Model(unsigned harts) : harts_(harts) {}
  virtual ~Model() = default;

  [[nodiscard]] unsigned harts() const { return harts_; }
  [[nodiscard]] const Pins& pins() const { return pins_; }
  [[nodiscard]] Cycle now() const { return now_; }
  [[nodiscard]] std::uint64_t clocks() const { return clocks_; }

  // Holds reset for some clocks, then releases it.
  virtual void power_on(const Knobs& knobs) = 0;
  // Clocks until a hart or the system wants attention, or now() == limit. At least one clock; limit must be ahead. With a plan
  // it skips quiet cycles, and tells the plan the answers of the RTL; null: every cycle is clocked.
  virtual void run(Cycle limit, SkipPlan* plan) = 0;
  // After run(). Bit per hart that waits for an op.
  [[nodiscard]] std::uint64_t attention() const { return attention_; }
  [[nodiscard]] bool system_attention() const { return system_attention_; }

  virtual void waves_on(const std::string& fst_path) = 0;
  virtual void waves_off() = 0;
  virtual void waves_close() = 0;

  [[nodiscard]] Profile& profile() { return profile_; }
  // No watchdog barks or bites at a clock edge up to this cycle's, unless software writes to a watchdog first.
  [[nodiscard]] Cycle bark_free_until() const { return bark_free_until_; }
  void forget_bark_horizon() { bark_free_until_ = 0; }

 protected:
  const unsigned harts_;
  Pins pins_{};
  Cycle now_ = 0;
  std::uint64_t clocks_ = 0;
  Cycle bark_free_until_ = 0;
  std::uint64_t attention_ = 0;
  bool system_attention_ = false;
  Profile profile_;
};

// Hart counts that were built, ascending: those there are now, since models may be built while the program runs.
[[nodiscard]] std::vector<unsigned> model_hart_counts();
// The command that builds the model of another hart count, as words for exec. It fails if the sources have changed since this program
// was built.
[[nodiscard]] std::vector<std::string> model_build_command(unsigned harts);
// Throws std::invalid_argument for a count that was not built. `seed` fills what reset leaves undefined;
// `ps_per_cycle` scales the waves' time axis.
[[nodiscard]] std::unique_ptr<Model> make_model(unsigned harts, std::uint64_t seed, std::uint32_t ps_per_cycle);

}  // namespace sim
