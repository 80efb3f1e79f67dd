// SPDX-License-Identifier: Apache-2.0
#include "firmware/kernel/irq/external.h"

#include "firmware/kernel/drivers/hw_watchdog.h"
#include "firmware/kernel/drivers/power_switches.h"
#include "firmware/kernel/drivers/test_sources.h"
#include "firmware/kernel/kernel.h"
#include "firmware/kernel/printk.h"
#include "platform.h"

namespace kernel {

namespace {

namespace plic = platform::plic;

constexpr uint32_t kTestSourceBits = ((1u << kNrTestSources) - 1) << platform::kPlicSourceTest;

ExternalIrqs& irqs() { return kernel().external_irqs; }

void enable_sources(unsigned cpu) {
  const uint32_t power_switches = kernel_config->hotplug_cpu ? 1u << platform::kPlicSourceHotplug : 0;
  const auto enable = plic::enable(cpu, 0);
  arch::store(enable, arch::load(enable) | kTestSourceBits | power_switches);
}

}  // namespace

void external_irq_init() {
  irqs().cpu = kernel_config->irq_cpu;
  test_sources_init();
  if (kernel_config->hotplug_cpu) arch::store(plic::priority(platform::kPlicSourceHotplug), 1);
}

void external_irq_start() {
  const unsigned cpu = arch::smp_processor_id();
  if (cpu == irqs().cpu) enable_sources(cpu);
}

void external_irq_cpu_dying(unsigned heir) {
  const unsigned cpu = arch::smp_processor_id();
  if (cpu == irqs().cpu) {
    irqs().cpu = heir;
    enable_sources(heir);
  }
  arch::store(plic::enable(cpu, 0), 0);  // the watchdog's source too
}

void external_irq_complete(uint32_t source) { arch::store(plic::claim(arch::smp_processor_id()), source); }

// The context is the hart. A claim may return 0: another hart was faster.
void handle_external_irq() {
  Frame frame(trace::Site::kHandleExternalIrq);
  const uint32_t source = arch::load(plic::claim(arch::smp_processor_id()));
  if (source == 0) return;
  if (source >= platform::kPlicSourceTest && source < platform::kPlicSourceTest + kNrTestSources) {
    handle_test_source_irq(source - platform::kPlicSourceTest);  // completes it by itself
    return;
  }
  if (source == platform::kPlicSourceSwdt) {
    hw_watchdog_handle_external();
  } else if (source == platform::kPlicSourceHotplug) {
    handle_power_switch_irq();
  } else {
    printk("irq: unhandled external interrupt %u", static_cast<unsigned>(source));
  }
  external_irq_complete(source);
}

}  // namespace kernel
