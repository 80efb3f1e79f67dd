// SPDX-License-Identifier: Apache-2.0
// The RTL SoC as one SystemC module. There is no clock process: the firmware thread whose op leaves no other runnable
// ("last blocker") clocks the model inline until a hart wants attention. SystemC time is brought up to the RTL cycle
// before any foreign SystemC activity that is due.
#pragma once

#include <bitset>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <queue>
#include <stdexcept>
#include <string>
#include <vector>

#include "sim/control.h"
#include "sim/hart_if.h"
#include "sim/model.h"
#include "sim/observer.h"
#include "sim/pulse.h"
#include "sim/systemc.h"

namespace sim {

// Whoever owns the software: told when a hart has left reset and waits for its first op.
class ResetHandler {
 public:
  virtual ~ResetHandler() = default;
  // All harts were reset at once (power-on, watchdog bite): every context of before is abandoned. False: end the run.
  virtual bool on_system_reset(bool by_watchdog) = 0;
  // Must make a context runnable that will call execute() on the hart in this evaluation phase.
  virtual void on_hart_reset(HartId hart) = 0;
};

enum class StopReason : std::uint8_t { kNone, kRequested, kInterrupted, kCyclesMax, kRebootsMax, kPanic, kRtlInvariant, kBusError };

using TraceRegister = platform::hart::TraceRegister;

struct SocParameters {
  unsigned harts;
  std::uint32_t clock_mhz;
  Knobs knobs;
  std::uint64_t seed;
  bool skip;
  std::string fst_path;  // empty: waves cannot be opened
  Cycle cycles_max;
  Pulse* pulse = nullptr;  // outlives the Soc; null: nobody watches
};

class Soc final : public sc_core::sc_module, public Control {
 public:
  Soc(const sc_core::sc_module_name& name, const SocParameters& parameters, Observer& observer);
  ~Soc() override;
  Soc(const Soc&) = delete;
  Soc& operator=(const Soc&) = delete;

  sc_core::sc_vector<sc_core::sc_export<hart_if>> harts;

  void set_reset_handler(ResetHandler& handler) { reset_handler_ = &handler; }

  // The cycle at which mtime was 0 in this boot.
  [[nodiscard]] Cycle boot_cycle() const { return boot_cycle_; }
  [[nodiscard]] std::uint64_t clocks() const { return model_->clocks(); }
  [[nodiscard]] std::uint64_t ops() const { return ops_; }
  [[nodiscard]] StopReason stop_reason() const { return stop_reason_; }
  [[nodiscard]] const std::string& stop_message() const { return stop_message_; }

  // Applies a trace register write or an event of the hart at the current cycle.
  void apply(HartId hart, const Mark& mark, const std::uint8_t* payloads);
  // Ends the run now; the calling thread never continues.
  [[noreturn]] void abort_run(StopReason reason, std::string message);
  [[nodiscard]] Profile& profile() { return model_->profile(); }
  // Delivers what has been collected for the current cycle; at the end of a run.
  void flush_events();
  void close_waves() { model_->waves_close(); }
  // Brings sc_time_stamp() up to the RTL cycle. Call before notifying a foreign process: the Soc looks out for what SystemC
  // has pending only once it knows that there are others.
  void sync_time();

  // Control
  [[nodiscard]] Cycle now() const override { return model_->now(); }
  void at(Cycle at, std::function<void()> action) override;
  void stop_at(Cycle at) override;
  void set_irq_source(unsigned index, bool level) override;
  void set_sysrq_key(char key) override;
  void set_power_switch(HartId hart, bool on) override;
  void waves_on() override;
  void waves_off() override;

 private:
  struct HartSlot;
  struct Action {
    Cycle at;
    std::uint64_t order;
    std::function<void()> run;
    bool operator>(const Action& other) const { return at != other.at ? at > other.at : order > other.order; }
  };
  // An event, or a write of a trace register that other harts write too, waiting for its place in the order.
  struct Pending {
    Cycle cycle;
    HartId hart;
    Mark mark;  // an event's value is the place of its payload in pending_bytes_
    [[nodiscard]] bool after(Cycle other_cycle, HartId other_hart) const {
      return cycle != other_cycle ? cycle > other_cycle : hart > other_hart;
    }
  };

