// SPDX-License-Identifier: Apache-2.0
#include "firmware/arch/systemc/firmware.h"

#include <csetjmp>

#include "firmware/kernel/arch.h"

const kernel::KernelConfig* kernel::kernel_config = nullptr;

namespace machine {

namespace {

constexpr int kStackBytes = 128 * 1024;  // kernel frames under nested traps; SystemC adds the guard page

void start_kernel(void*) { kernel::entry(); }

}  // namespace

// A context on an SC_THREAD. A freed one jumps back to run() when it is next switched to: its stack is used again.
struct Firmware::Thread final : arch::Context {
  sc_core::sc_event resume;
  void (*entry)(void*) = nullptr;
  void* arg = nullptr;
  bool spawned = false;
  bool freed = false;
  std::jmp_buf restart;

  void run() {
    setjmp(restart);
    arch::running_context = this;
    depth = 0;
    entry(arg);
  }
};

Firmware::Firmware(const sc_core::sc_module_name& name, const kernel::KernelConfig& config, unsigned reboots_max, sim::Soc& soc,
                   sim::Observer& observer)
    : sc_module(name),
      harts("harts", config.nr_cpus),
      config_(config),
      reboots_max_(reboots_max),
      soc_(soc),
      observer_(observer) {}

Firmware::~Firmware() = default;

void Firmware::end_of_elaboration() {
  for (auto& port : harts) hart_ports_.push_back(port.operator->());
}

// --- resets -----------------------------------------------------------------------------------------------------------

bool Firmware::on_system_reset(bool) {
  if (boots_ > reboots_max_) return false;
  ++boots_;
  free_threads_.clear();  // abandoned with the rest: a thread that frees itself may not have switched away yet
  kernel::kernel_config = &config_;
  arch::attach_port(*this, config_.nr_cpus);
  kernel::boot_reset();
  return true;
}

void Firmware::on_hart_reset(sim::HartId hart) {
  arch::reset_hart(hart);
  Thread& thread = thread_of(context_create(start_kernel, nullptr));
  thread.hart = hart;
  wake(thread);
}

// --- contexts ---------------------------------------------------------------------------------------------------------

Firmware::Thread& Firmware::thread_of(arch::Context* context) { return *static_cast<Thread*>(context); }

arch::Context* Firmware::context_create(void (*entry)(void*), void* arg) {
  Thread* thread = nullptr;
  if (free_threads_.empty()) {
    threads_.push_back(std::make_unique<Thread>());
    thread = threads_.back().get();
  } else {
    thread = free_threads_.back();
    free_threads_.pop_back();
  }
  thread->entry = entry;
  thread->arg = arg;
  return thread;
}

void Firmware::context_free(arch::Context* context) { thread_of(context).freed = true; }

void Firmware::wake(Thread& thread) {
  if (thread.spawned) {
    thread.resume.notify();
    return;
  }
  thread.spawned = true;
  sc_core::sc_spawn_options options;
  options.set_stack_size(kStackBytes);
  sc_core::sc_spawn([&thread] { thread.run(); }, sc_core::sc_gen_unique_name("context"), &options);
}

void Firmware::context_switch(arch::Context* prev, arch::Context* next) {
  Thread& from = thread_of(prev);
  wake(thread_of(next));
  if (from.freed) free_threads_.push_back(&from);
  soc_.profile().enter(sim::Profile::kSystemC);
  sc_core::wait(from.resume);
  soc_.profile().enter(sim::Profile::kFirmware);
  if (from.freed) {
    from.freed = false;
    std::longjmp(from.restart, 1);
  }
  arch::running_context = prev;
}

// --- observation ------------------------------------------------------------------------------------------------------

void Firmware::apply(sim::HartId hart, const sim::Mark& mark, const std::uint8_t* payloads) { soc_.apply(hart, mark, payloads); }

void Firmware::console(sim::HartId hart, std::string_view text) { observer_.on_console(hart, text); }

void Firmware::panic(sim::HartId hart, std::string_view message) {
  soc_.abort_run(sim::End::kPanic, "hart " + std::to_string(hart) + ": " + std::string(message));
}

}  // namespace machine
