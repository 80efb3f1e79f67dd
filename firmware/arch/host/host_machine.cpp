// SPDX-License-Identifier: Apache-2.0
#include "firmware/arch/host/host_machine.h"

#include <algorithm>
#include <cassert>

#include "firmware/arch/host/host_hart.h"
#include "trace_events.h"  // generated

const kernel::KernelConfig* kernel::kernel_config = nullptr;

namespace host {

using platform::hart::Opcode;
using platform::hart::Status;
using sim::Cycle;
using sim::HartId;

namespace {

constexpr std::uint32_t kSoftwareBit = 1u << platform::kIrqSoftware;
constexpr std::uint32_t kTimerBit = 1u << platform::kIrqTimer;
constexpr std::uint32_t kExternalBit = 1u << platform::kIrqExternal;

// Of the watchdog: what it bites is reset so many cycles later, as in the RTL.
constexpr Cycle kBiteToReset = 3;

constexpr auto kBiteEvent = static_cast<std::uint8_t>(trace::Event::kHwWatchdogBite);
constexpr auto kResetEvent = static_cast<std::uint8_t>(trace::Event::kReset);

void start_kernel(void*) { kernel::entry(); }

std::uint64_t bit_of(HartId hart) { return std::uint64_t{1} << hart; }

}  // namespace

HostMachine::HostMachine(const kernel::KernelConfig& config, sim::Observer& observer, HostTiming timing, unsigned reboots_max)
    : config_(config),
      observer_(observer),
      timing_(timing),
      reboots_max_(reboots_max),
      devices_({.harts = config.nr_cpus, .ipi_latency = timing.ipi_latency, .timer_prescale = config.timer_prescale}),
      power_wanted_(~std::uint64_t{0} >> (64 - config.nr_cpus)),
      power_seen_(power_wanted_),
      ram_(config.ram_bytes / 4, 0) {
  for (HartId hart = 0; hart < config.nr_cpus; ++hart) {
    harts_.push_back(std::make_unique<Hart>());
    harts_.back()->id = hart;
  }
}

HostMachine::~HostMachine() = default;

// --- running ----------------------------------------------------------------------------------------------------------

void HostMachine::boot(bool by_watchdog) {
  boot_cycle_ = now_;
  show_event(0, kResetEvent, {static_cast<std::uint8_t>(boots_), by_watchdog ? std::uint8_t{1} : std::uint8_t{0}});
  ++boots_;
  if (ended_by_reset()) {
    stopped_ = true;
    return;
  }
  kernel::kernel_config = &config_;
  arch::attach_port(*this, config_.nr_cpus);
  kernel::boot_reset();
  show_power_switches();
  start_hart(0);
}

// Every context of before is abandoned.
void HostMachine::system_reset() {
  reset_at_ = sim::kNever;
  free_fibers_.clear();
  for (const auto& fiber : fibers_) {
    fiber->freed = false;
    free_fibers_.push_back(fiber.get());
  }
  for (const auto& hart : harts_) clear(*hart);
  bus_free_ = now_;
  power_seen_ = ~std::uint64_t{0} >> (64 - config_.nr_cpus);
  registers_.clear();
  devices_.reset(now_);
  show_devices();
  boot(true);
}

void HostMachine::start_hart(HartId id) {
  Hart& hart = *harts_[id];
  if (hart.phase != Hart::Phase::kHeld) return;
  arch::reset_hart(id);
  hart.phase = Hart::Phase::kTrapEntry;  // nothing but a delay, and no trap to report: the reset vector
  hart.completion = {};
  hart.end = now_ + 1;
  hart.fiber = fiber_of(context_create(start_kernel, nullptr));
  hart.fiber->hart = id;
}

void HostMachine::stop_hart(HartId id) {
  if (id != 0) hold(*harts_[id]);
}

// Whatever it was at is void; its context is used again.
void HostMachine::hold(Hart& hart) {
  if (hart.phase == Hart::Phase::kHeld) return;
  free_fibers_.push_back(hart.fiber);
  clear(hart);
}

// The lines are the devices', and the trace registers know no reset.
void HostMachine::clear(Hart& hart) {
  devices_.set_wfi(hart.id, false, now_);
  Hart held;
  held.id = hart.id;
  held.mip_bits = hart.mip_bits;
  held.trace_registers = hart.trace_registers;
  hart = held;
}

void HostMachine::run_until(Cycle limit) {
  if (boots_ == 0) boot(false);
  stopped_ = ended_by_reset();
  while (!stopped_) {
    Cycle next = std::min(devices_.next_change(), reset_at_);
    if (!actions_.empty()) next = std::min(next, actions_.begin()->first);
    Hart* first = nullptr;
    for (const auto& hart : harts_) {
      const Cycle cycle = due(*hart);
      if (cycle < next) {
        next = cycle;
        first = hart.get();
      }
    }
    if (next > limit || next == sim::kNever) {
      flush_events();
      now_ = std::max(now_, limit == sim::kNever ? now_ : limit);
      return;
    }
    if (next > now_) {
      flush_events();
      if (stopped_) return;
      now_ = next;
    }
    if (first != nullptr) finish(*first);
    else if (reset_at_ <= now_) system_reset();
    else if (devices_.next_change() <= now_) show_devices();
    else act();
    if (panicked_) {
      flush_events();
      throw HostPanic(panic_message_);
    }
  }
  flush_events();
}

void HostMachine::act() {
  auto action = std::move(actions_.begin()->second);
  actions_.erase(actions_.begin());
  action();
}

void HostMachine::resume(HartId id) {
  Hart& hart = *harts_[id];
  hart.phase = Hart::Phase::kSoftware;
  arch::running_context = hart.fiber;
  hart.fiber->enter();
}

// --- interrupts -------------------------------------------------------------------------------------------------------

void HostMachine::show_devices() {
  devices_.update(now_);
  const Devices::Lines& lines = devices_.lines();
  for (const auto& hart : harts_)
    hart->mip_bits = ((lines.external >> hart->id) & 1 ? kExternalBit : 0) |
                     ((lines.software >> hart->id) & 1 ? kSoftwareBit : 0) | ((lines.timer >> hart->id) & 1 ? kTimerBit : 0);
  obey(devices_.take_barks());
}

void HostMachine::obey(const Devices::Barks& barks) {
  for (const auto& hart : harts_) {
    const std::uint64_t bit = bit_of(hart->id);
    if ((barks.nmi & bit) != 0) raise_nmi(hart->id);
    if ((barks.bitten & bit) != 0) show_event(hart->id, kBiteEvent, {static_cast<std::uint8_t>(hart->id)});
    if ((barks.hart_reset & bit) != 0 && hart->phase != Hart::Phase::kHeld) {
      hold(*hart);
      start_hart(hart->id);
    }
  }
  if (barks.system_reset) reset_at_ = now_ + kBiteToReset;
}

bool HostMachine::pending(const Hart& hart) { return (hart.mip_bits & hart.mie_bits) != 0; }

bool HostMachine::takeable(const Hart& hart) { return !hart.in_nmi && (hart.nmi_pending || (hart.mie && pending(hart))); }

void HostMachine::enter_trap(Hart& hart, Status status) {
  hart.completion.status = status;
  hart.completion.nmi = hart.nmi_pending;
  if (hart.nmi_pending) {
    hart.nmi_pending = false;
    hart.in_nmi = true;
  } else {
    // In the order of the privileged specification.
    const std::uint32_t due = hart.mip_bits & hart.mie_bits;
    if ((due & kExternalBit) != 0) {
      hart.mcause = platform::kIrqExternal;
    } else if ((due & kSoftwareBit) != 0) {
      hart.mcause = platform::kIrqSoftware;
    } else {
      hart.mcause = platform::kIrqTimer;
    }
    hart.completion.cause = hart.mcause;
    hart.mie = false;
  }
  hart.phase = Hart::Phase::kTrapEntry;
  hart.end = now_ + timing_.trap_entry;
}

// After an op that may have enabled interrupts: takes the one that is pending, as part of that op.
bool HostMachine::settle(Hart& hart) {
  if (!takeable(hart)) return false;
  enter_trap(hart, Status::kTrapped);
  return true;
}

void HostMachine::raise_nmi(HartId hart) {
  if (harts_[hart]->phase != Hart::Phase::kHeld) harts_[hart]->nmi_pending = true;
}

// --- observation ------------------------------------------------------------------------------------------------------

void HostMachine::apply(HartId hart, const sim::Mark& mark, const std::uint8_t* payloads) {
  if (mark.reg != sim::kEventMark) {
    harts_[mark.hart]->trace_registers[mark.reg] = mark.value;
    if (mark.reg == static_cast<std::uint8_t>(arch::TraceReg::kSite)) devices_.set_site(mark.hart, mark.value);
    return;
  }
  const std::uint8_t* first = payloads + mark.value;
  events_.push_back({hart, mark.event, std::vector<std::uint8_t>(first, first + mark.length)});
}

void HostMachine::show_event(HartId hart, std::uint8_t id, std::vector<std::uint8_t> payload) {
  events_.push_back({hart, id, std::move(payload)});
}

void HostMachine::flush_events() {
  if (events_.empty()) return;
  std::stable_sort(events_.begin(), events_.end(), [](const PendingEvent& a, const PendingEvent& b) { return a.hart < b.hart; });
  const auto events = std::move(events_);
  events_.clear();
  for (const PendingEvent& event : events) observer_.on_event({now_, event.hart, event.id, event.payload});
}

void HostMachine::at(Cycle cycle, std::function<void()> action) { actions_.emplace(std::max(cycle, now_), std::move(action)); }

void HostMachine::console(HartId hart, std::string_view text) { observer_.on_console(hart, text); }

// --- contexts ---------------------------------------------------------------------------------------------------------

HostMachine::Fiber* HostMachine::fiber_of(arch::Context* context) { return static_cast<Fiber*>(context); }

arch::Context* HostMachine::context_create(void (*entry)(void*), void* arg) {
  Fiber* fiber = nullptr;
  if (free_fibers_.empty()) {
    fibers_.push_back(std::make_unique<Fiber>());
    fiber = fibers_.back().get();
  } else {
    fiber = free_fibers_.back();
    free_fibers_.pop_back();
  }
  fiber->depth = 0;
  fiber->prepare(entry, arg);
  return fiber;
}

// The caller still runs on it, so it joins the pool only when it has been switched away from.
void HostMachine::context_free(arch::Context* context) { fiber_of(context)->freed = true; }

void HostMachine::context_switch(arch::Context* prev, arch::Context* next) {
  Fiber* const from = fiber_of(prev);
  Fiber* const to = fiber_of(next);
  if (from->freed) {
    from->freed = false;
    free_fibers_.push_back(from);
  }
  harts_[prev->hart]->fiber = to;
  arch::running_context = to;
  from->jump_to(*to);
  arch::running_context = from;
}

void HostMachine::panic(HartId hart, std::string_view message) {
  panic_message_ = "hart " + std::to_string(hart) + ": " + std::string(message);
  panicked_ = true;
  for (;;) fiber_of(arch::running_context)->leave();
}

}  // namespace host
