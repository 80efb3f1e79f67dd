// SPDX-License-Identifier: Apache-2.0
#include "sim/soc.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <utility>

#include "sim/verilator_stop.h"
#include "trace_events.h"

namespace sim {

// The software side of one hart port: the op in flight, issued to RTL in segments that end at its marks.
struct Soc::HartSlot final : hart_if {
  HartSlot(Soc& owner, HartId hart) : soc(owner), id(hart), served(std::make_unique<sc_core::sc_event>()) {}

  Completion execute(const Op& op) override;

  Soc& soc;
  HartId id;
  Op op{};
  bool in_flight = false;
  bool done = false;
  std::uint32_t burnt = 0;       // cycles of the COMPUTE in earlier segments
  std::uint32_t segment = 0;     // cycles of the segment in RTL
  std::uint32_t marks_done = 0;
  Completion completion{};
  std::unique_ptr<sc_core::sc_event> served;  // replaced at a reset: nobody wakes the abandoned
};

Soc::Soc(const sc_core::sc_module_name& name, const SocParameters& parameters, Observer& observer)
    : sc_module(name),
      harts("harts", parameters.harts),
      parameters_(parameters),
      observer_(observer),
      model_(make_model(parameters.harts, parameters.seed, 1'000'000 / parameters.clock_mhz)),
      pins_(model_->pins()),
      period_(1'000'000.0 / parameters.clock_mhz, sc_core::SC_PS) {
  for (HartId hart = 0; hart < parameters.harts; ++hart) {
    slots_.push_back(std::make_unique<HartSlot>(*this, hart));
    harts[hart].bind(*slots_.back());
  }
  model_->enable_skip(parameters.skip);
  SC_HAS_PROCESS(Soc);
  SC_THREAD(boot);
}

Soc::~Soc() = default;

// --- the hart port ----------------------------------------------------------------------------------------------------

Completion Soc::HartSlot::execute(const Op& request) {
  assert(!in_flight);
  op = request;
  in_flight = true;
  done = false;
  burnt = 0;
  marks_done = 0;
  soc.apply_marks(*this);
  soc.issue(*this);
  sc_core::sc_event* const event = served.get();
  if (--soc.runnable_ == 0) soc.drive(this);
  while (!done || served.get() != event) sc_core::wait(*event);
  in_flight = false;
  return completion;
}

void Soc::issue(HartSlot& slot) {
  const HartId hart = slot.id;
  std::uint32_t data = slot.op.data;
  if (slot.op.opcode == Opcode::kCompute) {
    slot.segment = slot.op.data - slot.burnt;
    if (slot.marks_done < slot.op.marks.marks.size()) {
      slot.segment = std::min(slot.segment, slot.op.marks.marks[slot.marks_done].offset - slot.burnt);
    }
    data = slot.segment;
  }
  pins_.op_ctl[hart] = static_cast<std::uint32_t>(slot.op.opcode);
  pins_.op_addr[hart] = slot.op.addr;
  pins_.op_data[hart] = data;
  pins_.op_cmp[hart] = slot.op.compare;
  pins_.op_tgl[hart / 8] = static_cast<std::uint8_t>(pins_.op_tgl[hart / 8] ^ (1u << (hart % 8)));
}

void Soc::apply_marks(HartSlot& slot) {
  const auto& marks = slot.op.marks.marks;
  while (slot.marks_done < marks.size() && marks[slot.marks_done].offset <= slot.burnt) {
    apply(slot.id, marks[slot.marks_done++], slot.op.marks.payloads);
  }
}

bool Soc::advance(HartSlot& slot) {
  using namespace platform::hart;
  const std::uint32_t response = pins_.rsp_status[slot.id];
  const auto status = static_cast<Status>(response & kRspStatus);
  if (slot.op.opcode == Opcode::kCompute) {
    slot.burnt += slot.segment - (status == Status::kDone ? 0 : pins_.rsp_remaining[slot.id]);
    apply_marks(slot);
    if (status == Status::kDone && slot.burnt < slot.op.data) {
      issue(slot);
      return false;
    }
  }
  slot.completion = {.status = status,
                     .bus_error = (response & kRspBusError) != 0,
                     .nmi = (response & kRspNmi) != 0,
                     .cause = (response & kRspCause) >> kRspCauseShift,
                     .data = pins_.rsp_data[slot.id],
                     .remaining = slot.op.opcode == Opcode::kCompute ? slot.op.data - slot.burnt : 0,
                     .marks_done = slot.marks_done};
  slot.done = true;
  ++ops_;
  return true;
}

// --- the clock loop ---------------------------------------------------------------------------------------------------

void Soc::boot() {
  model_->power_on(parameters_.knobs);
  runnable_ = 0;
  system_reset(false);
  drive(nullptr);
  sc_core::wait(never_);
}

// Clocks until a context is runnable again. Called by the thread whose op left none; `self` is that op's hart.
void Soc::drive(const HartSlot* self) {
  for (;;) {
    flush_events();
    run_due_actions();
    finish_if_due();
    let_foreign_processes_run();
    commit_trace_registers();
    clock_until_attention();
    if (model_->system_attention()) serve_system_events();
    if (serve_attention(self)) return;
  }
}

void Soc::clock_until_attention() {
  try {
    model_->run(next_stop());
  } catch (const RtlInvariant& broken) {
    finish(StopReason::kRtlInvariant, broken.what());
  }
}

bool Soc::serve_attention(const HartSlot* self) {
  bool any = false;
  for (std::uint64_t attention = model_->attention(); attention != 0; attention &= attention - 1) {
    HartSlot& slot = *slots_[static_cast<unsigned>(std::countr_zero(attention))];
    const auto status = static_cast<Status>(pins_.rsp_status[slot.id] & platform::hart::kRspStatus);
    if (status == Status::kReset) {
      abandoned_events_.push_back(std::exchange(slot.served, std::make_unique<sc_core::sc_event>()));
      slot.in_flight = false;
      ++runnable_;
      any = true;
      reset_handler_->on_hart_reset(slot.id);
    } else if (advance(slot)) {
      ++runnable_;
      any = true;
      if (&slot != self) slot.served->notify();
    }
  }
  return any;
}

void Soc::serve_system_events() {
  if (*pins_.con_valid != 0) {
    const char byte = static_cast<char>(*pins_.con_data);
    observer_.on_console(0, std::string_view(&byte, 1));
  }
  for (HartId hart = 0; hart < parameters_.harts; ++hart) {
    if ((pins_.evt_bite[hart / 8] >> (hart % 8) & 1) == 0) continue;
    std::uint8_t guarded = static_cast<std::uint8_t>(hart);  // one LEB128 byte: harts are fewer than 128
    apply(hart,
          {.offset = 0,
           .reg = kEventMark,
           .event = static_cast<std::uint8_t>(trace::Event::kHwWatchdogBite),
           .hart = static_cast<std::uint16_t>(hart),
           .value = 0,
           .length = 1},
          &guarded);
  }
  if (*pins_.evt_sysrst != 0) system_reset(true);
}

// Contexts of the boot before wait for ever: their events are kept, and never notified.
void Soc::system_reset(bool by_watchdog) {
  boot_cycle_ = now();
  for (const auto& slot : slots_) {
    abandoned_events_.push_back(std::exchange(slot->served, std::make_unique<sc_core::sc_event>()));
    slot->in_flight = false;
  }
  const std::uint8_t payload[] = {static_cast<std::uint8_t>(boots_), by_watchdog ? std::uint8_t{1} : std::uint8_t{0}};
  apply(0,
        {.offset = 0,
         .reg = kEventMark,
         .event = static_cast<std::uint8_t>(trace::Event::kReset),
         .hart = 0,
         .value = 0,
         .length = sizeof payload},
        payload);
  ++boots_;
  if (!reset_handler_->on_system_reset(by_watchdog)) finish(StopReason::kRebootsMax, {});
}

Cycle Soc::next_stop() const {
  Cycle stop = std::min({stop_cycle_, parameters_.cycles_max, foreign_due_});
  if (!actions_.empty()) stop = std::min(stop, actions_.top().at);
  return std::max(stop, now() + 1);
}

void Soc::run_due_actions() {
  while (!actions_.empty() && actions_.top().at <= now()) {
    auto run = std::move(const_cast<Action&>(actions_.top()).run);  // popped before anybody looks at it again
    actions_.pop();
    run();
  }
}

void Soc::finish_if_due() {
  if (now() >= stop_cycle_) finish(StopReason::kRequested, {});
  if (now() >= parameters_.cycles_max) finish(StopReason::kCyclesMax, {});
}

void Soc::finish(StopReason reason, std::string message) {
  if (stop_reason_ == StopReason::kNone) {
    stop_reason_ = reason;
    stop_message_ = std::move(message);
  }
  flush_events();
  sc_core::sc_report_handler::set_actions("/OSCI/SystemC", sc_core::SC_INFO, sc_core::SC_DO_NOTHING);
  sc_core::sc_stop();
  for (;;) sc_core::wait(never_);
}

void Soc::abort_run(StopReason reason, std::string message) { finish(reason, std::move(message)); }

// --- SystemC time -----------------------------------------------------------------------------------------------------

sc_core::sc_time Soc::time_of(Cycle cycle) const { return period_ * static_cast<double>(cycle); }

void Soc::sync_time() {
  const sc_core::sc_time due = time_of(now());
  if (due > sc_core::sc_time_stamp()) sc_core::wait(due - sc_core::sc_time_stamp());
}

// Only the calling thread is runnable of ours, so whatever SystemC has pending belongs to somebody else.
void Soc::let_foreign_processes_run() {
  while (sc_core::sc_pending_activity_at_current_time()) sc_core::wait(sc_core::SC_ZERO_TIME);
  foreign_due_ = kNever;
  if (!sc_core::sc_pending_activity_at_future_time()) return;
  for (;;) {
    const sc_core::sc_time next = sc_core::sc_time_stamp() + sc_core::sc_time_to_pending_activity();
    foreign_due_ = (next.value() + period_.value() - 1) / period_.value();
    if (foreign_due_ > now()) return;
    sync_time();
    while (sc_core::sc_pending_activity_at_current_time()) sc_core::wait(sc_core::SC_ZERO_TIME);
    foreign_due_ = kNever;
    if (!sc_core::sc_pending_activity_at_future_time()) return;
  }
}

// --- observation ------------------------------------------------------------------------------------------------------

void Soc::apply(HartId hart, const Mark& mark, const std::uint8_t* payloads) {
  if (mark.reg == kEventMark) {
    events_.push_back({hart, mark.event, static_cast<std::uint32_t>(event_bytes_.size()), mark.length});
    event_bytes_.insert(event_bytes_.end(), payloads + mark.value, payloads + mark.value + mark.length);
    return;
  }
  const unsigned target = mark.hart;
  switch (static_cast<TraceRegister>(mark.reg)) {
    case TraceRegister::kSite: pins_.tr_site[target] = static_cast<std::uint16_t>(mark.value); break;
    case TraceRegister::kPid: pins_.tr_pid[target] = mark.value; break;
    case TraceRegister::kClass: pins_.tr_class[target] = static_cast<std::uint8_t>(mark.value); break;
    case TraceRegister::kDispatchCalls: pins_.tr_calls[target] = mark.value; break;
    case TraceRegister::kNeedResched: {
      const unsigned bit = 1u << (target % 8);
      const unsigned byte = pins_.tr_resched[target / 8];
      pins_.tr_resched[target / 8] = static_cast<std::uint8_t>(mark.value != 0 ? byte | bit : byte & ~bit);
      break;
    }
    case TraceRegister::kRqLock: pins_.tr_rqlock[target] = static_cast<std::uint8_t>(mark.value); break;
    case TraceRegister::kQueues: pins_.tr_queues[target] = mark.value; break;
  }
  trace_dirty_ |= std::uint64_t{1} << target;
}

// One toggle per hart and cycle, whatever was written: two would cancel.
void Soc::commit_trace_registers() {
  for (; trace_dirty_ != 0; trace_dirty_ &= trace_dirty_ - 1) {
    const unsigned hart = static_cast<unsigned>(std::countr_zero(trace_dirty_));
    pins_.tr_tgl[hart / 8] = static_cast<std::uint8_t>(pins_.tr_tgl[hart / 8] ^ (1u << (hart % 8)));
  }
}

// Threads of one cycle run in no particular hart order; the log has one.
void Soc::flush_events() {
  if (events_.empty()) return;
  std::stable_sort(events_.begin(), events_.end(),
                   [](const PendingEvent& a, const PendingEvent& b) { return a.hart < b.hart; });
  for (const PendingEvent& event : events_) {
    observer_.on_event({now(), event.hart, event.id,
                        std::span<const std::uint8_t>(event_bytes_).subspan(event.first, event.length)});
  }
  events_.clear();
  event_bytes_.clear();
}

// --- Control ----------------------------------------------------------------------------------------------------------

void Soc::at(Cycle at, std::function<void()> action) {
  actions_.push({std::max(at, now()), action_count_++, std::move(action)});
}

void Soc::stop_at(Cycle at) { stop_cycle_ = std::min(stop_cycle_, at); }

void Soc::set_irq_source(unsigned index, bool level) {
  const unsigned bit = 1u << (index % 8);
  const unsigned byte = pins_.irq_src[index / 8];
  pins_.irq_src[index / 8] = static_cast<std::uint8_t>(level ? byte | bit : byte & ~bit);
}

void Soc::set_sysrq_key(char key) { *pins_.sysrq_key = static_cast<std::uint8_t>(key); }

void Soc::waves_on() {
  if (!parameters_.fst_path.empty()) model_->waves_on(parameters_.fst_path);
}

void Soc::waves_off() { model_->waves_off(); }

}  // namespace sim
