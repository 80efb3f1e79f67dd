// SPDX-License-Identifier: Apache-2.0
#include "sim/soc.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <utility>

#include "sim/verilator_stop.h"
#include "trace_events.h"

namespace sim {

namespace {

// Clock edges from a mark to the watchdog that samples its register, and some more.
constexpr Cycle kBarkMargin = 4;
// A bite resets harts that many clocks after its event.
constexpr Cycle kBiteToReset = 3;

bool is_watchdog(std::uint32_t addr) {
  using namespace platform::swdt;
  return addr - kBase < kInstances * kSize;
}

}  // namespace

// The software side of one hart port: the op in flight.
struct Soc::HartSlot final : hart_if {
  HartSlot(Soc& owner, HartId hart) : soc(owner), id(hart), served(std::make_unique<sc_core::sc_event>()) {}

  Completion execute(const Op& op) override;

  [[nodiscard]] std::uint64_t bit() const { return std::uint64_t{1} << id; }

  Soc& soc;
  HartId id;
  Op op{};
  bool in_flight = false;
  bool done = false;
  Cycle issued = 0;
  std::uint32_t computing = 0;    // cycles of the COMPUTE, or of the lead
  std::uint32_t marks_done = 0;
  std::uint32_t prompt = 0;       // index of the next mark that must be applied at its cycle
  Completion completion{};
  std::unique_ptr<sc_core::sc_event> served;  // replaced at a reset: nobody wakes the abandoned
};

Soc::Soc(const sc_core::sc_module_name& name, const SocParameters& parameters, Observer& observer)
    : sc_module(name),
      harts("harts", parameters.harts),
      parameters_(parameters),
      pulse_(parameters.pulse ? *parameters.pulse : unwatched_),
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
  soc.profile().enter(Profile::kBridge);
  op = request;
  in_flight = true;
  done = false;
  computing = op.opcode == Opcode::kCompute ? op.data : op.lead;
  marks_done = 0;
  soc.issue(*this);
  if (!op.marks.marks.empty()) soc.watch_marks(*this);
  sc_core::sc_event* const event = served.get();
  if (--soc.runnable_ == 0) soc.drive(this);
  while (!done || served.get() != event) {
    soc.profile().enter(Profile::kSystemC);
    sc_core::wait(*event);
  }
  in_flight = false;
  soc.profile().enter(Profile::kFirmware);
  return completion;
}

void Soc::issue(HartSlot& slot) {
  const HartId hart = slot.id;
  slot.issued = now();
  pins_.op_ctl[hart] = static_cast<std::uint32_t>(slot.op.opcode);
  pins_.op_addr[hart] = slot.op.addr;
  pins_.op_data[hart] = slot.op.data;
  pins_.op_cmp[hart] = slot.op.compare;
  pins_.op_lead[hart] = slot.op.lead;
  pins_.op_tgl[hart / 8] = static_cast<std::uint8_t>(pins_.op_tgl[hart / 8] ^ (1u << (hart % 8)));
  model_->plan().begin(hart, slot.op.opcode, slot.computing, now());
  if (is_watchdog(slot.op.addr)) watchdog_access_ |= slot.bit();
}

void Soc::complete(HartSlot& slot) {
  using namespace platform::hart;
  const std::uint32_t response = pins_.rsp_status[slot.id];
  const auto status = static_cast<Status>(response & kRspStatus);
  std::uint32_t remaining = 0;
  if (slot.computing != 0) {
    if (status != Status::kDone) remaining = pins_.rsp_remaining[slot.id];
    apply_marks(slot, slot.computing - remaining);
    marks_left_ &= ~slot.bit();
    prompt_left_ &= ~slot.bit();
  }
  if (slot.op.opcode != Opcode::kCompute && slot.op.addr < platform::ram::kBase) model_->plan().forget();
  if ((watchdog_access_ & slot.bit()) != 0) {
    watchdog_access_ &= ~slot.bit();
    model_->forget_bark_horizon();
  }
  slot.completion = {.status = status,
                     .bus_error = (response & kRspBusError) != 0,
                     .nmi = (response & kRspNmi) != 0,
                     .cause = (response & kRspCause) >> kRspCauseShift,
                     .data = pins_.rsp_data[slot.id],
                     .remaining = remaining,
                     .marks_done = slot.marks_done};
  slot.done = true;
  ++ops_;
}

