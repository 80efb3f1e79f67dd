// SPDX-License-Identifier: Apache-2.0
// The one place where kernel code changes MIE, so that every real transition leaves an irq_off or irq_on event. What
// hardware does at trap entry and MRET shows as irq_entry and irq_exit instead.
#pragma once

// Disables interrupts; true if they were on.
bool irq_save();
// Enables them again if `enabled`; what is pending is taken before it returns.
void irq_restore(bool enabled);

inline void irq_disable() { irq_save(); }
inline void irq_enable() { irq_restore(true); }

// Interrupts off for a scope.
class IrqGuard {
 public:
  IrqGuard() : were_on_(irq_save()) {}
  ~IrqGuard() { irq_restore(were_on_); }
  IrqGuard(const IrqGuard&) = delete;
  IrqGuard& operator=(const IrqGuard&) = delete;

 private:
  bool were_on_;
};
