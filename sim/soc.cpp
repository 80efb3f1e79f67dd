// SPDX-License-Identifier: Apache-2.0
#include "sim/soc.h"

#include <algorithm>
#include <utility>

#include "sim/hart_slot.h"
#include "sim/packed_bits.h"
#include "trace_events.h"

namespace sim {

namespace {

// A bite resets harts that many clocks after its event.
constexpr Cycle kBiteToReset = 3;

}  // namespace

Soc::Soc(const sc_core::sc_module_name& name, const SocParameters& parameters, Observer& observer)
    : sc_module(name),
      harts("harts", parameters.harts),
      parameters_(parameters),
      pulse_(parameters.pulse ? *parameters.pulse : unwatched_),
      observer_(observer),
      model_(make_model(parameters.harts, parameters.seed, 1'000'000 / parameters.clock_mhz)),
      pins_(model_->pins()),
      simcontext_(sc_core::sc_get_curr_simcontext()),
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

// --- power-on and resets ----------------------------------------------------------------------------------------------

void Soc::boot() {
  for (unsigned id = 0; id < prompt_events_.size(); ++id) {
    prompt_events_[id] = observer_.wants_at_once(static_cast<std::uint8_t>(id));
  }
  for (HartId hart = 0; hart < parameters_.harts; ++hart) set_power_switch(hart, true);
  model_->power_on(parameters_.knobs);
  system_reset(false);
  drive(nullptr);
}

void Soc::serve_system_events() {
  if (*pins_.con_valid != 0) {
    const char byte = static_cast<char>(*pins_.con_data);
    observer_.on_console(0, std::string_view(&byte, 1));
  }
  for (HartId hart = 0; hart < parameters_.harts; ++hart) {
    if (!bit_of(pins_.evt_bite, hart)) continue;
    single_step_until_ = now() + kBiteToReset;
    due_ = now();
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
  slot.op = nullptr;
  forget_marks(slot);
  watchdog_access_ &= ~slot.bit;
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

// --- what is due ------------------------------------------------------------------------------------------------------

void Soc::attend() {
  run_due_actions();
  finish_if_due();
  let_foreign_processes_run();
  due_ = next_due();
}

Cycle Soc::next_due() const {
  if (now() < single_step_until_) return now() + 1;
  const Cycle due = std::min({stop_cycle_, parameters_.cycles_max, foreign_due_, now() + kPulsePeriod});
  return actions_.empty() ? due : std::min(due, actions_.top().at);
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
  foreign_ = true;
  catch_up_time();
}

void Soc::catch_up_time() {
  const sc_core::sc_time due = time_of(now());
  if (due > sc_core::sc_time_stamp()) sc_core::wait(due - sc_core::sc_time_stamp());
}

// Of our threads only the calling one is runnable, so everything else that SystemC has pending is foreign. While there
// is any, it may wake others at any time; otherwise only our software does, and it calls sync_time() first.
void Soc::let_foreign_processes_run() {
  for (;;) {
    while (sc_core::sc_pending_activity_at_current_time()) sc_core::wait(sc_core::SC_ZERO_TIME);
    foreign_ = sc_core::sc_pending_activity_at_future_time();
    foreign_due_ = kNever;
    if (!foreign_) return;
    const sc_core::sc_time next = sc_core::sc_time_stamp() + sc_core::sc_time_to_pending_activity();
    foreign_due_ = (next.value() + period_.value() - 1) / period_.value();
    if (foreign_due_ > now()) return;
    catch_up_time();
  }
}

// --- Control ----------------------------------------------------------------------------------------------------------

void Soc::at(Cycle at, std::function<void()> action) {
  actions_.push({std::max(at, now()), action_count_++, std::move(action)});
  due_ = std::min(due_, actions_.top().at);
}

void Soc::stop_at(Cycle at) {
  stop_cycle_ = std::min(stop_cycle_, at);
  due_ = std::min(due_, at);
}

void Soc::set_irq_source(unsigned index, bool level) {
  set_bit(pins_.irq_src, index, level);
  model_->plan().forget();
}

void Soc::set_sysrq_key(char key) {
  *pins_.sysrq_key = static_cast<std::uint8_t>(key);
  model_->plan().forget();
}

void Soc::set_power_switch(HartId hart, bool on) {
  set_bit(pins_.power_wanted, hart, on);
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
