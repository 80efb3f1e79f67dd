// SPDX-License-Identifier: Apache-2.0
// A deterministic machine without RTL: harts, ACLINT and RAM as a discrete-event model, for kernel tests in microseconds.
// Timing is fixed and simple (a bus transfer, a CSR access and a trap entry each take a constant); order is by (cycle,
// hart). The SWDT is plain registers here: what needs it is tested on RTL.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "firmware/arch/common/port.h"
#include "firmware/arch/host/external_interrupts.h"
#include "firmware/kernel/config.h"
#include "sim/observer.h"

namespace host {

struct HostTiming {
  sim::Cycle bus = 5;  // one transfer, granted; the bus carries one at a time
  sim::Cycle csr = 1;
  sim::Cycle trap_entry = 7;
  sim::Cycle ipi = 5;   // MSIP written to mip.MSIP seen
  sim::Cycle plic = 2;  // a source's level to mip.MEIP seen
};

// A kernel invariant failed (arch::panic) or firmware used the bus wrongly.
struct HostPanic : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class HostMachine final : public arch::Port {
 public:
  HostMachine(const kernel::KernelConfig& config, sim::Observer& observer, HostTiming timing = {});
  ~HostMachine() override;
  HostMachine(const HostMachine&) = delete;
  HostMachine& operator=(const HostMachine&) = delete;

  // Boots at the first call; runs until that cycle, stop(), or nothing can ever happen again. Throws HostPanic.
  void run_until(sim::Cycle cycle);
  // Ends run_until at the current cycle (for observers).
  void stop() { stopped_ = true; }

  // Calls action at that cycle (for tests: raise an interrupt, look at a word).
  void at(sim::Cycle cycle, std::function<void()> action);
  // The RAM or device word, without any bus transfer.
  [[nodiscard]] std::uint32_t peek(std::uint32_t addr) const;
  void poke(std::uint32_t addr, std::uint32_t value);
  // Raises an NMI on the hart.
  void raise_nmi(sim::HartId hart);
  // Level of a test interrupt source (PLIC id 3 + index), and the key shown with index 0 (sysrq).
  void set_irq_source(unsigned index, bool level);
  void set_sysrq_key(char key) { external_.set_key(key); }
  // The operator's switch of a hart.
  void set_power_switch(sim::HartId hart, bool on);

  // arch::Port
  sim::Completion execute(sim::HartId hart, const sim::Op& op) override;
  [[nodiscard]] sim::Cycle now() const override { return now_; }
  [[nodiscard]] sim::Cycle boot_cycle() const override { return 0; }
  void apply(sim::HartId hart, const sim::Mark& mark, const std::uint8_t* payloads) override;
  arch::Context* context_create(void (*entry)(void*), void* arg) override;
  void context_free(arch::Context* context) override;
  void context_switch(arch::Context* prev, arch::Context* next) override;
  void console(sim::HartId hart, std::string_view text) override;
  [[noreturn]] void panic(sim::HartId hart, std::string_view message) override;

 private:
  struct Hart;
  struct Fiber;

  void boot();
  void start_hart(sim::HartId hart);
  void stop_hart(sim::HartId hart);
  void resume(sim::HartId hart);
  [[nodiscard]] sim::Cycle next_pending(const Hart& hart) const;  // first cycle at which (mip & mie) != 0
  [[nodiscard]] sim::Cycle takeable_at(const Hart& hart) const;
  [[nodiscard]] sim::Cycle due(const Hart& hart) const;
  void begin(Hart& hart);
  void finish(Hart& hart);
  void enter_trap(Hart& hart, platform::hart::Status status);
  bool settle(Hart& hart);
  void apply_marks_until(Hart& hart, sim::Cycle cycle);
  static bool decoded(std::uint32_t addr);
  std::uint32_t bus_read(std::uint32_t addr);
  void bus_write(std::uint32_t addr, std::uint32_t value);
  bool device_write(Hart& hart, std::uint32_t addr, std::uint32_t value);
  void hart_control_write(std::uint32_t addr, std::uint32_t value);
  void show_power_switches();
  void show_external();
  void csr(Hart& hart);
  void flush_events();
  Fiber* fiber_of(arch::Context* context);

  kernel::KernelConfig config_;
  sim::Observer& observer_;
  HostTiming timing_;
  sim::Cycle now_ = 0;
  sim::Cycle bus_free_ = 0;
  bool booted_ = false;
  bool stopped_ = false;
  std::vector<std::unique_ptr<Hart>> harts_;
  std::vector<std::unique_ptr<Fiber>> fibers_;
  std::vector<Fiber*> free_fibers_;
  ExternalInterrupts external_;
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
