// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/random_software.h"

#include <algorithm>

namespace sim_test {

using namespace platform;
using sim::Op;
using sim::Opcode;
using sim::Status;

namespace {

constexpr std::uint32_t kWords = 6;        // shared ones
constexpr std::uint32_t kBarkAfter = 700;  // cycles without a pet
constexpr std::uint32_t kEnabled = csr::kMieExternal | csr::kMieSoftware | csr::kMieTimer;

std::uint32_t word(std::uint32_t index) { return ram::kBase + 4 * index; }

}  // namespace

RandomSoftware::RandomSoftware(unsigned harts, std::uint64_t seed) : harts_(harts) {
  for (unsigned hart = 0; hart < harts; ++hart) all_.push_back({.random = {seed * 1000 + hart}});
  for (Hart& hart : all_)
    for (unsigned value = 0; value < 256; ++value) hart.payloads.push_back(static_cast<std::uint8_t>(value));
}

Op RandomSoftware::next(sim::HartId id, const sim::Completion* answer) {
  Hart& hart = all_[id];
  if (answer == nullptr) boot(hart, id);
  else after(hart, id, *answer);
  if (hart.todo.empty()) plan(hart, id);
  Task& task = hart.todo.back();
  Op op = task.op;
  if (task.add_answer) op.data += hart.read;
  op.marks = {task.marks, hart.payloads.data()};
  return op;
}

// What is left of the op, and what its trap asks for.
void RandomSoftware::after(Hart& hart, sim::HartId id, const sim::Completion& answer) {
  Task& task = hart.todo.back();
  count(task.op, answer);
  const bool compute = task.op.opcode == Opcode::kCompute;
  const bool done = answer.status == Status::kDone || (answer.status == Status::kTrapped && !compute);
  if (done) {
    if (gives_data(task.op.opcode) && !hart.in_nmi) hart.read = answer.data;
    if (task.op.opcode == Opcode::kMnret) hart.in_nmi = false;
    hart.todo.pop_back();
  } else {
    std::uint32_t& cycles = compute ? task.op.data : task.op.lead;
    const std::uint32_t burnt = cycles - answer.remaining;
    cycles = answer.remaining;
    task.marks.erase(task.marks.begin(), task.marks.begin() + answer.marks_done);
    for (sim::Mark& mark : task.marks) mark.offset -= burnt;
  }
  if (answer.status != Status::kDone) handle(hart, id, answer);
}

void RandomSoftware::count(const Op& op, const sim::Completion& answer) {
  met_.refused += answer.bus_error ? 1 : 0;
  if (answer.status == Status::kDone) {
    met_.woken += op.opcode == Opcode::kWfi ? 1 : 0;
    return;
  }
  if (op.opcode == Opcode::kCompute) ++met_.computes_cut;
  else if (answer.status == Status::kTrapped) ++met_.let_in;
  else if (answer.remaining != 0) ++met_.leads_cut;
  else ++met_.not_started;
  if (answer.nmi) ++met_.nmi;
  else if (answer.cause == kIrqExternal) ++met_.external;
  else if (answer.cause == kIrqSoftware) ++met_.software;
  else ++met_.timer;
}

void RandomSoftware::push(Hart& hart, std::vector<Task> tasks) {
  for (auto task = tasks.rbegin(); task != tasks.rend(); ++task) hart.todo.push_back(std::move(*task));
}

void RandomSoftware::handle(Hart& hart, sim::HartId id, const sim::Completion& trap) {
  if (trap.nmi) {
    hart.in_nmi = true;
    std::vector<Task> tasks{{.op = {.opcode = Opcode::kCompute, .data = 1 + hart.random.below(4)}}};
    for (unsigned channel = 0; channel < harts_; ++channel) {
      tasks.push_back({.op = {.opcode = Opcode::kLoad, .addr = swdt::channel_bark_pc_lo(channel)}});
      tasks.push_back({.op = {.opcode = Opcode::kLoad, .addr = swdt::channel_bark_time_lo(channel)}});
      tasks.push_back({.op = {.opcode = Opcode::kStore, .addr = swdt::pet(channel)}});
    }
    tasks.push_back({.op = {.opcode = Opcode::kStore, .addr = swdt::intr_state(), .data = ~0U, .lead = hart.random.below(5)}});
    tasks.push_back({.op = {.opcode = Opcode::kMnret, .lead = hart.random.below(3)}});
    return push(hart, std::move(tasks));
  }
  const Task leave{.op = {.opcode = Opcode::kMret, .lead = hart.random.below(4)}};
  if (trap.cause == kIrqSoftware) {
    push(hart, {{.op = {.opcode = Opcode::kStore, .addr = mswi::msip(id), .data = 0, .lead = hart.random.below(4)}}, leave});
  } else if (trap.cause == kIrqTimer) {
    push(hart, {leave});
    arm_timer(hart, id);
  } else {  // the level may still be up: then it comes again
    push(hart, {{.op = {.opcode = Opcode::kCsrRead, .addr = csr::kMcause}},
                {.op = {.opcode = Opcode::kLoad, .addr = plic::claim(id)}},
                {.op = {.opcode = Opcode::kStore, .addr = plic::claim(id)}, .marks = {}, .add_answer = true},
                leave});
  }
}

void RandomSoftware::arm_timer(Hart& hart, sim::HartId id) {
  push(hart, {{.op = {.opcode = Opcode::kCsrRead, .addr = csr::kTime}},
              {.op = {.opcode = Opcode::kStore, .addr = mtimer::mtimecmp_lo(id), .data = 10 + hart.random.below(500)},
               .marks = {},
               .add_answer = true},
              {.op = {.opcode = Opcode::kStore, .addr = mtimer::mtimecmp_hi(id), .data = 0}}});
}

void RandomSoftware::boot(Hart& hart, sim::HartId id) {
  push(hart, {{.op = {.opcode = Opcode::kCsrWrite, .addr = csr::kMie, .data = kEnabled}},
              {.op = {.opcode = Opcode::kCsrSet, .addr = csr::kMstatus, .data = csr::kMstatusMie}}});
  arm_timer(hart, id);
  if (id != 0) return;
  std::vector<Task> tasks;
  const auto store = [&tasks](std::uint32_t addr, std::uint32_t data) {
    tasks.push_back({.op = {.opcode = Opcode::kStore, .addr = addr, .data = data}});
  };
  for (std::uint32_t index = 0; index < kWords; ++index) store(word(index), index);
  for (std::uint32_t source = kPlicSourceTest; source < kPlicSourceTest + 3; ++source) store(plic::priority(source), source - 2);
  for (unsigned context = 0; context < harts_; ++context) store(plic::enable(context, 0), 7U << kPlicSourceTest);
  for (unsigned channel = 0; channel < harts_; ++channel) {
    store(swdt::channel_target(channel), (channel + 1) % harts_);
    store(swdt::channel_bark_thold(channel), kBarkAfter + 90 * channel);
    store(swdt::channel_ctrl(channel),
          swdt::kChannelCtrlEnable | swdt::kChannelCtrlBarkRouteNmi << swdt::kChannelCtrlBarkRouteShift);
  }
  store(swdt::gctrl(), swdt::kGctrlEnable);
  store(hart_control::run(0), ~0U);
  push(hart, std::move(tasks));
}

// Offsets from 0 to the end, several at one cycle among them.
void RandomSoftware::add_marks(Hart& hart, sim::HartId id, Task& task, std::uint32_t cycles) {
  Random& random = hart.random;
  for (std::uint32_t at = random.below(12); at <= cycles && task.marks.size() < 6; at += random.below(3) * random.below(30)) {
    sim::Mark mark{.offset = at, .reg = 0, .event = 0, .hart = static_cast<std::uint16_t>(id), .value = 0, .length = 0};
    switch (random.below(4)) {
      case 0:
        mark.reg = static_cast<std::uint8_t>(sim::TraceRegister::kSite);
        mark.value = 1 + random.below(60'000);
        break;
      case 1:
        mark.reg = static_cast<std::uint8_t>(sim::TraceRegister::kNeedResched);
        mark.hart = static_cast<std::uint16_t>(random.below(harts_));
        mark.value = random.below(2);
        break;
      default:
        mark.reg = sim::kEventMark;
        mark.event = random.below(8) == 0 ? kPromptEvent : kLazyEvent;
        mark.value = random.below(256);
        mark.length = 1;
    }
    task.marks.push_back(mark);
  }
  if (cycles != 0 && random.below(4) == 0) {  // and one at the very end
    task.marks.push_back({.offset = cycles,
                          .reg = sim::kEventMark,
                          .event = kLazyEvent,
                          .hart = static_cast<std::uint16_t>(id),
                          .value = random.below(256),
                          .length = 1});
  }
}

void RandomSoftware::plan(Hart& hart, sim::HartId id) {
  Random& random = hart.random;
  Task task;
  Op& op = task.op;
  const std::uint32_t shared = word(random.below(kWords));
  const auto be = [&op](Opcode opcode, std::uint32_t addr, std::uint32_t data = 0, std::uint32_t compare = 0) {
    op = {.opcode = opcode, .addr = addr, .data = data, .compare = compare};
  };
  switch (random.below(24)) {
    case 0: be(Opcode::kStore, shared, random.below(1000)); break;
    case 1: be(Opcode::kLoad, shared); break;
    case 2: be(Opcode::kLoad, shared); break;
    case 3: be(Opcode::kAmoAdd, shared, random.below(9)); break;
    case 4: be(Opcode::kAmoSwap, shared, random.below(9)); break;
    case 5: be(random.below(2) == 0 ? Opcode::kAmoOr : Opcode::kAmoAnd, shared, random.below(1024)); break;
    case 6: be(Opcode::kCas, shared, random.below(9), random.below(9)); break;
    case 7: be(Opcode::kStore, mswi::msip(random.below(harts_)), 1); break;
    case 8: be(Opcode::kCsrClear, csr::kMstatus, csr::kMstatusMie); break;
    case 9:
    case 10: be(Opcode::kCsrSet, csr::kMstatus, csr::kMstatusMie); break;
    case 11: be(Opcode::kWfi, 0); break;
    case 12: be(Opcode::kCsrWrite, csr::kMscratch, random.below(1000)); break;
    case 13: be(Opcode::kCsrRead, random.below(2) == 0 ? csr::kMip : csr::kMstatus); break;
    case 14: be(Opcode::kCsrRead, csr::kTime); break;
    case 15: be(Opcode::kLoad, random.below(2) == 0 ? 0x4000'0000U : shared + 2); break;  // nobody decodes it; misaligned
    case 16: be(Opcode::kAmoAdd, mswi::msip(0), 1); break;                                // no atomics there
    case 17: be(Opcode::kCsrWrite, random.below(2) == 0 ? csr::kMhartid : 0x7C0U, 1); break;
    case 18: be(Opcode::kLoad, mtimer::mtime_lo()); break;
    default: break;
  }
  if (op.opcode == Opcode::kCompute) op.data = 1 + random.below(random.below(8) == 0 ? 3000 : 60);
  else if (random.below(3) == 0) op.lead = 1 + random.below(random.below(6) == 0 ? 900 : 30);
  add_marks(hart, id, task, op.opcode == Opcode::kCompute ? op.data : op.lead);
  if (op.opcode != Opcode::kCompute && op.lead == 0) task.marks.clear();
  hart.todo.push_back(std::move(task));
}

}  // namespace sim_test
