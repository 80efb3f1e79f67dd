// SPDX-License-Identifier: Apache-2.0
// Harts that run a function each, for tests of one thing at a time; and what they and their observer have seen.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "platform.h"
#include "sim/soc.h"
#include "trace_events.h"  // generated

namespace sim_test {

class ScriptedHarts final : public sc_core::sc_module, public sim::ResetHandler, public sim::Observer {
 public:
  struct Event {
    sim::Cycle cycle;
    sim::HartId hart;
    trace::Event id;
    std::vector<std::uint8_t> payload;
    bool operator==(const Event&) const = default;
  };

  explicit ScriptedHarts(const sim::SocParameters& parameters)
      : sc_module(sc_core::sc_module_name("harts")), soc("soc", parameters, *this) {
    soc.set_reset_handler(*this);
  }

  // The n-th start of a hart runs the n-th function; then it computes for ever.
  void on_start(sim::HartId hart, std::function<void()> body) { bodies_[hart].push_back(std::move(body)); }
  void run() { sc_core::sc_start(); }

  sim::Completion execute(sim::HartId hart, const sim::Op& op) { return soc.harts[hart]->execute(op); }
  std::uint32_t load(sim::HartId hart, std::uint32_t addr) {
    return execute(hart, {.opcode = sim::Opcode::kLoad, .addr = addr}).data;
  }
  void store(sim::HartId hart, std::uint32_t addr, std::uint32_t data) {
    execute(hart, {.opcode = sim::Opcode::kStore, .addr = addr, .data = data});
  }
  void compute(sim::HartId hart, std::uint32_t cycles) { execute(hart, {.opcode = sim::Opcode::kCompute, .data = cycles}); }
  std::uint32_t csr(sim::HartId hart, std::uint32_t number) {
    return execute(hart, {.opcode = sim::Opcode::kCsrRead, .addr = number}).data;
  }

  bool on_system_reset(bool by_watchdog) override {
    system_resets.push_back(by_watchdog);
    return system_resets.size() <= system_resets_max;
  }
  void on_hart_reset(sim::HartId hart) override {
    hart_resets.emplace_back(soc.now(), hart);
    const std::size_t start = starts_[hart]++;
    sc_core::sc_spawn(
        [this, hart, start] {
          if (start < bodies_[hart].size()) bodies_[hart][start]();
          for (;;) compute(hart, 100'000);
        },
        sc_core::sc_gen_unique_name("hart"));
  }
  void on_event(const sim::Event& event) override {
    events.push_back(
        {event.cycle, event.hart, static_cast<trace::Event>(event.id), {event.payload.begin(), event.payload.end()}});
    if (watch) watch(events.back());
  }
  void on_console(sim::HartId, std::string_view text) override { console += text; }

  sim::Soc soc;
  std::vector<Event> events;
  std::function<void(const Event&)> watch;  // told of each
  std::string console;
  std::vector<bool> system_resets;  // by the watchdog?
  std::size_t system_resets_max = 100;
  std::vector<std::pair<sim::Cycle, sim::HartId>> hart_resets;

 private:
  std::map<sim::HartId, std::vector<std::function<void()>>> bodies_;
  std::map<sim::HartId, std::size_t> starts_;
};

}  // namespace sim_test
