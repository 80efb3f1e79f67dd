// SPDX-License-Identifier: Apache-2.0
#include "firmware/arch/host/host_machine.h"

#include <algorithm>
#include <cassert>

#include "firmware/arch/host/host_hart.h"

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

void start_kernel(void*) { kernel::entry(); }

}  // namespace

HostMachine::HostMachine(const kernel::KernelConfig& config, sim::Observer& observer, HostTiming timing)
    : config_(config),
      observer_(observer),
      timing_(timing),
      external_(config.nr_cpus),
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

void HostMachine::boot() {
  booted_ = true;
  kernel::kernel_config = &config_;
  arch::attach_port(*this, config_.nr_cpus);
  kernel::boot_reset();
  registers_[platform::swdt::reset_cause(0)] = platform::swdt::kResetCausePowerOn;
  show_power_switches();
  start_hart(0);
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

// Whatever it was at is void; its context is used again.
void HostMachine::stop_hart(HartId id) {
  Hart& hart = *harts_[id];
  if (id == 0 || hart.phase == Hart::Phase::kHeld) return;
  free_fibers_.push_back(hart.fiber);
  const Cycle msip_visible = hart.msip_visible;  // the lines are the devices'
  const Cycle meip_visible = hart.meip_visible;
  const std::uint64_t mtimecmp = hart.mtimecmp;
  hart = Hart{};
  hart.id = id;
  hart.msip_visible = msip_visible;
  hart.meip_visible = meip_visible;
  hart.mtimecmp = mtimecmp;
}

void HostMachine::run_until(Cycle limit) {
  if (!booted_) boot();
  stopped_ = false;
  while (!stopped_) {
    Cycle next = actions_.empty() ? sim::kNever : actions_.begin()->first;
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
    if (first == nullptr) {
      auto action = std::move(actions_.begin()->second);
      actions_.erase(actions_.begin());
      action();
    } else {
      finish(*first);
    }
    if (panicked_) {
      flush_events();
      throw HostPanic(panic_message_);
    }
  }
  flush_events();
}

void HostMachine::resume(HartId id) {
  Hart& hart = *harts_[id];
  hart.phase = Hart::Phase::kSoftware;
  arch::running_context = hart.fiber;
  hart.fiber->enter();
}

// --- interrupts -------------------------------------------------------------------------------------------------------

Cycle HostMachine::next_pending(const Hart& hart) const {
  Cycle first = sim::kNever;
  if ((hart.mie_bits & kSoftwareBit) != 0) first = std::min(first, hart.msip_visible);
  if ((hart.mie_bits & kExternalBit) != 0) first = std::min(first, hart.meip_visible);
  if ((hart.mie_bits & kTimerBit) != 0 && hart.mtimecmp < (sim::kNever >> 20)) {
    first = std::min(first, hart.mtimecmp * (config_.timer_prescale + 1) + 1);
  }
  return first;
}

Cycle HostMachine::takeable_at(const Hart& hart) const {
  if (hart.in_nmi) return sim::kNever;
  if (hart.nmi_pending) return now_;
  return hart.mie ? next_pending(hart) : sim::kNever;
}

void HostMachine::enter_trap(Hart& hart, Status status) {
  hart.completion.status = status;
  hart.completion.nmi = hart.nmi_pending;
  if (hart.nmi_pending) {
    hart.nmi_pending = false;
    hart.in_nmi = true;
  } else {
    // In the order of the privileged specification.
    if ((hart.mie_bits & kExternalBit) != 0 && hart.meip_visible <= now_) {
      hart.mcause = platform::kIrqExternal;
    } else if ((hart.mie_bits & kSoftwareBit) != 0 && hart.msip_visible <= now_) {
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
  if (takeable_at(hart) > now_) return false;
  enter_trap(hart, Status::kTrapped);
  return true;
}

void HostMachine::raise_nmi(HartId hart) { harts_[hart]->nmi_pending = true; }

// --- ops --------------------------------------------------------------------------------------------------------------

sim::Completion HostMachine::execute(HartId id, const sim::Op& op) {
  if (op.lead != 0) {
    sim::Completion lead = execute(id, {.opcode = Opcode::kCompute, .data = op.lead, .marks = op.marks});
    if (lead.status == Status::kDone) {
      sim::Completion done = execute(id, {.opcode = op.opcode, .addr = op.addr, .data = op.data, .compare = op.compare});
      done.marks_done = lead.marks_done;
      return done;
    }
    lead.status = Status::kNotStarted;
    return lead;
  }
  Hart& hart = *harts_[id];
  Fiber* const fiber = fiber_of(arch::running_context);
  hart.op = op;
  hart.fiber = fiber;
  hart.completion = {};
  begin(hart);
  fiber->leave();
  return harts_[fiber->hart]->completion;
}

void HostMachine::begin(Hart& hart) {
  hart.start = now_;
  hart.marks_done = 0;
  if (takeable_at(hart) <= now_) {
    const bool compute = hart.op.opcode == Opcode::kCompute;
    hart.completion.remaining = compute ? hart.op.data : 0;
    enter_trap(hart, compute ? Status::kTrapped : Status::kNotStarted);
    return;
  }
  if (sim::is_transfer(hart.op.opcode)) {
    hart.phase = Hart::Phase::kBus;
    bus_free_ = std::max(bus_free_, now_) + timing_.bus;
    hart.end = bus_free_;
    return;
  }
  switch (hart.op.opcode) {
    case Opcode::kCompute:
      hart.phase = Hart::Phase::kCompute;
      hart.end = now_ + hart.op.data;
      break;
    case Opcode::kWfi: hart.phase = Hart::Phase::kWfi; break;
    default:
      hart.phase = Hart::Phase::kCsr;
      hart.end = now_ + timing_.csr;
      break;
  }
}

Cycle HostMachine::due(const Hart& hart) const {
  switch (hart.phase) {
    case Hart::Phase::kHeld:
    case Hart::Phase::kSoftware: return sim::kNever;
    case Hart::Phase::kCompute: {
      const auto& marks = hart.op.marks.marks;
      const Cycle mark = hart.marks_done < marks.size() ? hart.start + marks[hart.marks_done].offset : sim::kNever;
      return std::min({mark, hart.end, std::max(now_, takeable_at(hart))});
    }
    case Hart::Phase::kWfi: return std::max(hart.start + 1, std::min(next_pending(hart), hart.nmi_pending ? now_ : sim::kNever));
    default: return hart.end;
  }
}

void HostMachine::apply_marks_until(Hart& hart, Cycle cycle) {
  const auto& marks = hart.op.marks.marks;
  while (hart.marks_done < marks.size() && hart.start + marks[hart.marks_done].offset <= cycle) {
    apply(hart.id, marks[hart.marks_done], hart.op.marks.payloads);
    ++hart.marks_done;
  }
}

void HostMachine::finish(Hart& hart) {
  switch (hart.phase) {
    case Hart::Phase::kCompute:
      apply_marks_until(hart, now_);
      if (now_ >= hart.end) break;
      if (takeable_at(hart) <= now_) {
        hart.completion.remaining = static_cast<std::uint32_t>(hart.end - now_);
        hart.completion.marks_done = hart.marks_done;
        enter_trap(hart, Status::kTrapped);
      }
      return;
    case Hart::Phase::kWfi:
      if (takeable_at(hart) <= now_) {
        enter_trap(hart, Status::kTrapped);
        return;
      }
      break;
    case Hart::Phase::kBus:
      hart.completion.bus_error = !decoded(hart.op.addr);
      if (hart.completion.bus_error) break;
      switch (hart.op.opcode) {
        case Opcode::kLoad: hart.completion.data = bus_read(hart.op.addr); break;
        case Opcode::kStore:
          bus_write(hart.op.addr, hart.op.data);
          if (hart.phase == Hart::Phase::kHeld) return;  // it has stopped itself
          break;
        default: {
          const std::uint32_t old = bus_read(hart.op.addr);
          hart.completion.data = old;
          const std::uint32_t operand = hart.op.data;
          if (hart.op.opcode == Opcode::kAmoSwap) bus_write(hart.op.addr, operand);
          if (hart.op.opcode == Opcode::kAmoAdd) bus_write(hart.op.addr, old + operand);
          if (hart.op.opcode == Opcode::kAmoOr) bus_write(hart.op.addr, old | operand);
          if (hart.op.opcode == Opcode::kAmoAnd) bus_write(hart.op.addr, old & operand);
          if (hart.op.opcode == Opcode::kCas && old == hart.op.compare) bus_write(hart.op.addr, operand);
        }
      }
      break;
    case Hart::Phase::kCsr:
      csr(hart);
      if (settle(hart)) return;
      break;
    default: break;
  }
  hart.completion.marks_done = hart.marks_done;
  resume(hart.id);
}

void HostMachine::csr(Hart& hart) {
  if (hart.op.opcode == Opcode::kMret) {
    hart.mie = true;
    return;
  }
  if (hart.op.opcode == Opcode::kMnret) {
    hart.in_nmi = false;
    return;
  }
  const bool mstatus = hart.op.addr == platform::csr::kMstatus;
  if (!mstatus && hart.op.addr != platform::csr::kMie) {
    panic_message_ = "host machine: CSR not modelled";
    panicked_ = true;
    return;
  }
  const std::uint32_t old = mstatus ? (hart.mie ? platform::csr::kMstatusMie : 0) : hart.mie_bits;
  std::uint32_t value = old;
  if (hart.op.opcode == Opcode::kCsrWrite) value = hart.op.data;
  if (hart.op.opcode == Opcode::kCsrSet) value = old | hart.op.data;
  if (hart.op.opcode == Opcode::kCsrClear) value = old & ~hart.op.data;
  hart.completion.data = old;
  if (mstatus) {
    hart.mie = (value & platform::csr::kMstatusMie) != 0;
  } else {
    hart.mie_bits = value;
  }
}

// --- observation ------------------------------------------------------------------------------------------------------

void HostMachine::apply(HartId hart, const sim::Mark& mark, const std::uint8_t* payloads) {
  if (mark.reg != sim::kEventMark) {
    harts_[mark.hart]->trace_registers[mark.reg] = mark.value;
    return;
  }
  const std::uint8_t* first = payloads + mark.value;
  events_.push_back({hart, mark.event, std::vector<std::uint8_t>(first, first + mark.length)});
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
