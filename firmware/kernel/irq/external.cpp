// SPDX-License-Identifier: Apache-2.0
#include "firmware/kernel/irq/external.h"

#include "firmware/kernel/base/charge.h"
#include "firmware/kernel/drivers/hw_watchdog.h"
#include "firmware/kernel/ext/sysrq.h"
#include "firmware/kernel/irq/irqflags.h"
#include "firmware/kernel/kernel.h"
#include "firmware/kernel/printk.h"
#include "firmware/kernel/sched/core.h"
#include "firmware/kernel/signal.h"
#include "firmware/kernel/time/clock.h"
#include "platform.h"

namespace {

namespace plic = platform::plic;

// The test sources are levels that no register can lower. So a source stays in service, and silent, until its level is
// seen low: pulses closer together than this are one.
constexpr uint64_t kPollNs = 20'000;
constexpr uint32_t kTestSourceBits = ((1u << kNrTestSources) - 1) << platform::kPlicSourceTest;

ExternalIrqs& irqs() { return kernel().external_irqs; }
void complete(uint32_t source) { arch::store(plic::claim(arch::smp_processor_id()), source); }

Task* next_waiter(unsigned index) {
  SpinLockGuard guard(irqs().lock);
  Task* const task = irqs().waiters[index].front();
  if (task != nullptr) irqs().waiters[index].erase(*task);
  return task;
}

void wake_waiters(unsigned index) {
  {
    SpinLockGuard guard(irqs().lock);
    ++irqs().fired[index];
  }
  while (Task* const task = next_waiter(index)) wake_up_process(*task);
}

void handle_test_source(unsigned index) {
  if (platform::kPlicSourceTest + index == platform::kPlicSourceSysrq) {
    handle_sysrq_irq(static_cast<char>(arch::load(platform::test_source::key())));
  } else {
    wake_waiters(index);
    send_signals_of(index);
  }
}

void poll_levels(HrTimer&);

void poll_again() {
  HrTimer& poll = irqs().poll;
  poll.function = poll_levels;
  this_cpu().hrtimers.start(poll, arch::cycles() + ns_to_cycles(kPollNs));
}

// Completes what is low. Interrupts off.
void poll_levels(HrTimer&) {
  const uint32_t levels = arch::load(platform::test_source::src_level());
  uint32_t low = irqs().in_service & ~levels;
  irqs().in_service &= levels;
  for (; low != 0; low &= low - 1) complete(platform::kPlicSourceTest + static_cast<uint32_t>(__builtin_ctz(low)));
  if (irqs().in_service != 0) poll_again();
}

void end_test_source(unsigned index) {
  const uint32_t levels = arch::load(platform::test_source::src_level());
  if (((levels >> index) & 1) == 0) {
    complete(platform::kPlicSourceTest + index);
    return;
  }
  const bool polled = irqs().in_service != 0;
  irqs().in_service |= 1u << index;
  if (!polled) poll_again();
}

void enable_sources(unsigned cpu) {
  const uint32_t power_switches = kernel_config->hotplug_cpu ? 1u << platform::kPlicSourceHotplug : 0;
  const auto enable = plic::enable(cpu, 0);
  arch::store(enable, arch::load(enable) | kTestSourceBits | power_switches);
}

// True: the calling task has seen the event now. Else it is in line for the next.
bool take_event(unsigned index, Task& task) {
  SpinLockIrqSave guard(irqs().lock);
  auto& waiters = irqs().waiters[index];
  if (irqs().fired[index] == task.irqs_seen[index]) {
    if (!waiters.contains(task)) waiters.push_back(task);
    return false;
  }
  task.irqs_seen[index] = irqs().fired[index];
  if (waiters.contains(task)) waiters.erase(task);
  return true;
}

void leave_line(unsigned index, Task& task) {
  SpinLockIrqSave guard(irqs().lock);
  auto& waiters = irqs().waiters[index];
  if (waiters.contains(task)) waiters.erase(task);
}

}  // namespace

void external_irq_init() {
  irqs().lock.place();
  irqs().cpu = kernel_config->irq_cpu;
  for (uint32_t i = 0; i < kNrTestSources; ++i) arch::store(plic::priority(platform::kPlicSourceTest + i), 1);
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

// The context is the hart. A claim may return 0: another hart was faster.
void handle_external_irq() {
  Frame frame(trace::Site::kHandleExternalIrq);
  const uint32_t source = arch::load(plic::claim(arch::smp_processor_id()));
  if (source == 0) return;
  if (source >= platform::kPlicSourceTest && source < platform::kPlicSourceTest + kNrTestSources) {
    handle_test_source(source - platform::kPlicSourceTest);
    end_test_source(source - platform::kPlicSourceTest);
    return;
  }
  if (source == platform::kPlicSourceSwdt) {
    hw_watchdog_handle_external();
  } else if (source == platform::kPlicSourceHotplug) {
    handle_power_switch_irq();
  } else {
    printk("irq: unhandled external interrupt %u", static_cast<unsigned>(source));
  }
  complete(source);
}

void wait_for_irq(unsigned index) {
  Task& task = *current();
  for (;;) {
    set_current_state(TASK_INTERRUPTIBLE);
    if (take_event(index, task) || task.kill_pending) break;
    schedule();
  }
  set_current_state(TASK_RUNNING);
  if (task.kill_pending) leave_line(index, task);
}

void inherit_irqs_seen(Task& child, const Task& parent) {
  if (parent.spec == nullptr) return;
  SpinLockIrqSave guard(irqs().lock);
  for (unsigned i = 0; i < kNrTestSources; ++i) child.irqs_seen[i] = irqs().fired[i];
}
