// SPDX-License-Identifier: Apache-2.0
#include "tb/run/recorder.h"

#include <algorithm>
#include <cerrno>
#include <stdexcept>
#include <system_error>

namespace tb::run {

bool needs_verbose(const config::Scenario& scenario) {
  const auto verbose = [](const event_log::Match& match) { return event_log::type_of(match.event).verbose; };
  const auto in_expectation = [&](const config::Expectation& e) {
    using Kind = config::Expectation::Kind;
    const bool single =
        e.kind == Kind::kAlways || e.kind == Kind::kNever || e.kind == Kind::kEventually || e.kind == Kind::kCount;
    return (single && verbose(e.match)) || (e.after && verbose(*e.after)) ||
           std::any_of(e.steps.begin(), e.steps.end(), verbose) || std::any_of(e.without.begin(), e.without.end(), verbose);
  };
  return std::any_of(scenario.expect.begin(), scenario.expect.end(), in_expectation) ||
         std::any_of(scenario.waves.spans.begin(), scenario.waves.spans.end(),
                     [&](const config::WaveSpan& span) { return span.around && verbose(*span.around); });
}

Recorder::Recorder(const config::Scenario& scenario, const std::filesystem::path& dir, SharedState& state, WaveWindows waves,
                   bool verbose)
    : scenario_(scenario),
      state_(state),
      waves_(std::move(waves)),
      log_((dir / "events.bin").string(), state.log, verbose || needs_verbose(scenario)),
      console_(std::fopen((dir / "console.log").c_str(), "w")),
      watched_(trace::schema::kEvents.size()) {
  if (!console_) throw std::system_error(errno, std::generic_category(), "console.log");
  std::setvbuf(console_.get(), nullptr, _IOLBF, BUFSIZ);  // a line that was printed outlives the process
}

void Recorder::attach(sim::Control& control) {
  control_ = &control;
  for (const WaveWindow& window : waves_) {
    if (window.from == 0) control.waves_on();
    else control.at(window.from, [this] { control_->waves_on(); });
    if (window.to != sim::kNever) control.at(window.to, [this] { control_->waves_off(); });
  }
  for (const config::Stimulus& stimulus : config::all_stimuli(scenario_)) {
    const config::When& at = stimulus.at;
    if (at.event)
      add_trigger(*at.event, [this, stimulus](sim::Cycle cycle) {
        stimulate(stimulus, cycle + us_to_cycles(scenario_, stimulus.at.after_us.min));
      });
    else stimulate(stimulus, at.cycle ? *at.cycle : us_to_cycles(scenario_, at.us->min));
  }
  if (const auto& stop = scenario_.run.stop_when)
    add_trigger(stop->event, [this, &stop](sim::Cycle cycle) {
      state_.stop_seen = true;
      control_->stop_at(cycle + us_to_cycles(scenario_, stop->after_us));
    });
}

void Recorder::stimulate(const config::Stimulus& stimulus, sim::Cycle cycle) {
  if (stimulus.power) {
    control_->at(cycle, [this, hart = stimulus.hart, on = *stimulus.power] { control_->set_power_switch(hart, on); });
    return;
  }
  const unsigned source = stimulus.press ? 0 : stimulus.irq;
  const char key = stimulus.press;
  control_->at(cycle, [this, source, key] {
    if (key) control_->set_sysrq_key(key);
    control_->set_irq_source(source, true);
  });
  control_->at(cycle + us_to_cycles(scenario_, stimulus.for_us.min), [this, source] { control_->set_irq_source(source, false); });
}

void Recorder::add_trigger(const event_log::Match& match, std::function<void(sim::Cycle)> action) {
  triggers_.push_back({match, std::move(action)});
  watched_[match.event] = true;
}

void Recorder::on_event(const sim::Event& event) {
  try {
    log_.add(event);
  } catch (...) {
    failure_ = std::current_exception();
    throw;
  }
  if (watched_.at(event.id)) fire(event);
}

void Recorder::fire(const sim::Event& event) {
  if (!decoder_.decode(event.id, event.payload)) throw std::logic_error("an event whose fields do not fit the schema");
  const event_log::EventView view{event.cycle, event.hart, event.id, decoder_.fields()};
  for (Trigger& trigger : triggers_) {
    if (trigger.fired || !event_log::matches(trigger.match, view)) continue;
    trigger.fired = true;
    trigger.action(event.cycle);
  }
}

void Recorder::on_console(sim::HartId, std::string_view text) { std::fwrite(text.data(), 1, text.size(), console_.get()); }

void Recorder::close() {
  log_.close();
  const bool whole = std::fflush(console_.get()) == 0 && std::ferror(console_.get()) == 0;
  if (!whole) throw std::system_error(errno, std::generic_category(), "console.log");
  console_.reset();
  const std::string digest = log_.digest();
  std::copy_n(digest.c_str(), std::min(digest.size() + 1, sizeof(state_.digest)), state_.digest);
}

}  // namespace tb::run