// --- marks ------------------------------------------------------------------------------------------------------------
// A mark is applied when the clock has stopped at or after its cycle, and shown under its own cycle. The clock stops at
// its very cycle only where somebody could tell: waves are open, a watchdog may be about to sample the site, or the event
// is one whose observer acts on the machine.

void Soc::watch_marks(HartSlot& slot) {
  apply_marks(slot, 0);
  const auto& marks = slot.op.marks.marks;
  if (slot.marks_done == marks.size()) return;
  marks_left_ |= slot.bit();
  find_prompt_mark(slot);
}

void Soc::find_prompt_mark(HartSlot& slot) {
  const auto& marks = slot.op.marks.marks;
  const auto is_prompt = [this](const Mark& mark) { return mark.reg == kEventMark && prompt_events_[mark.event]; };
  const auto next = std::find_if(marks.begin() + slot.marks_done, marks.end(), is_prompt);
  slot.prompt = static_cast<std::uint32_t>(next - marks.begin());
  if (next != marks.end()) prompt_left_ |= slot.bit();
  else prompt_left_ &= ~slot.bit();
}

void Soc::apply_marks(HartSlot& slot, std::uint32_t burnt) {
  const auto& marks = slot.op.marks.marks;
  while (slot.marks_done < marks.size() && marks[slot.marks_done].offset <= burnt) {
    const Mark& mark = marks[slot.marks_done++];
    post(slot.issued + mark.offset, slot.id, mark, slot.op.marks.payloads);
  }
}

// `outputs`: the cycle that the model's outputs are of.
void Soc::catch_up(Cycle outputs) {
  for (std::uint64_t left = marks_left_; left != 0; left &= left - 1) {
    HartSlot& slot = *slots_[static_cast<unsigned>(std::countr_zero(left))];
    if (slot.issued >= outputs || status_of(slot) == Status::kReset) continue;  // not begun, or gone with its hart
    apply_marks(slot, slot.computing - pins_.rsp_remaining[slot.id]);
    if (slot.marks_done == slot.op.marks.marks.size()) {
      marks_left_ &= ~slot.bit();
      prompt_left_ &= ~slot.bit();
    } else if ((prompt_left_ & slot.bit()) != 0 && slot.marks_done > slot.prompt) {
      find_prompt_mark(slot);
    }
  }
}

// Trace registers must be in RTL at their cycle.
bool Soc::registers_in_time() const {
  return waves_open_ || watchdog_access_ != 0 || now() + kBarkMargin >= model_->bark_free_until();
}

Status Soc::status_of(const HartSlot& slot) const {
  return static_cast<Status>(pins_.rsp_status[slot.id] & platform::hart::kRspStatus);
}

Cycle Soc::next_prompt_mark() const {
  Cycle next = kNever;
  const bool all = registers_in_time();
  for (std::uint64_t left = all ? marks_left_ : prompt_left_; left != 0; left &= left - 1) {
    const HartSlot& slot = *slots_[static_cast<unsigned>(std::countr_zero(left))];
    if (slot.issued != now() && status_of(slot) != Status::kDone) continue;  // entering a trap, or reset
    next = std::min(next, slot.issued + slot.op.marks.marks[all ? slot.marks_done : slot.prompt].offset);
  }
  return next;
}

// --- the clock loop ---------------------------------------------------------------------------------------------------

void Soc::boot() {
  for (unsigned id = 0; id < prompt_events_.size(); ++id) {
    prompt_events_[id] = observer_.wants_at_once(static_cast<std::uint8_t>(id));
  }
  for (HartId hart = 0; hart < parameters_.harts; ++hart) set_power_switch(hart, true);
  model_->power_on(parameters_.knobs);
  runnable_ = 0;
  system_reset(false);
  drive(nullptr);
  sc_core::wait(never_);
}

// Clocks until a context is runnable again. Called by the thread whose op left none; `self` is that op's hart.
void Soc::drive(const HartSlot* self) {
  for (;;) {
    profile().enter(Profile::kEventLog);
    flush_events();
    profile().enter(Profile::kBridge);
    run_due_actions();
    finish_if_due();
    let_foreign_processes_run();
    commit_trace_registers();
    profile().enter(Profile::kRtl);
    clock_until_attention();
    profile().enter(Profile::kBridge);
    pulse_.cycle.store(now(), std::memory_order_relaxed);
    catch_up(now());
    if (model_->system_attention()) serve_system_events();
    if (serve_attention(self)) {
      deliver(now());
      return;
    }
  }
}

