// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <memory>
#include <stdexcept>
#include <vector>

#include "bench/workload.h"
#include "sim/soc.h"

int sc_main(int, char*[]) { return 0; }  // libsystemc's own main() refers to it

namespace bench {

namespace {

class NoObserver final : public sim::Observer {
 public:
  void on_event(const sim::Event&) override {}
  void on_console(sim::HartId, std::string_view) override {}
};

// One thread per hart, spawned when the hart leaves reset.
class Drivers final : public sc_core::sc_module, public sim::ResetHandler {
 public:
  Drivers(const sc_core::sc_module_name& name, const sim::Soc& soc, std::uint32_t op_cycles)
      : sc_module(name), ports("ports", kHarts), soc_(soc), op_cycles_(op_cycles) {
    for (unsigned hart = 0; hart < kHarts; ++hart) streams.emplace_back(hart, op_cycles);
  }

  bool on_system_reset(bool) override { return true; }
  void on_hart_reset(sim::HartId hart) override {
    sc_core::sc_spawn([this, hart] { drive(hart); }, sc_core::sc_gen_unique_name("hart"));
  }

  sc_core::sc_vector<sc_core::sc_port<sim::hart_if>> ports;
  std::vector<OpStream> streams;

 private:
  void drive(sim::HartId hart) {
    sim::hart_if& port = *ports[hart].operator->();
    if (hart == 0) {
      port.execute({.opcode = sim::Opcode::kStore, .addr = platform::hart_control::run(0), .data = (1u << kHarts) - 1});
    }
    for (;;) {
      if (op_cycles_ == kAllComputing) {
        port.execute({.opcode = sim::Opcode::kCompute, .data = 0xffffffff});
      } else {
        port.execute(streams[hart].next());
        streams[hart].account(soc_.now());
      }
    }
  }

  const sim::Soc& soc_;
  std::uint32_t op_cycles_;
};

}  // namespace

Measurement bridge(std::uint32_t op_cycles, sim::Cycle cycles, bool skip) {
  NoObserver observer;
  sim::Soc soc("soc",
               {.harts = kHarts,
                .clock_mhz = 100,
                .knobs = {.mem_latency = 2, .ipi_latency = 4, .irq_entry_latency = 6, .timer_prescale = 0},
                .seed = 1,
                .skip = skip,
                .fst_path = {},
                .cycles_max = cycles},
               observer);
  Drivers drivers("drivers", soc, op_cycles);
  for (unsigned hart = 0; hart < kHarts; ++hart) drivers.ports[hart].bind(soc.harts[hart]);
  soc.set_reset_handler(drivers);

  const auto start = std::chrono::steady_clock::now();
  sc_core::sc_start();
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
  if (soc.stop_reason() != sim::StopReason::kCyclesMax) throw std::runtime_error(soc.stop_message());
  Measurement result{.mega_cycles_per_s = static_cast<double>(cycles) / elapsed.count() / 1e6};
  for (const auto& stream : drivers.streams) result.hash ^= stream.hash();
  return result;
}

}  // namespace bench
