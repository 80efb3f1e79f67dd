// SPDX-License-Identifier: Apache-2.0
// The one place where kernel code changes MIE, so that every transition leaves an event: irq_off or irq_on; irq_entry where
// a trap takes MIE away, irq_on where MRET brings it back.
#pragma once

namespace kernel {

// Disables interrupts; true if they were on.
bool irq_save();
// Enables them again if `enabled`; pending interrupts are taken before it returns.
void irq_restore(bool enabled);

// Says that the MRET to come brings MIE back, where it goes back to.
void irq_return();

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

}  // namespace kernel
