// SPDX-License-Identifier: Apache-2.0
#include "firmware/kernel/drivers/hw_watchdog.h"

#include "firmware/kernel/kernel.h"
#include "firmware/kernel/time/clock.h"
#include "platform.h"

namespace kernel {

namespace {

namespace swdt = platform::swdt;

constexpr uint32_t kNeverBarks = 0xffffffff;

struct Thresholds {
  uint32_t prescale;
  uint32_t bark;
  uint32_t bite;
};

const Knobs::HwWatchdog& spec() { return kernel_config->hw_watchdog; }
unsigned instances() { return (kernel_config->nr_cpus + swdt::kPerInstance - 1) / swdt::kPerInstance; }

// The finest tick with which the longer of the two fits the 32-bit counter.
Thresholds thresholds() {
  const uint64_t bark = ns_to_cycles(spec().bark_ns);
  const uint64_t bite = ns_to_cycles(spec().bite_ns);
  const uint64_t longest = bark > bite ? bark : bite;
  const uint64_t divider = longest / kNeverBarks + 1;
  return {.prescale = static_cast<uint32_t>(divider - 1),
          .bark = static_cast<uint32_t>(bark / divider),
          .bite = static_cast<uint32_t>(bite / divider)};
}

uint32_t route_bits() {
  switch (spec().route) {
    case BarkRoute::kPlic: return swdt::kChannelCtrlBarkRoutePlic << swdt::kChannelCtrlBarkRouteShift;
    case BarkRoute::kMsip: return swdt::kChannelCtrlBarkRouteMsip << swdt::kChannelCtrlBarkRouteShift;
    case BarkRoute::kNmi: return swdt::kChannelCtrlBarkRouteNmi << swdt::kChannelCtrlBarkRouteShift;
  }
  return 0;
}

// Of all CPUs, until the first has gone.
Cpumask guarded_cpus() { return kernel_config->hotplug_cpu ? kernel().cpu_online.load() : cpumask_all(kernel_config->nr_cpus); }

unsigned buddy_of(unsigned cpu) { return (cpu + 1) % kernel_config->nr_cpus; }
unsigned next_of(Cpumask cpus, unsigned cpu) { return cpumask_next_wrap(cpus, cpu); }
unsigned guarded_by(unsigned cpu) {
  const Cpumask cpus = guarded_cpus();
  const Cpumask below = cpus & (cpumask_of(cpu) - 1);
  return cpumask_last(below != 0 ? below : cpus);
}

void report_bark(unsigned guarded) {
  const uint32_t site = arch::load(swdt::channel_bark_pc_lo(guarded));
  // Silenced first: a count above the threshold would set the cleared state again at the next tick.
  arch::store(swdt::channel_bark_thold(guarded), kNeverBarks);
  arch::store(swdt::intr_state(guarded / swdt::kPerInstance), 1u << (guarded % swdt::kPerInstance));
  trace::hw_watchdog_bark(guarded, static_cast<trace::Site>(site));
}

// The one channel whose barks come to this hart.
void report_guarded() {
  const unsigned guarded = guarded_by(arch::smp_processor_id());
  const uint32_t barked = arch::load(swdt::intr_state(guarded / swdt::kPerInstance));
  if (((barked >> (guarded % swdt::kPerInstance)) & 1) != 0) report_bark(guarded);
}

}  // namespace

void hw_watchdog_init() {
  if (!spec().enable) return;
  for (unsigned instance = 0; instance < instances(); ++instance) {
    arch::store(swdt::prescale(instance), thresholds().prescale);
    arch::store(swdt::intr_enable(instance), 0xffffffff);
    arch::store(swdt::gctrl(instance), swdt::kGctrlEnable);
  }
  if (spec().route == BarkRoute::kPlic) arch::store(platform::plic::priority(platform::kPlicSourceSwdt), 1);
}

void hw_watchdog_start() {
  if (!spec().enable) return;
  const unsigned cpu = arch::smp_processor_id();
  if (spec().route == BarkRoute::kPlic) {
    arch::store(platform::plic::enable(cpu, 0), 1u << platform::kPlicSourceSwdt);
  }
  arch::store(swdt::channel_bark_thold(cpu), thresholds().bark);
  arch::store(swdt::channel_bite_thold(cpu), thresholds().bite);
  arch::store(swdt::channel_target(cpu), buddy_of(cpu));
  arch::store(swdt::channel_ctrl(cpu), swdt::kChannelCtrlEnable | swdt::kChannelCtrlSystemScope | route_bits());
}

void hw_watchdog_cpu_dying() {
  if (!spec().enable) return;
  const unsigned cpu = arch::smp_processor_id();
  const unsigned guard = guarded_by(cpu);
  arch::store(swdt::channel_ctrl(cpu), 0);
  arch::store(swdt::channel_target(guard), next_of(guarded_cpus(), cpu));
}

void hw_watchdog_cpu_online() {
  if (!spec().enable) return;
  const unsigned cpu = arch::smp_processor_id();
  arch::store(swdt::channel_target(cpu), next_of(guarded_cpus(), cpu));
  arch::store(swdt::channel_target(guarded_by(cpu)), cpu);
}

void hw_watchdog_pet() {
  if (!spec().enable) return;
  const unsigned cpu = arch::smp_processor_id();
  arch::store(swdt::pet(cpu), 1);
  arch::store(swdt::channel_bark_thold(cpu), thresholds().bark);
}

void hw_watchdog_handle_nmi() { report_guarded(); }

void hw_watchdog_handle_external() {
  for (unsigned instance = 0; instance < instances(); ++instance) {
    uint32_t barked = arch::load(swdt::intr_state(instance));
    while (barked != 0) {
      const unsigned channel = static_cast<unsigned>(__builtin_ctz(barked));
      barked &= barked - 1;
      report_bark(instance * swdt::kPerInstance + channel);
    }
  }
}

void hw_watchdog_handle_msip() {
  if (spec().enable && spec().route == BarkRoute::kMsip) report_guarded();
}

}  // namespace kernel
