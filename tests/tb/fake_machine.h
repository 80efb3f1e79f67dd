// SPDX-License-Identifier: Apache-2.0
// A machine without RTL for tests of the testbench: it plays the events that a small model of the dispatch stall
// produces, through the kernel's own event encoders, and can be told to misbehave.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "sim/control.h"
#include "sim/observer.h"
#include "tb/run/backend.h"

namespace tb::test {

// Events in the order given, each from an encoder of trace_events.h: play({{100, 0, [] { trace::wfi_enter(0); }}}).
struct Played {
  sim::Cycle cycle;
  sim::HartId hart;
  std::function<void()> emit;
};

// An event as a machine would hand it over, with its own bytes.
struct EncodedEvent {
  sim::Cycle cycle;
  sim::HartId hart;
  std::uint8_t id;
  std::vector<std::uint8_t> payload;
  [[nodiscard]] sim::Event view() const { return {cycle, hart, id, payload}; }
};

[[nodiscard]] std::vector<EncodedEvent> encode(const std::vector<Played>& script);

// The policies of the fake machine: simple, and qmap with options of every kind.
[[nodiscard]] std::span<const kernel::Policy* const> fake_policies();

// Behaves as configured (breakout limit and retry, hardware watchdog, harts). A task named "crash" kills the process
// with a fault signal in the middle, "hang" makes it spin, "throw" throws, "panic" ends in a kernel panic, "perturb"
// logs one event more when waves are open, "oversleep" logs one late where cycles are skipped, "oversleep_late" does so
// after 2.6 million cycles, "trip" breaks an invariant of the RTL where cycles are skipped, "stumble" breaks it in any case,
// "dawdle" spins where every cycle is clocked, until it is stopped, "eject" has the policy thrown out, with a dump, "wait" has hart 0 wait
// for a CPU it has kicked.
machine::RunResult fake_run_machine(const machine::RunConfig& config, const kernel::KernelConfig& kernel, sim::Observer& observer,
                                    const std::function<void(sim::Control&)>& setup);

[[nodiscard]] Backend fake_backend(const std::filesystem::path& configs);

}  // namespace tb::test
