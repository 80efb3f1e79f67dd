// SPDX-License-Identifier: Apache-2.0
#include "tests/scenarios/host_backend.h"

#include <chrono>

#include "firmware/arch/host/host_machine.h"

namespace tb::test {

namespace {

class HostControl final : public sim::Control {
 public:
  explicit HostControl(host::HostMachine& machine) : machine_(machine) {}

  [[nodiscard]] sim::Cycle now() const override { return machine_.now(); }
  void at(sim::Cycle at, std::function<void()> action) override { machine_.at(at, std::move(action)); }
  void stop_at(sim::Cycle at) override {
    machine_.at(at, [this] {
      stopped_ = true;
      machine_.stop();
    });
  }
  void set_irq_source(unsigned index, bool level) override { machine_.set_irq_source(index, level); }
  void set_sysrq_key(char key) override { machine_.set_sysrq_key(key); }
  void set_power_switch(sim::HartId hart, bool on) override { machine_.set_power_switch(hart, on); }
  void waves_on() override {}
  void waves_off() override {}

  // Shows the pulse, and obeys it, every so often.
  void watch(sim::Pulse& pulse) {
    constexpr sim::Cycle kPeriod = 100'000;
    pulse.cycle.store(machine_.now(), std::memory_order_relaxed);
    if (pulse.stop.load(std::memory_order_relaxed)) {
      interrupted_ = true;
      pulse.stopping.store(true, std::memory_order_relaxed);
      machine_.stop();
    }
    machine_.at(machine_.now() + kPeriod, [this, &pulse] { watch(pulse); });
  }

  [[nodiscard]] bool stopped() const { return stopped_; }
  [[nodiscard]] bool interrupted() const { return interrupted_; }

 private:
  host::HostMachine& machine_;
  bool stopped_ = false;
  bool interrupted_ = false;
};

// As near to the RTL as constants go: a transfer is three cycles on the bus beside the memory's own.
host::HostTiming timing_of(const machine::Hardware& hardware) {
  host::HostTiming timing;
  timing.bus = 3 + hardware.mem_latency;
  timing.trap_entry = hardware.interrupt_entry_latency + 1;
  timing.ipi_latency = hardware.ipi_latency;
  return timing;
}

const std::vector<unsigned> kHartCounts = {1, 2, 4, 8};

}  // namespace

machine::RunResult run_host_machine(const machine::RunConfig& config, const kernel::KernelConfig& kernel, sim::Observer& observer,
                                    const std::function<void(sim::Control&)>& setup) {
  host::HostMachine machine(kernel, observer, timing_of(config.hardware), config.reboots_max);
  HostControl control(machine);
  if (setup) setup(control);
  if (config.pulse) control.watch(*config.pulse);
  const auto start = std::chrono::steady_clock::now();
  machine::RunResult result{};
  result.end = sim::End::kCyclesMax;
  try {
    machine.run_until(config.cycles_max);
    if (control.stopped()) result.end = sim::End::kStopped;
    if (machine.ended_by_reset()) result.end = sim::End::kRebootsMax;
    if (control.interrupted()) result.end = sim::End::kInterrupted;
  } catch (const host::HostPanic& panic) {
    result.end = sim::End::kPanic;
    result.message = panic.what();
  }
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
  result.cycles = machine.now();
  result.reboots = machine.reboots();
  result.clocks = machine.now();
  result.host_seconds = elapsed.count();
  return result;
}

Backend host_backend(const std::filesystem::path& configs) {
  Backend backend;
  backend.library = {{kernel::kPolicies, kernel::kNrPolicies}, configs};
  backend.hart_counts = [] { return kHartCounts; };
  backend.run_machine = run_host_machine;
  backend.rtl_hash = backend.shipped_rtl_hash = "host machine";
  backend.versions = {{"scx-cosim", "host machine"}};
  return backend;
}

}  // namespace tb::test
