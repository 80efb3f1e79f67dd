// SPDX-License-Identifier: Apache-2.0
// The hart port and the clock loop: what runs once per op. All that is needed seldom waits behind `due_` or a word of
// bits, and is elsewhere.
#include <algorithm>
#include <bit>
#include <cassert>

#include "sim/hart_slot.h"
#include "sim/verilator_stop.h"

namespace sim {

namespace {

// Clock edges from a mark to the watchdog that samples its register, and some more.
constexpr Cycle kBarkMargin = 4;

bool is_watchdog(std::uint32_t addr) {
  using namespace platform::swdt;
  return addr - kBase < kInstances * kSize;
}

}  // namespace

// --- the hart port ----------------------------------------------------------------------------------------------------

// Of the cycle at which the op was served: the clock stands until its software has nothing left to do.
inline Completion Soc::HartSlot::completion() const {
  using namespace platform::hart;
  const std::uint32_t response = *pins.rsp_status;
  const auto status = static_cast<Status>(response & kRspStatus);
  return {.status = status,
          .bus_error = (response & kRspBusError) != 0,
          .nmi = (response & kRspNmi) != 0,
          .cause = (response & kRspCause) >> kRspCauseShift,
          .data = *pins.rsp_data,
          .remaining = computing != 0 && status != Status::kDone ? *pins.rsp_remaining : 0,
          .marks_done = marks_done};
}

inline void Soc::issue(HartSlot& slot) {
  const OpPins& pins = slot.pins;
  const Op& op = *slot.op;
  slot.issued = now();
  *pins.ctl = static_cast<std::uint32_t>(op.opcode);
  *pins.addr = op.addr;
  *pins.data = op.data;
  *pins.cmp = op.compare;
  *pins.lead = op.lead;
  *pins.tgl = static_cast<std::uint8_t>(*pins.tgl ^ pins.tgl_bit);
  if (parameters_.skip) model_->plan().begin(slot.id, op.opcode, op.addr, slot.computing, now());
  if (is_watchdog(op.addr)) [[unlikely]] watchdog_access_ |= slot.bit;
}

// --- the clock loop ---------------------------------------------------------------------------------------------------

// Trace registers must be in RTL at their cycle.
inline bool Soc::registers_in_time() const {
  return waves_open_ || watchdog_access_ != 0 || now() + kBarkMargin >= model_->bark_free_until();
}

// Brings the trace registers to RTL if it matters, and says up to where the clock may run.
inline Cycle Soc::next_stop() {
  Cycle stop = due_;
  if ((marks_left_ | trace_dirty_) != 0) {
    if (registers_in_time()) {
      commit_trace_registers();
      stop = std::min(stop, next_mark());
    } else {
      stop = std::min({stop, next_prompt_mark(), model_->bark_free_until() - kBarkMargin});
    }
  }
  return std::max(stop, now() + 1);
}

inline void Soc::clock_until_attention(Cycle stop) {
  try {
    model_->run(stop);
  } catch (const RtlInvariant& broken) {
    catch_up(now() - 1);
    finish(StopReason::kRtlInvariant, broken.what());
  }
}

inline void Soc::complete(HartSlot& slot, Status status) {
  if ((marks_left_ & slot.bit) != 0) {
    apply_marks(slot, status == Status::kDone ? slot.computing : slot.burnt());
    forget_marks(slot);
  }
  if (slot.op->opcode != Opcode::kCompute && slot.op->addr < platform::ram::kBase) model_->plan().forget();
  if ((watchdog_access_ & slot.bit) != 0) [[unlikely]] {
    watchdog_access_ &= ~slot.bit;
    model_->forget_bark_horizon();
  }
  slot.done = true;
  ++ops_;
}

inline bool Soc::serve_attention(const HartSlot* self) {
  const std::uint64_t attention = model_->attention();
  for (std::uint64_t left = attention; left != 0; left &= left - 1) {
    HartSlot& slot = *slots_[static_cast<unsigned>(std::countr_zero(left))];
    ++runnable_;
    const Status status = slot.status();
    if (status == Status::kReset) [[unlikely]] {
      abandon(slot);
      reset_handler_->on_hart_reset(slot.id);
    } else {
      complete(slot, status);
      if (&slot != self) slot.served->notify();
    }
  }
  return attention != 0;
}

// Clocks until a context is runnable again. Called by the thread whose op left none; `self` is that op's hart.
void Soc::drive(const HartSlot* self) {
  for (;;) {
    if (!pending_.empty()) flush_events();
    if (now() >= due_ || foreign_ || pulse_.stop.load(std::memory_order_relaxed)) attend();
    const Cycle stop = next_stop();
    profile().enter(Profile::kRtl);
    clock_until_attention(stop);
    profile().enter(Profile::kBridge);
    pulse_.cycle.store(now(), std::memory_order_relaxed);
    if (now() >= marks_due_) catch_up(now());
    if (model_->system_attention()) serve_system_events();
    if (serve_attention(self)) {
      if (!pending_.empty()) deliver(now());
      return;
    }
  }
}

Completion Soc::HartSlot::execute(const Op& request) {
  assert(op == nullptr);
  soc.profile().enter(Profile::kBridge);
  op = &request;
  done = false;
  computing = request.opcode == Opcode::kCompute ? request.data : request.lead;
  marks_done = 0;
  soc.issue(*this);
  if (!request.marks.marks.empty()) soc.watch_marks(*this);
  sc_core::sc_event* const event = served.get();
  if (--soc.runnable_ == 0) soc.drive(this);
  while (!done || served.get() != event) {
    soc.profile().enter(Profile::kSystemC);
    sc_core::wait(*event, soc.simcontext_);
  }
  soc.profile().enter(Profile::kFirmware);
  const Completion result = completion();
  op = nullptr;
  return result;
}

}  // namespace sim
