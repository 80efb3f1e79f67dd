// SPDX-License-Identifier: Apache-2.0
// The RTL SoC as one SystemC module: wires the clock, the op ports of the harts, what they show, and foreign SystemC processes,
// and brings the machine from power-on to the end of its run.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <utility>

#include "sim/agenda.h"
#include "sim/clock.h"
#include "sim/control.h"
#include "sim/end.h"
#include "sim/event_order.h"
#include "sim/foreign_time.h"
#include "sim/marks.h"
#include "sim/observer.h"
#include "sim/op_port.h"
#include "sim/pulse.h"
#include "sim/systemc.h"

namespace sim {

struct SocParameters {
  unsigned harts;
  std::uint32_t clock_mhz;
  Knobs knobs;
  std::uint64_t seed;
  bool skip;
  std::string fst_path;  // empty: waves cannot be opened
  Cycle cycles_max;
  Pulse* pulse = nullptr;  // outlives the Soc; null: no supervisor
};

class Soc final : public sc_core::sc_module, public Control, private OpPort::Driver {
 public:
  Soc(const sc_core::sc_module_name& name, const SocParameters& parameters, Observer& observer);
  Soc(const Soc&) = delete;
  Soc& operator=(const Soc&) = delete;

  sc_core::sc_vector<sc_core::sc_export<hart_if>> harts;

  void set_reset_handler(ResetHandler& handler) {
    reset_handler_ = &handler;
    ports_.set_reset_handler(handler);
  }

  // The cycle at which mtime was 0 in this boot.
  [[nodiscard]] Cycle boot_cycle() const { return boot_cycle_; }
  [[nodiscard]] std::uint64_t clocks() const { return clock_.clocks(); }
  [[nodiscard]] std::uint64_t ops() const { return ports_.ops(); }
  // Nothing as long as the simulation runs.
  [[nodiscard]] std::optional<End> end() const { return end_; }
  [[nodiscard]] const std::string& stop_message() const { return stop_message_; }

  // Applies a trace register write or an event of the hart at the current cycle.
  void apply(HartId hart, const Mark& mark, const std::uint8_t* payloads) { events_.show(now(), hart, mark, payloads); }
  // Ends the run now; the calling thread never continues.
  [[noreturn]] void abort_run(End end, std::string message) { finish(end, std::move(message)); }
  [[nodiscard]] Profile& profile() { return clock_.profile(); }
  void close_waves() { clock_.waves_close(); }
  // Brings sc_time_stamp() up to the RTL cycle. Call before notifying a foreign process: the Soc looks out for what SystemC
  // has pending only once it knows that there are others.
  void sync_time() { time_.sync(now()); }

  // Control
  [[nodiscard]] Cycle now() const override { return clock_.now(); }
  void at(Cycle at, std::function<void()> action) override;
  void stop_at(Cycle at) override;
  void set_irq_source(unsigned index, bool level) override { clock_.set_irq_source(index, level); }
  void set_sysrq_key(char key) override { clock_.set_sysrq_key(key); }
  void set_power_switch(HartId hart, bool on) override { clock_.set_power_switch(hart, on); }
  void waves_on() override;
  void waves_off() override;

 private:
  void boot();  // SC_THREAD: power-on, then the first drive
  void drive(const OpPort::Hart* self) override;
  void clock_until_attention(Cycle stop);
  Cycle next_stop();
  void serve_system_events();
  void system_reset(bool by_watchdog);
  void show_event(HartId hart, std::uint8_t event, std::span<const std::uint8_t> payload);
  void attend();
  void finish_if_due();
  [[noreturn]] void finish(End end, std::string message);
  [[nodiscard]] Cycle next_due() const;

  const SocParameters parameters_;
  Pulse unwatched_;
  Pulse& pulse_;
  Observer& observer_;
  ResetHandler* reset_handler_ = nullptr;
  Clock clock_;
  EventOrder events_;
  Marks marks_;
  OpPort ports_;
  ForeignTime time_;
  Agenda agenda_;
  sc_core::sc_event never_;

  Cycle due_ = 0;  // when attend() must be called; it may be called earlier
  std::uint64_t boots_ = 0;
  Cycle boot_cycle_ = 0;
  Cycle single_step_until_ = 0;
  Cycle stop_cycle_ = kNever;
  std::optional<End> end_;
  std::string stop_message_;
};

}  // namespace sim
