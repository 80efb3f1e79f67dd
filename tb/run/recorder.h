// SPDX-License-Identifier: Apache-2.0
// The testbench inside a running simulation: logs, and does at their cycles what the scenario asks for (stimuli, waves,
// the end of the run). It decides nothing else; judging comes after the run, from the log.
#pragma once

#include <cstdio>
#include <exception>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "log/writer.h"
#include "sim/control.h"
#include "sim/observer.h"
#include "tb/config/scenario.h"
#include "tb/result/wave_window.h"
#include "tb/run/shared_state.h"

namespace tb::run {

class Recorder final : public sim::Observer {
 public:
  Recorder(const config::Scenario& scenario, const std::filesystem::path& dir, SharedState& state, WaveWindows waves,
           bool verbose);

  // Called by the machine at cycle 0.
  void attach(sim::Control& control);
  void close();

  void on_event(const sim::Event& event) override;
  [[nodiscard]] bool wants_at_once(std::uint8_t id) const override { return id < watched_.size() && watched_[id]; }
  void on_console(sim::HartId hart, std::string_view text) override;

  // What on_event threw. It passes through SystemC on its way, which makes a text of it.
  [[nodiscard]] std::exception_ptr failure() const { return failure_; }

 private:
  struct Trigger {
    event_log::Match match;
    std::function<void(sim::Cycle)> action;
    bool fired = false;
  };
  struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };

  void add_trigger(const event_log::Match& match, std::function<void(sim::Cycle)> action);
  void stimulate(const config::Stimulus& stimulus, sim::Cycle cycle);
  void fire(const sim::Event& event);

  const config::Scenario& scenario_;
  SharedState& state_;
  WaveWindows waves_;
  event_log::LogWriter log_;
  std::unique_ptr<std::FILE, CloseFile> console_;
  sim::Control* control_ = nullptr;
  std::vector<Trigger> triggers_;
  std::vector<bool> watched_;  // by event id: some trigger may want it
  event_log::Decoder decoder_;
  std::exception_ptr failure_;
};

// Whether the scenario refers to verbose events, which are then logged too.
[[nodiscard]] bool needs_verbose(const config::Scenario& scenario);

}  // namespace tb::run