  // The clock loop (soc_clock.cpp)
  void drive(const HartSlot* self);
  void clock_until_attention(Cycle stop);
  bool serve_attention(const HartSlot* self);    // true if some context became runnable
  void issue(HartSlot& slot);
  void complete(HartSlot& slot, Status status);
  Cycle next_stop();
  [[nodiscard]] bool registers_in_time() const;
  // Power-on, resets, what is due (soc.cpp)
  void boot();                                   // SC_THREAD: power-on, then the first drive
  void serve_system_events();
  void system_reset(bool by_watchdog);
  void abandon(HartSlot& slot);
  void attend();
  void run_due_actions();
  void finish_if_due();
  [[noreturn]] void finish(StopReason reason, std::string message);
  [[nodiscard]] Cycle next_due() const;
  void let_foreign_processes_run();
  void catch_up_time();
  [[nodiscard]] sc_core::sc_time time_of(Cycle cycle) const;
  // Marks (soc_marks.cpp)
  void watch_marks(HartSlot& slot);
  void forget_marks(const HartSlot& slot);
  void find_prompt_mark(HartSlot& slot);
  void catch_up(Cycle outputs);                  // shows the marks of COMPUTEs in flight that are due by now
  void show_due_marks(HartSlot& slot, Cycle outputs);
  [[nodiscard]] bool computes(const HartSlot& slot) const;
  [[nodiscard]] Cycle next_mark() const;
  [[nodiscard]] Cycle next_prompt_mark() const;
  // What the machine shows (soc_observation.cpp)
  void apply_marks(HartSlot& slot, std::uint32_t burnt);
  void show(Cycle cycle, HartId hart, const Mark& mark, const std::uint8_t* payloads);
  void post(Cycle cycle, HartId hart, const Mark& mark, const std::uint8_t* payloads);
  void deliver(Cycle end);
  void set_trace_register(const Mark& mark);
  void commit_trace_registers();

  SocParameters parameters_;
  Pulse unwatched_;
  Pulse& pulse_;
  Observer& observer_;
  ResetHandler* reset_handler_ = nullptr;
  std::unique_ptr<Model> model_;
  const Pins& pins_;
  sc_core::sc_simcontext* simcontext_;
  std::vector<std::unique_ptr<HartSlot>> slots_;
  std::deque<std::unique_ptr<sc_core::sc_event>> abandoned_events_;  // threads of earlier boots wait on them for ever
  sc_core::sc_event never_;
  sc_core::sc_time period_;

  unsigned runnable_ = 0;     // contexts running software at the current cycle
  std::uint64_t ops_ = 0;
  Cycle due_ = 0;             // when attend() must be called; it may be called earlier
  bool foreign_ = true;       // others than the Soc and its software may have SystemC activity pending
  bool waves_open_ = false;
  Cycle marks_due_ = kNever;  // no mark of a COMPUTE in flight is due before
  // Marks: bits are harts
  std::uint64_t marks_left_ = 0;     // has a COMPUTE in flight with marks that are not applied
  std::uint64_t prompt_left_ = 0;    // and among them one that must be applied at its cycle
  std::uint64_t watchdog_access_ = 0;  // has a transfer to a watchdog in flight
  std::uint64_t trace_dirty_ = 0;
  std::vector<Pending> pending_;     // in order
  std::vector<std::uint8_t> pending_bytes_;
  std::bitset<256> prompt_events_;   // ids

  std::uint64_t boots_ = 0;
  Cycle boot_cycle_ = 0;
  Cycle foreign_due_ = kNever;
  Cycle single_step_until_ = 0;
  Cycle stop_cycle_ = kNever;
  StopReason stop_reason_ = StopReason::kNone;
  std::string stop_message_;
  std::uint64_t action_count_ = 0;
  std::priority_queue<Action, std::vector<Action>, std::greater<>> actions_;
};

}  // namespace sim
