// SPDX-License-Identifier: Apache-2.0
#include <stdexcept>
#include <vector>

#include "bench/drivers.h"
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
  Drivers(const sc_core::sc_module_name& name, const sim::Soc& soc, const Workload& load)
      : sc_module(name), ports("ports", load.harts), soc_(soc), harts_(load.harts) {
    for (unsigned hart = 0; hart < harts_; ++hart) streams.emplace_back(hart, load);
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
      for (unsigned word = 0; 32 * word < harts_; ++word) port.execute(release(harts_, word));
    }
    for (;;) {
      port.execute(streams[hart].next());
      streams[hart].account(soc_.now());
    }
  }

  const sim::Soc& soc_;
  unsigned harts_;
};

}  // namespace

Driven bridge(const Workload& load, bool skip) {
  NoObserver observer;
  sim::Soc soc("soc",
               {.harts = load.harts,
                .clock_mhz = 100,
                .knobs = {.mem_latency = kMemLatency,
                          .ipi_latency = kIpiLatency,
                          .irq_entry_latency = kIrqEntryLatency,
                          .timer_prescale = 0},
                .seed = 1,
                .skip = skip,
                .fst_path = {},
                .cycles_max = load.cycles},
               observer);
  Drivers drivers("drivers", soc, load);
  for (unsigned hart = 0; hart < load.harts; ++hart) drivers.ports[hart].bind(soc.harts[hart]);
  soc.set_reset_handler(drivers);

  const Stopwatch watch;
  sc_core::sc_start();
  const double seconds = watch.seconds();
  if (soc.end() != sim::End::kCyclesMax) throw std::runtime_error(soc.stop_message());
  Driven driven{.seconds = seconds};
  for (const auto& stream : drivers.streams) driven.hash ^= stream.hash();
  return driven;
}

}  // namespace bench
