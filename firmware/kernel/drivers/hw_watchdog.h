// SPDX-License-Identifier: Apache-2.0
// The hardware scheduler watchdog: one channel per hart, petted from its tick. A bark goes to the next hart, so that a hart
// stuck with interrupts off is still reported; a bite resets the system.
#pragma once

namespace kernel {

// Hart 0, before the others run: sets up the parts that all channels share.
void hw_watchdog_init();
// Each hart, before its first tick: its own channel.
void hw_watchdog_start();
// CPU hotplug. The calling CPU leaves, all others being stopped: its channel stops, so it does not bark. The CPU is back:
// the chain of who hears whom closes again.
void hw_watchdog_cpu_dying();
void hw_watchdog_cpu_online();
// The tick. A pet ends a bark: the next one is reported again.
void hw_watchdog_pet();
// A bark sent to this very hart (NMI), and one sent to the hart that claims it (PLIC): reported, and silenced until the guarded
// hart pets again. Takes no lock. The bite stays armed.
void hw_watchdog_handle_nmi();
void hw_watchdog_handle_external();
// The software interrupt's share of it: barks come there only if the route says so.
void hw_watchdog_handle_msip();

}  // namespace kernel
