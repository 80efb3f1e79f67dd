// SPDX-License-Identifier: Apache-2.0
#include "sim/soc.h"

#include <algorithm>
#include <bitset>
#include <span>
#include <string_view>
#include <utility>

#include "sim/verilator_stop.h"
#include "trace_events.h"  // generated

namespace sim {

namespace {

// A bite resets harts that many clocks after its event.
constexpr Cycle kBiteToReset = 3;

constexpr auto kBiteEvent = static_cast<std::uint8_t>(trace::Event::kHwWatchdogBite);
constexpr auto kResetEvent = static_cast<std::uint8_t>(trace::Event::kReset);

}  // namespace

Soc::Soc(const sc_core::sc_module_name& name, const SocParameters& parameters, Observer& observer)
    : sc_module(name),
      harts("harts", parameters.harts),
      parameters_(parameters),
      pulse_(parameters.pulse ? *parameters.pulse : unwatched_),
      observer_(observer),
      clock_(make_model(parameters.harts, parameters.seed, 1'000'000 / parameters.clock_mhz), parameters.skip),
      events_(observer, clock_.trace(), clock_.profile()),
      marks_(clock_, events_, parameters.harts),
      ports_(clock_, marks_, *this, parameters.harts),
      time_(parameters.clock_mhz) {
  for (HartId hart = 0; hart < parameters.harts; ++hart) harts[hart].bind(ports_.hart(hart));
  SC_HAS_PROCESS(Soc);
  SC_THREAD(boot);
}

// --- the clock loop ---------------------------------------------------------------------------------------------------

// Clocks until a context is runnable again; without any, for ever.
void Soc::drive(const OpPort::Hart* self) {
  for (;;) {
    if (!events_.empty()) events_.deliver(kNever);
    if (now() >= due_ || time_.others() || pulse_.stop.load(std::memory_order_relaxed)) attend();
    const Cycle stop = next_stop();
    profile().enter(Profile::kRtl);
    clock_until_attention(stop);
    profile().enter(Profile::kBridge);
    pulse_.cycle.store(now(), std::memory_order_relaxed);
    if (now() >= marks_.due()) marks_.catch_up(now());
    if (clock_.system_attention()) serve_system_events();
    if (ports_.serve(self)) {
      if (!events_.empty()) events_.deliver(now());
      return;
    }
  }
}

// Brings the trace registers to RTL if it matters, and says up to where the clock may run.
inline Cycle Soc::next_stop() {
  Cycle stop = due_;
  if (marks_.any() || clock_.trace().dirty() != 0) {
    if (clock_.trace_in_time()) {
      clock_.trace().commit();
      stop = std::min(stop, marks_.next());
    } else {
      stop = std::min({stop, marks_.next_prompt(), clock_.trace_rests_until()});
    }
  }
  return std::max(stop, now() + 1);
}

inline void Soc::clock_until_attention(Cycle stop) {
  try {
    clock_.run(stop);
  } catch (const RtlInvariant& broken) {
    marks_.catch_up(now() - 1);
    finish(End::kRtlInvariant, broken.what());
  }
}

// --- power-on and resets ----------------------------------------------------------------------------------------------

void Soc::boot() {
  std::bitset<256> prompt;
  for (unsigned id = 0; id < prompt.size(); ++id) prompt[id] = observer_.wants_at_once(static_cast<std::uint8_t>(id));
  marks_.set_prompt_events(prompt);
  for (HartId hart = 0; hart < parameters_.harts; ++hart) set_power_switch(hart, true);
  clock_.power_on(parameters_.knobs);
  system_reset(false);
  drive(nullptr);
}

void Soc::serve_system_events() {
  if (const auto byte = clock_.console_byte()) observer_.on_console(0, std::string_view(&*byte, 1));
  for (HartId hart = 0; hart < parameters_.harts; ++hart) {
    if (!clock_.bitten(hart)) continue;
    single_step_until_ = now() + kBiteToReset;
    due_ = now();
    const auto guarded = static_cast<std::uint8_t>(hart);  // one LEB128 byte: harts are fewer than 128
    show_event(hart, kBiteEvent, std::span(&guarded, 1));
  }
  if (clock_.system_reset()) system_reset(true);
}

void Soc::system_reset(bool by_watchdog) {
  boot_cycle_ = now();
  ports_.abandon_all();
  const std::uint8_t payload[] = {static_cast<std::uint8_t>(boots_), by_watchdog ? std::uint8_t{1} : std::uint8_t{0}};
  show_event(0, kResetEvent, payload);
  ++boots_;
  if (!reset_handler_->on_system_reset(by_watchdog)) finish(End::kRebootsMax, {});
}

void Soc::show_event(HartId hart, std::uint8_t event, std::span<const std::uint8_t> payload) {
  apply(hart,
        {.offset = 0,
         .reg = kEventMark,
         .event = event,
         .hart = static_cast<std::uint16_t>(hart),
         .value = 0,
         .length = static_cast<std::uint32_t>(payload.size())},
        payload.data());
}

// --- due actions ------------------------------------------------------------------------------------------------------

void Soc::attend() {
  agenda_.run(now());
  finish_if_due();
  time_.let_run(now());
  due_ = next_due();
}

Cycle Soc::next_due() const {
  if (now() < single_step_until_) return now() + 1;
  return std::min({stop_cycle_, parameters_.cycles_max, time_.due(), agenda_.next(), now() + kPulsePeriod});
}

void Soc::finish_if_due() {
  if (now() >= stop_cycle_) finish(End::kStopped, {});
  if (now() >= parameters_.cycles_max) finish(End::kCyclesMax, {});
  if (pulse_.stop.load(std::memory_order_relaxed)) [[unlikely]]
    finish(End::kInterrupted, {});
}

void Soc::finish(End end, std::string message) {
  if (!end_) {
    end_ = end;
    stop_message_ = std::move(message);
  }
  pulse_.stopping.store(true, std::memory_order_relaxed);
  events_.deliver(kNever);
  sc_core::sc_report_handler::set_actions("/OSCI/SystemC", sc_core::SC_INFO, sc_core::SC_DO_NOTHING);
  sc_core::sc_stop();
  for (;;) sc_core::wait(never_);
}

// --- Control ----------------------------------------------------------------------------------------------------------

void Soc::at(Cycle at, std::function<void()> action) {
  agenda_.add(std::max(at, now()), std::move(action));
  due_ = std::min(due_, agenda_.next());
}

void Soc::stop_at(Cycle at) {
  stop_cycle_ = std::min(stop_cycle_, at);
  due_ = std::min(due_, at);
}

void Soc::waves_on() {
  if (!parameters_.fst_path.empty()) clock_.waves_on(parameters_.fst_path);
}

void Soc::waves_off() { clock_.waves_off(); }

}  // namespace sim
