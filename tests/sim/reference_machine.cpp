// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/reference_machine.h"

#include <algorithm>
#include <stdexcept>

namespace sim_test {

using namespace platform;
using sim::Opcode;
using sim::Status;

namespace {

constexpr std::uint32_t kSources = kPlicSourceHotplug;

bool on_bus(Opcode opcode) { return opcode >= Opcode::kLoad && opcode <= Opcode::kCas; }
bool is_csr(Opcode opcode) { return opcode >= Opcode::kCsrRead && opcode <= Opcode::kCsrClear; }

bool in_ram(std::uint32_t addr) { return addr >= ram::kBase && addr - ram::kBase < ram::kSizeDefault && addr % 4 == 0; }

bool within(std::uint32_t addr, std::uint32_t base, std::uint32_t size) { return addr >= base && addr - base < size; }

}  // namespace

bool gives_data(Opcode opcode) { return (on_bus(opcode) && opcode != Opcode::kStore) || is_csr(opcode); }

ReferenceMachine::ReferenceMachine(const Setup& setup, Software& software, sim::Cycle boot)
    : setup_(setup),
      software_(software),
      now_(boot),
      harts_(setup.harts),
      mswi_(setup.harts, setup.knobs.ipi_latency),
      mtimer_(setup.harts, setup.knobs.timer_prescale),
      plic_(setup.harts, kSources, 0),
      swdt_(setup.harts, 0, setup.harts) {
  for (Hart& hart : harts_) hart.begun = true;
}

Trace ReferenceMachine::run() {
  while (now_ < setup_.cycles) {
    for (; next_stimulus_ < setup_.stimuli.size() && setup_.stimuli[next_stimulus_].at <= now_; ++next_stimulus_) {
      const Stimulus& stimulus = setup_.stimuli[next_stimulus_];
      const std::uint64_t bit = std::uint64_t{1} << (kPlicSourceTest + stimulus.source);
      levels_ = stimulus.level ? levels_ | bit : levels_ & ~bit;
    }
    for (sim::HartId hart = 0; hart < setup_.harts; ++hart) {
      show_marks(hart);
      if (harts_[hart].state == State::kAsking && harts_[hart].begun) serve(hart);
      show_marks(hart);
    }
    clock();
  }
  const auto earlier = [](const auto& a, const auto& b) { return std::pair(a.cycle, a.hart) < std::pair(b.cycle, b.hart); };
  std::stable_sort(trace_.shown.begin(), trace_.shown.end(), earlier);
  return trace_;
}

// --- software, in no time ---------------------------------------------------------------------------------------------

void ReferenceMachine::serve(sim::HartId id) {
  Hart& hart = harts_[id];
  const bool first = hart.answer.status == Status::kReset;
  if (!first) {
    sim::Completion& done = hart.answer;
    done.marks_done = static_cast<std::uint32_t>(hart.next_mark);
    const bool data = gives_data(hart.op.opcode) && done.status != Status::kNotStarted && !done.bus_error;
    trace_.served.push_back(
        {now_, id, done.status, done.bus_error, done.nmi, done.cause, data ? done.data : 0, done.remaining, done.marks_done});
  }
  const sim::Completion answer = hart.answer;
  hart.op = software_.next(id, first ? nullptr : &answer);
  hart.answer = {};
  hart.issued = now_;
  hart.left = hart.op.opcode == Opcode::kCompute ? hart.op.data : hart.op.lead;
  hart.next_mark = 0;
  hart.begun = false;
}

// What is due by now of the cycles that were burnt.
void ReferenceMachine::show_marks(sim::HartId id) {
  Hart& hart = harts_[id];
  if (hart.answer.status == Status::kReset) return;
  const std::uint32_t cycles = hart.op.opcode == Opcode::kCompute ? hart.op.data : hart.op.lead;
  const auto& marks = hart.op.marks.marks;
  for (; hart.next_mark < marks.size() && marks[hart.next_mark].offset <= cycles - hart.left; ++hart.next_mark) {
    const sim::Mark& mark = marks[hart.next_mark];
    if (mark.reg == sim::kEventMark) {
      trace_.shown.push_back({hart.issued + mark.offset, id, mark.event, hart.op.marks.payloads[mark.value]});
    } else if (static_cast<sim::TraceRegister>(mark.reg) == sim::TraceRegister::kSite) {
      harts_[mark.hart].site_input = static_cast<std::uint16_t>(mark.value);
    }
  }
}

// --- a clock ----------------------------------------------------------------------------------------------------------

void ReferenceMachine::clock() {
  const model::Swdt::Outputs watchdog = swdt_.outputs();
  const Lines lines{plic_.eip_line(), mswi_.msip_line(), mtimer_.mtip_line(), watchdog.bark_nmi};
  const model::Access access = device_access();
  model::Swdt::Inputs guarded{.access = access, .mtime = mtimer_.time(), .wfi = 0, .pause = false, .sites = {}};
  std::vector<bool> requests;
  for (sim::HartId id = 0; id < setup_.harts; ++id) {
    guarded.wfi |= (harts_[id].state == State::kInWfi ? 1U : 0U) << id;
    guarded.sites.push_back(harts_[id].site);
    requests.push_back(harts_[id].state == State::kOnBus);
  }
  if (bus_.phase == Bus::Phase::kAccess) finish_transfer(harts_[bus_.owner], access, guarded);
  for (sim::HartId id = 0; id < setup_.harts; ++id) {
    Hart& hart = harts_[id];
    hart.site = hart.site_input;
    const bool waits = requests[id] || (hart.state == State::kAsking && hart.begun);
    if (!waits) clock_hart(id, hart, lines);
    if ((lines.nmi >> id & 1) != 0) hart.nmi_pending = true;
  }
  clock_bus(requests);
  swdt_.clock(guarded);
  mswi_.clock(access, watchdog.bark_msip);
  mtimer_.clock(access);
  plic_.clock(access, levels_ | (watchdog.irq ? std::uint64_t{1} << kPlicSourceSwdt : 0));
  if (access.writes(hart_control::run(0))) run_ |= access.data;
  ++now_;
}

void ReferenceMachine::clock_hart(sim::HartId id, Hart& hart, const Lines& lines) {
  const auto line = [id](std::uint64_t all, std::uint32_t irq) { return static_cast<std::uint32_t>(all >> id & 1) << irq; };
  const std::uint32_t pending =
      line(lines.external, kIrqExternal) | line(lines.software, kIrqSoftware) | line(lines.timer, kIrqTimer);
  switch (hart.state) {
    case State::kHeld:
      if ((run_ >> id & 1) != 0) {
        hart.state = State::kAsking;
        hart.answer = {.status = Status::kReset};
      }
      return;
    case State::kEntering:
      if (hart.entry-- == 0) {
        hart.state = State::kAsking;
        hart.entry = 0;
      }
      return;
    case State::kInWfi:
      if (takes(hart, pending)) take(hart, pending, Status::kTrapped);
      else if ((pending & hart.enabled) != 0) answer(hart, Status::kDone);
      return;
    default: break;
  }
  // An op begins, or goes on burning: a trap comes instead.
  hart.begun = true;
  const bool compute = hart.op.opcode == Opcode::kCompute;
  if (takes(hart, pending)) {
    hart.answer.remaining = hart.left;
    return take(hart, pending, compute ? Status::kTrapped : Status::kNotStarted);
  }
  if (hart.left == 0) return begin(id, hart, pending);
  hart.state = State::kBurning;
  if (--hart.left != 0) return;
  if (compute) answer(hart, Status::kDone);
  else hart.state = State::kBeginning;
}

bool ReferenceMachine::takes(const Hart& hart, std::uint32_t pending) {
  return !hart.nmi_active && (hart.nmi_pending || (hart.mie && (pending & hart.enabled) != 0));
}

void ReferenceMachine::take(Hart& hart, std::uint32_t pending, Status status) {
  hart.state = State::kEntering;
  hart.entry = setup_.knobs.irq_entry_latency;
  hart.answer.status = status;
  if (hart.nmi_pending) {
    hart.answer.nmi = true;
    hart.nmi_pending = false;
    hart.nmi_active = hart.nmi_seen = true;
    return;
  }
  for (const std::uint32_t irq : {kIrqExternal, kIrqSoftware, kIrqTimer}) {
    if ((pending & hart.enabled & 1U << irq) == 0) continue;
    hart.answer.cause = irq;
    break;
  }
  hart.mcause = 0x8000'0000U | hart.answer.cause;
  hart.mpie = hart.mie;
  hart.mie = false;
}

void ReferenceMachine::answer(Hart& hart, Status status) {
  hart.answer.status = status;
  hart.state = State::kAsking;
}

void ReferenceMachine::begin(sim::HartId id, Hart& hart, std::uint32_t pending) {
  const Opcode opcode = hart.op.opcode;
  if (on_bus(opcode)) {
    hart.state = State::kOnBus;
    return;
  }
  hart.state = State::kAsking;
  hart.answer.status = Status::kDone;
  if (is_csr(opcode)) return execute_csr(id, hart, pending);
  if (opcode == Opcode::kWfi) {
    if ((pending & hart.enabled) == 0) hart.state = State::kInWfi;
    return;
  }
  if (opcode == Opcode::kMret) {
    hart.mie = hart.mpie;
    hart.mpie = true;
  } else if (opcode == Opcode::kMnret && hart.nmi_active) {
    hart.nmi_active = false;
  } else {
    hart.answer.bus_error = true;
    return;
  }
  if (takes(hart, pending)) take(hart, pending, Status::kTrapped);
}

void ReferenceMachine::execute_csr(sim::HartId id, Hart& hart, std::uint32_t pending) {
  const std::uint32_t number = hart.op.addr;
  const bool writes = hart.op.opcode != Opcode::kCsrRead;
  std::uint32_t old = 0;
  switch (number) {
    case csr::kMstatus: old = csr::kMstatusMpp | (hart.mie ? csr::kMstatusMie : 0) | (hart.mpie ? csr::kMstatusMpie : 0); break;
    case csr::kMie: old = hart.enabled; break;
    case csr::kMip: old = pending; break;
    case csr::kMcause: old = hart.mcause; break;
    case csr::kMscratch: old = hart.mscratch; break;
    case csr::kMncause: old = hart.nmi_seen ? 0x8000'0000U : 0; break;
    case csr::kMnstatus: old = hart.nmi_active ? 0 : csr::kMnstatusNmie; break;
    case csr::kTime: old = static_cast<std::uint32_t>(mtimer_.time()); break;
    case csr::kMhartid: old = id; break;
    default: hart.answer.bus_error = true; return;
  }
  const bool read_only = number >> 10 == 3;
  if (writes && read_only) {
    hart.answer.bus_error = true;
    return;
  }
  hart.answer.data = old;
  if (!writes) return;
  std::uint32_t value = hart.op.data;
  if (hart.op.opcode == Opcode::kCsrSet) value = old | hart.op.data;
  if (hart.op.opcode == Opcode::kCsrClear) value = old & ~hart.op.data;
  if (number == csr::kMscratch) hart.mscratch = value;
  if (number == csr::kMcause) hart.mcause = value & 0x8000'000FU;
  if (number == csr::kMie) hart.enabled = value & (csr::kMieExternal | csr::kMieSoftware | csr::kMieTimer);
  if (number == csr::kMstatus) {
    hart.mie = (value & csr::kMstatusMie) != 0;
    hart.mpie = (value & csr::kMstatusMpie) != 0;
  }
  if ((number == csr::kMie || number == csr::kMstatus) && takes(hart, pending)) take(hart, pending, Status::kTrapped);
}

// --- the bus ----------------------------------------------------------------------------------------------------------

// One clock to grant, round robin from the hart behind the last one; mem_latency; one clock of access.
void ReferenceMachine::clock_bus(const std::vector<bool>& requests) {
  switch (bus_.phase) {
    case Bus::Phase::kAccess: bus_.phase = Bus::Phase::kIdle; return;
    case Bus::Phase::kWait:
      if (--bus_.wait == 0) bus_.phase = Bus::Phase::kAccess;
      return;
    case Bus::Phase::kIdle: break;
  }
  for (sim::HartId turn = 0; turn < setup_.harts; ++turn) {
    const sim::HartId hart = ((bus_.any_before ? bus_.last + 1 : 0) + turn) % setup_.harts;
    if (!requests[hart]) continue;
    bus_.owner = bus_.last = hart;
    bus_.any_before = true;
    bus_.wait = setup_.knobs.mem_latency;
    bus_.phase = bus_.wait == 0 ? Bus::Phase::kAccess : Bus::Phase::kWait;
    return;
  }
}

model::Access ReferenceMachine::device_access() const {
  if (bus_.phase != Bus::Phase::kAccess) return {};
  const sim::Op& op = harts_[bus_.owner].op;
  const bool plain = op.opcode == Opcode::kLoad || op.opcode == Opcode::kStore;
  if (!plain || op.addr >= ram::kBase || op.addr % 4 != 0) return {};
  return {op.opcode == Opcode::kLoad ? model::Access::Kind::kRead : model::Access::Kind::kWrite, op.addr, op.data};
}

void ReferenceMachine::finish_transfer(Hart& hart, const model::Access& access, const model::Swdt::Inputs& watchdog) {
  const sim::Op& op = hart.op;
  answer(hart, Status::kDone);
  if (in_ram(op.addr)) {
    std::uint32_t& word = ram_[op.addr];
    hart.answer.data = word;
    switch (op.opcode) {
      case Opcode::kStore:
      case Opcode::kAmoSwap: word = op.data; break;
      case Opcode::kAmoAdd: word += op.data; break;
      case Opcode::kAmoOr: word |= op.data; break;
      case Opcode::kAmoAnd: word &= op.data; break;
      case Opcode::kCas:
        if (word == op.compare) word = op.data;
        break;
      default: break;
    }
    return;
  }
  model::Answer given{.data = 0, .error = true};
  if (access.kind != model::Access::Kind::kNone) {
    if (within(op.addr, mswi::kBase, 0x4000)) given = mswi_.answer(access);
    else if (within(op.addr, mtimer::kBase, 0xC000)) given = mtimer_.answer(access);
    else if (within(op.addr, plic::kBase, plic::kSize)) given = plic_.answer(access);
    else if (within(op.addr, swdt::kBase, swdt::kSize)) given = swdt_.answer(watchdog);
    else if (op.addr == hart_control::run(0)) given = {.data = static_cast<std::uint32_t>(run_), .error = false};
  }
  hart.answer.bus_error = given.error;
  hart.answer.data = given.data;
}

}  // namespace sim_test
