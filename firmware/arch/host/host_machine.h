// SPDX-License-Identifier: Apache-2.0
// A deterministic machine without RTL: harts, bus and RAM as a discrete-event model, for kernel tests in microseconds; its
// devices are the cycle-exact models of models/. The rest of its timing is fixed and simple (a bus transfer, a CSR access
// and a trap entry each take a constant); order is by (cycle, hart).
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "firmware/arch/common/port.h"
#include "firmware/arch/host/devices.h"
#include "firmware/kernel/config.h"
#include "sim/observer.h"

namespace host {

struct HostTiming {
  sim::Cycle bus = 5;  // one transfer, granted; the bus carries one at a time
  sim::Cycle csr = 1;
  sim::Cycle trap_entry = 7;
  std::uint32_t ipi_latency = 4;  // of MSWI: from MSIP written to mip.MSIP seen, less one
};

// A kernel invariant failed (arch::panic) or firmware used the bus wrongly.
struct HostPanic : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class HostMachine final : public arch::Port {
 public:
  // reboots_max: resets by the watchdog that it survives.
  HostMachine(const kernel::KernelConfig& config, sim::Observer& observer, HostTiming timing = {}, unsigned reboots_max = 1);
  ~HostMachine() override;
  HostMachine(const HostMachine&) = delete;
  HostMachine& operator=(const HostMachine&) = delete;

  // Boots at the first call; runs until that cycle, stop(), the reset beyond reboots_max, or nothing can ever happen again.
  // Throws HostPanic.
  void run_until(sim::Cycle cycle);
  // Ends run_until at the current cycle (for observers).
  void stop() { stopped_ = true; }
  // Resets by the watchdog, the one that ended the run included.
  [[nodiscard]] unsigned reboots() const { return boots_ == 0 ? 0 : boots_ - 1; }
  [[nodiscard]] bool ended_by_reset() const { return reboots() > reboots_max_; }

  // Calls action at that cycle (for tests: raise an interrupt, look at a word).
  void at(sim::Cycle cycle, std::function<void()> action);
  // The RAM or device word, without any bus transfer. A look changes nothing; a device takes a poke as an access in this cycle.
  [[nodiscard]] std::uint32_t peek(std::uint32_t addr);
  void poke(std::uint32_t addr, std::uint32_t value);
  // Raises an NMI on the hart.
  void raise_nmi(sim::HartId hart);
  // Level of a test interrupt source (PLIC id 3 + index), and the key shown with index 0 (sysrq).
  void set_irq_source(unsigned index, bool level);
  void set_sysrq_key(char key) { devices_.set_key(key); }
  // The operator's switch of a hart.
  void set_power_switch(sim::HartId hart, bool on);

  // arch::Port
  sim::Completion execute(sim::HartId hart, const sim::Op& op) override;
  [[nodiscard]] sim::Cycle now() const override { return now_; }
  [[nodiscard]] sim::Cycle boot_cycle() const override { return boot_cycle_; }
  void apply(sim::HartId hart, const sim::Mark& mark, const std::uint8_t* payloads) override;
  arch::Context* context_create(void (*entry)(void*), void* arg) override;
  void context_free(arch::Context* context) override;
  void context_switch(arch::Context* prev, arch::Context* next) override;
  void console(sim::HartId hart, std::string_view text) override;
  [[noreturn]] void panic(sim::HartId hart, std::string_view message) override;

 private:
  struct Hart;
  struct Fiber;

  void boot(bool by_watchdog);
  void start_hart(sim::HartId hart);
  void stop_hart(sim::HartId hart);
  void hold(Hart& hart);
  void clear(Hart& hart);
  void act();
  void resume(sim::HartId hart);
  void show_devices();
  void obey(const Devices::Barks& barks);
  void system_reset();
  void show_event(sim::HartId hart, std::uint8_t id, std::vector<std::uint8_t> payload);
  [[nodiscard]] static bool pending(const Hart& hart);   // (mip & mie) != 0
  [[nodiscard]] static bool takeable(const Hart& hart);  // a trap is due
  [[nodiscard]] sim::Cycle due(const Hart& hart) const;
  void begin(Hart& hart);
  void finish(Hart& hart);
  void enter_trap(Hart& hart, platform::hart::Status status);
  bool settle(Hart& hart);
  void apply_marks_until(Hart& hart, sim::Cycle cycle);
  static bool decoded(std::uint32_t addr);
  model::Answer bus_read(std::uint32_t addr);
  bool bus_write(std::uint32_t addr, std::uint32_t value);  // false: a bus error
  void transfer(Hart& hart);
  void hart_control_write(std::uint32_t addr, std::uint32_t value);
  void show_power_switches();
  void csr(Hart& hart);
  void flush_events();
  Fiber* fiber_of(arch::Context* context);

  kernel::KernelConfig config_;
  sim::Observer& observer_;
  HostTiming timing_;
  sim::Cycle now_ = 0;
  sim::Cycle bus_free_ = 0;
  unsigned reboots_max_;
  unsigned boots_ = 0;
  sim::Cycle boot_cycle_ = 0;
  sim::Cycle reset_at_ = sim::kNever;  // the reset of a bite is on its way
  bool stopped_ = false;
  std::vector<std::unique_ptr<Hart>> harts_;
  std::vector<std::unique_ptr<Fiber>> fibers_;
  std::vector<Fiber*> free_fibers_;
  Devices devices_;
  std::uint64_t power_wanted_;  // hart control
  std::uint64_t power_seen_;
  std::vector<std::uint32_t> ram_;
  std::map<std::uint32_t, std::uint32_t> registers_;
  std::multimap<sim::Cycle, std::function<void()>> actions_;
  struct PendingEvent {
    sim::HartId hart;
    std::uint8_t id;
    std::vector<std::uint8_t> payload;
  };
  std::vector<PendingEvent> events_;  // of the current cycle, to be delivered in hart order
  std::string panic_message_;
  bool panicked_ = false;
};

}  // namespace host
