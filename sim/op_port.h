// SPDX-License-Identifier: Apache-2.0
// The op ports of all harts. There is no clock process: the thread whose op leaves no other context runnable (the last blocker)
// drives the clock until a hart wants attention.
#pragma once

#include <cassert>
#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "sim/clock.h"
#include "sim/hart_if.h"
#include "sim/marks.h"
#include "sim/systemc.h"

namespace sim {

// The owner of the software: told when a hart has left reset and waits for its first op.
class ResetHandler {
 public:
  virtual ~ResetHandler() = default;
  // All harts were reset at once (power-on, watchdog bite): every context of before is abandoned. False: end the run.
  virtual bool on_system_reset(bool by_watchdog) = 0;
  // Must make a context runnable that will call execute() on the hart in this evaluation phase.
  virtual void on_hart_reset(HartId hart) = 0;
};

class OpPort {
 public:
  class Hart;

  class Driver {
   public:
    virtual ~Driver() = default;
    // Clocks until serve() says that a context is runnable. `self` is the hart of the calling thread, null if it has none.
    virtual void drive(const Hart* self) = 0;
  };

  OpPort(Clock& clock, Marks& marks, Driver& driver, unsigned harts);
  ~OpPort();

  [[nodiscard]] hart_if& hart(HartId hart);
  void set_reset_handler(ResetHandler& handler) { reset_handler_ = &handler; }
  // Ops answered.
  [[nodiscard]] std::uint64_t ops() const { return ops_; }

  // Serves every hart that wants attention: wakes its context, or has a new one made. True if there was any.
  bool serve(const Hart* self);
  // The hart was reset: the context whose op it is waits for ever.
  void abandon(HartId hart);
  void abandon_all();

 private:
  Clock& clock_;
  Marks& marks_;
  Driver& driver_;
  ResetHandler* reset_handler_ = nullptr;
  sc_core::sc_simcontext* simcontext_;
  std::vector<std::unique_ptr<Hart>> harts_;
  std::deque<std::unique_ptr<sc_core::sc_event>> abandoned_;  // kept for the threads that wait on them, and never notified
  unsigned runnable_ = 0;                                     // contexts running software at the current cycle
  std::uint64_t ops_ = 0;
};

}  // namespace sim
