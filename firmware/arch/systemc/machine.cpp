// SPDX-License-Identifier: Apache-2.0
#include "firmware/arch/systemc/machine.h"

#include <chrono>
#include <stdexcept>

#include "firmware/arch/systemc/firmware.h"
#include "sim/soc.h"

// libsystemc's own main() refers to it; we elaborate from ours.
int sc_main(int, char*[]) { return 0; }

namespace machine {

namespace {

End end_of(sim::StopReason reason) {
  switch (reason) {
    case sim::StopReason::kRequested: return End::kStopped;
    case sim::StopReason::kCyclesMax: return End::kCyclesMax;
    case sim::StopReason::kRebootsMax: return End::kRebootsMax;
    case sim::StopReason::kPanic: return End::kPanic;
    case sim::StopReason::kRtlInvariant: return End::kRtlInvariant;
    case sim::StopReason::kBusError: return End::kBusError;
    case sim::StopReason::kNone: break;
  }
  throw std::logic_error("SystemC ran dry: no context was runnable and nobody clocked the SoC");
}

sim::SocParameters parameters_of(const RunConfig& config) {
  const SocConfig& soc = config.soc;
  return {.harts = soc.harts,
          .clock_mhz = soc.clock_mhz,
          .knobs = {.mem_latency = static_cast<std::uint16_t>(soc.mem_latency),
                    .ipi_latency = static_cast<std::uint16_t>(soc.ipi_latency),
                    .irq_entry_latency = static_cast<std::uint16_t>(soc.irq_entry_latency),
                    .timer_prescale = static_cast<std::uint16_t>(soc.timer_prescale)},
          .seed = config.seed,
          .skip = config.skip,
          .fst_path = config.fst_path,
          .cycles_max = config.cycles_max};
}

}  // namespace

std::span<const unsigned> supported_hart_counts() { return sim::model_hart_counts(); }

RunResult run_machine(const RunConfig& config, const KernelConfig& kernel, sim::Observer& observer,
                      const std::function<void(sim::Control&)>& setup) {
  sim::Soc soc("soc", parameters_of(config), observer);
  Firmware firmware("firmware", kernel, config.reboots_max, soc, observer);
  for (unsigned hart = 0; hart < config.soc.harts; ++hart) firmware.harts[hart].bind(soc.harts[hart]);
  soc.set_reset_handler(firmware);
  if (setup) setup(soc);

  const auto start = std::chrono::steady_clock::now();
  sc_core::sc_start();
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
  soc.close_waves();
  return {.end = end_of(soc.stop_reason()),
          .message = soc.stop_message(),
          .cycles = soc.now(),
          .clocks = soc.clocks(),
          .ops = soc.ops(),
          .reboots = firmware.reboots(),
          .host_seconds = elapsed.count()};
}

}  // namespace machine
