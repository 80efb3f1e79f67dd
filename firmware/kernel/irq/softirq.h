// SPDX-License-Identifier: Apache-2.0
// Softirqs: work that an interrupt leaves for later, run on the way out of it with interrupts on and preemption off, never
// nested. Work that goes on for too long is left to ksoftirqd/<cpu>, a task of the normal class.
#pragma once

#include <stdint.h>

namespace kernel {

struct Task;

// The bit of each in SoftirqCpu::pending; lower ones first.
enum class Softirq : uint8_t { kTimer, kRcu, kCount };

inline constexpr unsigned MAX_SOFTIRQ_RESTART = 10;
inline constexpr uint32_t kMaxSoftirqJiffies = 2;

// Hart-private.
struct SoftirqCpu {
  uint32_t pending = 0;
  bool active = false;  // softirqs are being run
  bool in_hardirq = false;
  Task* ksoftirqd = nullptr;  // null until it has run once: boot
};

// Of this CPU. Outside an interrupt no irq_exit would run it: then ksoftirqd is woken.
void raise_softirq(Softirq vec);
// The way out of a hard interrupt. Interrupts off before and after.
void irq_exit_softirqs();
[[nodiscard]] bool in_interrupt();
// Makes ksoftirqd/<cpu>. In task context.
void spawn_ksoftirqd(unsigned cpu);

}  // namespace kernel