void Soc::clock_until_attention() {
  try {
    model_->run(next_stop());
  } catch (const RtlInvariant& broken) {
    catch_up(now() - 1);
    finish(StopReason::kRtlInvariant, broken.what());
  }
}

bool Soc::serve_attention(const HartSlot* self) {
  const std::uint64_t attention = model_->attention();
  for (std::uint64_t left = attention; left != 0; left &= left - 1) {
    HartSlot& slot = *slots_[static_cast<unsigned>(std::countr_zero(left))];
    ++runnable_;
    if (status_of(slot) == Status::kReset) {
      abandon(slot);
      reset_handler_->on_hart_reset(slot.id);
    } else {
      complete(slot);
      if (&slot != self) slot.served->notify();
    }
  }
  return attention != 0;
}

void Soc::serve_system_events() {
  if (*pins_.con_valid != 0) {
    const char byte = static_cast<char>(*pins_.con_data);
    observer_.on_console(0, std::string_view(&byte, 1));
  }
  for (HartId hart = 0; hart < parameters_.harts; ++hart) {
    if ((pins_.evt_bite[hart / 8] >> (hart % 8) & 1) == 0) continue;
    single_step_until_ = now() + kBiteToReset;
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

// The context whose op it is waits for ever: its event is kept, and never notified.
void Soc::abandon(HartSlot& slot) {
  model_->plan().forget();
  abandoned_events_.push_back(std::exchange(slot.served, std::make_unique<sc_core::sc_event>()));
  slot.in_flight = false;
  marks_left_ &= ~slot.bit();
  prompt_left_ &= ~slot.bit();
  watchdog_access_ &= ~slot.bit();
}

void Soc::system_reset(bool by_watchdog) {
  boot_cycle_ = now();
  for (const auto& slot : slots_) abandon(*slot);
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
  if (now() < single_step_until_) return now() + 1;
  Cycle stop = std::min({stop_cycle_, parameters_.cycles_max, foreign_due_, next_prompt_mark(), now() + kPulsePeriod});
  if (!actions_.empty()) stop = std::min(stop, actions_.top().at);
  if (!registers_in_time()) stop = std::min(stop, model_->bark_free_until() - kBarkMargin);
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
  if (pulse_.stop.load(std::memory_order_relaxed)) [[unlikely]] finish(StopReason::kInterrupted, {});
}

void Soc::finish(StopReason reason, std::string message) {
  if (stop_reason_ == StopReason::kNone) {
    stop_reason_ = reason;
    stop_message_ = std::move(message);
  }
  pulse_.stopping.store(true, std::memory_order_relaxed);
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

// --- Control ----------------------------------------------------------------------------------------------------------

void Soc::at(Cycle at, std::function<void()> action) {
  actions_.push({std::max(at, now()), action_count_++, std::move(action)});
}

void Soc::stop_at(Cycle at) { stop_cycle_ = std::min(stop_cycle_, at); }

void Soc::set_irq_source(unsigned index, bool level) {
  const unsigned bit = 1u << (index % 8);
  const unsigned byte = pins_.irq_src[index / 8];
  pins_.irq_src[index / 8] = static_cast<std::uint8_t>(level ? byte | bit : byte & ~bit);
  model_->plan().forget();
}

void Soc::set_sysrq_key(char key) {
  *pins_.sysrq_key = static_cast<std::uint8_t>(key);
  model_->plan().forget();
}

void Soc::set_power_switch(HartId hart, bool on) {
  const unsigned bit = 1u << (hart % 8);
  const unsigned byte = pins_.power_wanted[hart / 8];
  pins_.power_wanted[hart / 8] = static_cast<std::uint8_t>(on ? byte | bit : byte & ~bit);
  model_->plan().forget();
}

void Soc::waves_on() {
  if (parameters_.fst_path.empty()) return;
  waves_open_ = true;
  model_->waves_on(parameters_.fst_path);
}

void Soc::waves_off() {
  waves_open_ = false;
  model_->waves_off();
}

}  // namespace sim
