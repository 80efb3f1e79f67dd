// SPDX-License-Identifier: Apache-2.0
#include "machine/machine.h"

#include <algorithm>
#include <chrono>
#include <ctime>
#include <new>
#include <stdexcept>

#include "firmware/arch/systemc/firmware.h"
#include "firmware/kernel/kernel.h"
#include "sim/soc.h"

// libsystemc's own main() refers to it; we elaborate from ours.
int sc_main(int, char*[]) { return 0; }

namespace machine {

namespace {

sim::SocParameters parameters_of(const RunConfig& config) {
  const Hardware& hardware = config.hardware;
  return {.harts = hardware.harts,
          .clock_mhz = hardware.clock_mhz,
          .knobs = {.mem_latency = static_cast<std::uint16_t>(hardware.mem_latency),
                    .ipi_latency = static_cast<std::uint16_t>(hardware.ipi_latency),
                    .irq_entry_latency = static_cast<std::uint16_t>(hardware.interrupt_entry_latency),
                    .timer_prescale = static_cast<std::uint16_t>(hardware.timer_prescale)},
          .seed = config.seed,
          .skip = config.skip,
          .fst_path = config.fst_path,
          .cycles_max = config.cycles_max,
          .pulse = config.pulse};
}

}  // namespace

Whereabouts whereabouts() {
  Whereabouts where;
  const arch::Context* const context = arch::running_context;
  if (context == nullptr || context->hart >= kernel::kNrCpusMax) return where;
  const kernel::Task* const task = kernel::kernel().cpus[context->hart].current;
  if (task == nullptr) return where;
  where.known = true;
  where.hart = context->hart;
  where.pid = task->pid;
  std::copy_n(task->comm, std::min(sizeof where.comm - 1, sizeof task->comm), where.comm);
  where.site = trace::name_of(task->frames.top());
  return where;
}

std::vector<unsigned> supported_hart_counts() { return sim::model_hart_counts(); }
std::vector<std::string> model_build_command(unsigned harts) { return sim::model_build_command(harts); }

RunResult run_machine(const RunConfig& config, const kernel::KernelConfig& kernel, sim::Observer& observer,
                      const std::function<void(sim::Control&)>& setup) {
  sim::Soc soc("soc", parameters_of(config), observer);
  Firmware firmware("firmware", kernel, config.reboots_max, soc, observer);
  for (unsigned hart = 0; hart < config.hardware.harts; ++hart) firmware.harts[hart].bind(soc.harts[hart]);
  soc.set_reset_handler(firmware);
  if (setup) setup(soc);

  if (config.profile) soc.profile().start();
  const auto start = std::chrono::steady_clock::now();
  const std::clock_t cpu_start = std::clock();
  try {
    sc_core::sc_start();
  } catch (const sc_core::sc_report& report) {  // what a process threw, in SystemC's words
    if (report.get_msg() == std::string(std::bad_alloc().what())) throw std::bad_alloc();
    throw std::runtime_error(report.get_msg());
  }
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
  const double cpu_seconds = static_cast<double>(std::clock() - cpu_start) / CLOCKS_PER_SEC;
  soc.close_waves();
  if (!soc.end()) throw std::logic_error("SystemC ran dry: no context was runnable and nobody clocked the SoC");
  return {.end = *soc.end(),
          .message = soc.stop_message(),
          .cycles = soc.now(),
          .clocks = soc.clocks(),
          .ops = soc.ops(),
          .reboots = firmware.reboots(),
          .profile = soc.profile().shares(),
          .host_seconds = elapsed.count(),
          .cpu_seconds = cpu_seconds};
}

}  // namespace machine
