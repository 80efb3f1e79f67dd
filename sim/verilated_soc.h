// SPDX-License-Identifier: Apache-2.0
// Model over one Verilated class. Included once per hart count, by a file generated for it.
#pragma once

#include <verilated.h>
#include <verilated_fst_c.h>

#include <algorithm>
#include <memory>
#include <type_traits>

#include "sim/clock_edge.h"
#include "sim/model.h"

namespace sim {

template <typename Soc>
class VerilatedSoc final : public Model {
 public:
  VerilatedSoc(unsigned harts, std::uint64_t seed, std::uint32_t ps_per_cycle) : Model(harts), ps_per_cycle_(ps_per_cycle) {
    context_.threads(1);
    context_.traceEverOn(true);
    context_.timeunit(-12);
    context_.timeprecision(-12);
    context_.randReset(2);
    context_.randSeed(static_cast<int>(spread(seed)));
    soc_ = std::make_unique<Soc>(&context_, "TOP");
    pins_ = pins_of(*soc_);
    clear_inputs(*soc_);
    soc_->eval();
  }
  ~VerilatedSoc() override {
    waves_close();
    soc_->final();
    Verilated::threadContextp(&context_);  // 5.006 hangs if the thread's context is one that is gone
  }
  VerilatedSoc(const VerilatedSoc&) = delete;
  VerilatedSoc& operator=(const VerilatedSoc&) = delete;

  void power_on(const Knobs& knobs) override {
    soc_->mem_latency_i = knobs.mem_latency;
    soc_->ipi_latency_i = knobs.ipi_latency;
    soc_->irq_entry_latency_i = knobs.irq_entry_latency;
    soc_->timer_prescale_i = knobs.timer_prescale;
    soc_->rst_n = 0;
    for (unsigned i = 0; i < kResetClocks; ++i) clock(1);
    soc_->rst_n = 1;
    clock(1);  // the core's reset is registered: it ends here, announced by evt_sysrst like any other
  }

  void run(Cycle limit, SkipPlan* plan) override {
    if (plan != nullptr) {
      run_skipping(limit, *plan);
    } else if (dumping_) {
      do clock(1);
      while (!wanted() && now_ < limit);
    } else {
      run_all_clocks(limit);
    }
    attention_ = soc_->attn_o;
    system_attention_ = soc_->sys_attn_o != 0;
  }

  void waves_on(const std::string& fst_path) override {
    soc_->sim_show_i = 1;
    soc_->eval();
    if (!fst_) {
      fst_ = std::make_unique<VerilatedFstC>();
      soc_->trace(fst_.get(), kTraceLevels);
      fst_->open(fst_path.c_str());
    }
    dumping_ = true;
    dump(now_ * ps_per_cycle_);
  }
  void waves_off() override {
    dumping_ = false;
    soc_->sim_show_i = 0;
    soc_->eval();
  }
  void waves_close() override {
    soc_->sim_show_i = 0;
    fst_.reset();  // which writes it to its end
    dumping_ = false;
  }

 private:
  static constexpr unsigned kResetClocks = 4;
  static constexpr int kTraceLevels = 99;

  // Seeds that differ little must give states that differ much; Verilator wants a positive int.
  static std::uint32_t spread(std::uint64_t seed) {
    seed += 0x9e3779b97f4a7c15u;
    seed = (seed ^ (seed >> 30)) * 0xbf58476d1ce4e5b9u;
    seed = (seed ^ (seed >> 27)) * 0x94d049bb133111ebu;
    return static_cast<std::uint32_t>((seed ^ (seed >> 31)) & 0x7ffffffe) | 1;
  }

  [[nodiscard]] bool wanted() const { return (soc_->attn_o != 0) | (soc_->sys_attn_o != 0); }

  // One rising edge that advances time by `cycles`.
  void clock(Cycle cycles) {
    now_ += cycles;
    ++clocks_;
    if (dumping_) [[unlikely]] {
      dump_edge();
      return;
    }
    settle_inputs(*soc_);
    clock_edge(*soc_);
  }

  // The waves show the values of cycle n in [n, n + 1) cycles, the clock falling half-way.
  void dump_edge() {
    const std::uint64_t time = now_ * ps_per_cycle_;
    soc_->clk = 1;
    soc_->eval();
    context_.time(time);
    dump(time);
    soc_->clk = 0;
    soc_->eval();
    dump(time + ps_per_cycle_ / 2);
  }

  void dump(std::uint64_t time) {
    const Profile::Part before = profile_.enter(Profile::kTracing);
    fst_->dump(time);
    profile_.enter(before);
  }

  // The ports are references: looked up once, not at every clock.
  void run_all_clocks(Cycle limit) {
    Soc& soc = *soc_;
    const auto& attn = soc.attn_o;
    const auto& sys_attn = soc.sys_attn_o;
    settle_inputs(soc);
    do {
      ++now_;
      ++clocks_;
      clock_edge(soc);
    } while (((attn != 0) | (sys_attn != 0)) == 0 && now_ < limit);
  }

  void run_skipping(Cycle limit, SkipPlan& plan) {
    do {
      const SkipPlan::Edge next =
          dumping_ ? plan.next_shown(now_, limit, soc_->sim_bus_horizon_o) : plan.next(now_, limit, soc_->sim_bus_horizon_o);
      if (next.ask) {
        soc_->sim_horizon_en_i = 1;
        clock(1);
        soc_->sim_horizon_en_i = 0;
        bark_free_until_ = now_ + soc_->sim_bark_horizon_o;
        plan.answered(now_, soc_->sim_horizon_o, pins_.rsp_status);
      } else if (next.skip != 0) {
        soc_->sim_skip_i = next.skip;
        soc_->sim_leap_i = static_cast<std::decay_t<decltype(soc_->sim_leap_i)>>(next.leap);
        soc_->sim_finish_i = next.finish;
        clock(next.skip);
        soc_->sim_skip_i = 0;
        soc_->sim_leap_i = 0;
        soc_->sim_finish_i = 0;
      } else {
        clock(1);
      }
    } while (!wanted() && now_ < limit);
  }

  VerilatedContext context_;
  std::unique_ptr<Soc> soc_;
  std::unique_ptr<VerilatedFstC> fst_;
  std::uint32_t ps_per_cycle_;
  bool dumping_ = false;
};

}  // namespace sim
