// SPDX-License-Identifier: Apache-2.0
// The firmware as a SystemC module: every context of the kernel is an SC_THREAD, every hart is reached through an sc_port.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "firmware/arch/common/port.h"
#include "firmware/kernel/config.h"
#include "sim/hart_if.h"
#include "sim/observer.h"
#include "sim/soc.h"

namespace machine {

class Firmware final : public sc_core::sc_module, public arch::Port, public sim::ResetHandler {
 public:
  Firmware(const sc_core::sc_module_name& name, const kernel::KernelConfig& config, unsigned reboots_max, sim::Soc& soc,
           sim::Observer& observer);
  ~Firmware() override;
  Firmware(const Firmware&) = delete;
  Firmware& operator=(const Firmware&) = delete;

  sc_core::sc_vector<sc_core::sc_port<sim::hart_if>> harts;

  [[nodiscard]] unsigned reboots() const { return boots_ - 1; }

  // arch::Port
  sim::Completion execute(sim::HartId hart, const sim::Op& op) override {
    arch::Context* const self = arch::running_context;
    const sim::Completion completion = hart_ports_[hart]->execute(op);
    arch::running_context = self;  // others ran meanwhile
    return completion;
  }
  [[nodiscard]] sim::Cycle now() const override { return soc_.now(); }
  [[nodiscard]] sim::Cycle boot_cycle() const override { return soc_.boot_cycle(); }
  void apply(sim::HartId hart, const sim::Mark& mark, const std::uint8_t* payloads) override;
  arch::Context* context_create(void (*entry)(void*), void* arg) override;
  void context_free(arch::Context* context) override;
  void context_switch(arch::Context* prev, arch::Context* next) override;
  void console(sim::HartId hart, std::string_view text) override;
  [[noreturn]] void panic(sim::HartId hart, std::string_view message) override;

  // sim::ResetHandler
  bool on_system_reset(bool by_watchdog) override;
  void on_hart_reset(sim::HartId hart) override;

 private:
  struct Thread;

  void end_of_elaboration() override;
  void wake(Thread& thread);
  static Thread& thread_of(arch::Context* context);

  const kernel::KernelConfig& config_;
  unsigned reboots_max_;
  sim::Soc& soc_;
  sim::Observer& observer_;
  std::vector<sim::hart_if*> hart_ports_;  // what the sc_ports are bound to, without the check per call
  std::vector<std::unique_ptr<Thread>> threads_;
  std::vector<Thread*> free_threads_;
  unsigned boots_ = 0;
};

}  // namespace machine
