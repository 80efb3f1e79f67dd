// SPDX-License-Identifier: Apache-2.0
#include "firmware/kernel/drivers/test_sources.h"

#include "firmware/kernel/ext/sysrq.h"
#include "firmware/kernel/irq/external.h"
#include "firmware/kernel/kernel.h"
#include "firmware/kernel/sched/core.h"
#include "firmware/kernel/signal.h"
#include "firmware/kernel/time/clock.h"
#include "platform.h"

namespace kernel {

namespace {

// The test sources are levels that no register can lower. So a source stays in service, and silent, until its level is
// seen low: pulses closer together than this are one.
constexpr uint64_t kPollNs = 20'000;

TestSources& sources() { return kernel().test_sources; }

void complete(unsigned index) { external_irq_complete(platform::kPlicSourceTest + index); }

Task* next_waiter(unsigned index) {
  SpinLockGuard guard(sources().lock);
  Task* const task = sources().waiters[index].front();
  if (task != nullptr) sources().waiters[index].erase(*task);
  return task;
}

void wake_waiters(unsigned index) {
  {
    SpinLockGuard guard(sources().lock);
    ++sources().fired[index];
  }
  while (Task* const task = next_waiter(index)) wake_up_process(*task);
}

void handle(unsigned index) {
  if (platform::kPlicSourceTest + index == platform::kPlicSourceSysrq) {
    handle_sysrq_irq(static_cast<char>(arch::load(platform::test_source::key())));
  } else {
    wake_waiters(index);
    send_signals_of(index);
  }
}

void poll_levels(HrTimer&);

void poll_again() {
  HrTimer& poll = sources().poll;
  poll.function = poll_levels;
  this_cpu().hrtimers.start(poll, arch::cycles() + ns_to_cycles(kPollNs));
}

// Completes each source whose level is low. Interrupts off.
void poll_levels(HrTimer&) {
  const uint32_t levels = arch::load(platform::test_source::src_level());
  uint32_t low = sources().in_service & ~levels;
  sources().in_service &= levels;
  for (; low != 0; low &= low - 1) complete(static_cast<unsigned>(__builtin_ctz(low)));
  if (sources().in_service != 0) poll_again();
}

void complete_when_low(unsigned index) {
  const uint32_t levels = arch::load(platform::test_source::src_level());
  if (((levels >> index) & 1) == 0) {
    complete(index);
    return;
  }
  const bool polled = sources().in_service != 0;
  sources().in_service |= 1u << index;
  if (!polled) poll_again();
}

// True: the calling task has seen the event now. Else it is in line for the next.
bool take_event(unsigned index, Task& task) {
  SpinLockIrqSave guard(sources().lock);
  auto& waiters = sources().waiters[index];
  if (sources().fired[index] == task.irqs_seen[index]) {
    if (!waiters.contains(task)) waiters.push_back(task);
    return false;
  }
  task.irqs_seen[index] = sources().fired[index];
  if (waiters.contains(task)) waiters.erase(task);
  return true;
}

void leave_line(unsigned index, Task& task) {
  SpinLockIrqSave guard(sources().lock);
  auto& waiters = sources().waiters[index];
  if (waiters.contains(task)) waiters.erase(task);
}

}  // namespace

void test_sources_init() {
  sources().lock.place();
  for (uint32_t i = 0; i < kNrTestSources; ++i) arch::store(platform::plic::priority(platform::kPlicSourceTest + i), 1);
}

void handle_test_source_irq(unsigned index) {
  handle(index);
  complete_when_low(index);
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
  SpinLockIrqSave guard(sources().lock);
  for (unsigned i = 0; i < kNrTestSources; ++i) child.irqs_seen[i] = sources().fired[i];
}

}  // namespace kernel
