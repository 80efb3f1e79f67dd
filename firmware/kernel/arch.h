// SPDX-License-Identifier: Apache-2.0
// Everything the kernel may ask of the machine. Each port (arch/systemc on RTL harts, arch/host on a model) provides
// these functions, all acting on the calling hart; nothing else of the machine is visible to firmware/kernel.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "platform.h"  // generated

namespace arch {

using Addr = uint32_t;  // physical address on the SoC bus; words are 32 bits, naturally aligned

// --- identity, time, cost ---------------------------------------------------------------------------------------------

// Index of the calling hart (mhartid).
unsigned smp_processor_id();

// Cycles since the machine left reset, as this hart sees it: the RTL cycle plus what it has charged but not yet burnt.
uint64_t cycles();

// Adds to this hart's pending cost, in cycles. Burnt as one COMPUTE before the next op that hardware can see.
void charge(uint32_t cycles);

// Burns the pending cost now. Interrupts are taken, between any two cycles, if MIE is set.
void flush();

// --- shared memory and devices: one bus transfer each -----------------------------------------------------------------

enum class Amo : uint8_t { kSwap, kAdd, kOr, kAnd };

[[nodiscard]] uint32_t load(Addr addr);
void store(Addr addr, uint32_t value);
// Returns the old word.
uint32_t amo(Amo op, Addr addr, uint32_t operand);
// Stores desired if the word equals expected. Returns the old word.
[[nodiscard]] uint32_t cas(Addr addr, uint32_t expected, uint32_t desired);

// --- the kernel's own memory: no bus, no cycles -----------------------------------------------------------------------

// Zeroed, aligned to 16 bytes, and the kernel's until the next boot. Null: the machine has none left.
[[nodiscard]] void* memory(size_t bytes);

// --- interrupts -------------------------------------------------------------------------------------------------------

// mstatus.MIE of this hart. Disabling returns the old state. Enabling takes pending interrupts before it returns.
bool local_irq_save();
void local_irq_restore(bool enabled);
[[nodiscard]] bool irqs_disabled();

// mie := bits (priv. spec table 3.7: 3 = software, 7 = timer, 11 = external).
void enable_interrupt_sources(uint32_t mie_bits);

// Sleeps until (mip & mie) != 0, also while mstatus.MIE is 0.
void wait_for_interrupt();

// --- contexts ---------------------------------------------------------------------------------------------------------

struct Context;  // a stack and the flow of control on it

// A new context that will call entry(arg) on its own stack when first switched to. entry must not return:
// a task that ends switches away for good after context_free(its own context).
Context* context_create(void (*entry)(void*), void* arg);
// Gives the context back to the pool once it has been switched away from.
void context_free(Context* context);
// The context the calling hart runs on (a hart starts on one of its own: its idle task's).
Context* current_context();
// Hands this hart from prev (the calling context) to next; returns when a hart switches back to prev,
// maybe on another hart.
void switch_to(Context* prev, Context* next);

// --- observation: costs nothing, changes nothing ----------------------------------------------------------------------

// Trace registers of the hart: shown in the waves; the watchdog samples kSite as BARK_PC.
using TraceReg = platform::hart::TraceRegister;

// Sets a trace register of `hart` at the calling hart's cycle (pending cost included).
void trace_reg(TraceReg reg, unsigned hart, uint32_t value);

// Appends one encoded event (trace_events.h) at the calling hart's cycle (pending cost included).
void trace_event(uint8_t id, const void* payload, size_t length);

// Kernel log output by sideband (no cycles). Text need not end in a newline.
void console_write(const char* text, size_t length);

// A broken invariant: ends the run with the message. Never returns.
[[noreturn]] void panic(const char* message);

}  // namespace arch

// --- provided by the kernel to the port --------------------------------------------------------------------------------

namespace kernel {

// First code of a hart after reset, on the hart's own context, interrupts off. Never returns.
[[noreturn]] void entry();
// An interrupt was taken (mcause without the interrupt bit), on the current context; MIE is 0. The handler only: no scheduling.
void trap(uint32_t cause);
// The way back from that interrupt, after its irq_exit event: may schedule. MIE is 0 on entry and on return.
void trap_return();
// An NMI was taken. No lock may be taken in it.
void nmi();
// Called by the port before the first hart starts, at every boot: nothing of an earlier kernel survives it.
void boot_reset();

}  // namespace kernel
