// SPDX-License-Identifier: Apache-2.0
// A policy that goes wrong in the way asked for, in ops.dispatch() of the n-th call; and the list of policies with it.
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <cstring>

#include "firmware/kernel/arch.h"
#include "firmware/schedulers/policies.h"
#include "firmware/schedulers/toolbox.h"
#include "sim/soc.h"

namespace schedulers {

namespace {

constexpr uint64_t kSharedDsq = 0;

enum class Fault : int64_t { kNone, kSegv, kLoop, kRecurse, kAllocate, kWait, kKill, kThrow, kPanic, kRtl };
constexpr const char* kFaults[] = {"none", "segv", "loop", "recurse", "allocate", "wait", "kill", "throw", "panic", "rtl"};

constexpr kernel::PolicyOption kOptions[] = {
    {"fault", "what goes wrong", 0, 9, 0, kFaults, 10},
    toolbox::number_option("after", "calls of ops.dispatch() before", 0, 1'000'000'000, 100),
};

struct Crashing {
  Fault fault;
  int64_t after;
  int64_t calls;
};

// Read at run time, so that no compiler sees what comes of them.
volatile int64_t depth_left = INT64_MAX;
volatile uintptr_t bad_address = 16;

// Each frame is used after the call below it: no compiler makes a loop of this.
int recurse(volatile char* above) {
  volatile char frame[512];
  frame[0] = static_cast<char>(above[0] + 1);
  depth_left = depth_left - 1;
  return depth_left > 0 ? recurse(frame) + frame[0] : 0;
}

[[noreturn]] void allocate_for_ever() {
  constexpr size_t kBlock = size_t{16} << 20;
  for (;;) std::memset(new char[kBlock], 1, kBlock);
}

// An op that hart 0 must never be given; the RTL itself has to notice.
[[noreturn]] void compute_nothing() {
  auto* const soc = dynamic_cast<sim::Soc*>(sc_core::sc_find_object("soc"));
  for (;;) soc->harts[0]->execute({.opcode = sim::Opcode::kCompute, .data = 0});
}

void go_wrong(Fault fault) {
  volatile char start = 0;
  switch (fault) {
    case Fault::kNone: return;
    case Fault::kSegv: *reinterpret_cast<volatile int*>(bad_address) = 1; return;
    case Fault::kLoop:
      for (std::atomic<bool> forever{true}; forever;) {
      }
      return;
    case Fault::kRecurse: recurse(&start); return;
    case Fault::kAllocate: allocate_for_ever();
    case Fault::kWait:
      for (;;) ::pause();
    case Fault::kKill: ::kill(::getpid(), SIGKILL); return;
    case Fault::kThrow: throw 42;
    case Fault::kPanic: arch::panic("BUG: asked to");
    case Fault::kRtl: compute_nothing();
  }
}

int crashing_init(void* state, const int64_t* options) {
  auto& crashing = *new (Placement{state}) Crashing{};
  crashing.fault = static_cast<Fault>(options[0]);
  crashing.after = options[1];
  return scx_bpf_create_dsq(kSharedDsq);
}

void crashing_enqueue(void*, Task* p, uint64_t flags) { scx_bpf_dispatch(p, kSharedDsq, 2'000'000, flags); }

void crashing_dispatch(void* state, int32_t, Task*) {
  auto& crashing = toolbox::as<Crashing>(state);
  if (++crashing.calls > crashing.after) go_wrong(crashing.fault);
  scx_bpf_consume(kSharedDsq);
}

void setup(kernel::SchedExtOps& ops, const int64_t*) {
  toolbox::set_name(ops, "crashing");
  ops.state_size = sizeof(Crashing);
  ops.init = crashing_init;
  ops.enqueue = crashing_enqueue;
  ops.dispatch = crashing_dispatch;
}

const kernel::Policy kCrashingPolicy = {.name = "crashing",
                                        .help = "ends the simulation in a way of your choice",
                                        .options = kOptions,
                                        .nr_options = 2,
                                        .setup = setup};

}  // namespace

}  // namespace schedulers

namespace kernel {

#define SCX_POLICY(policy) &schedulers::policy,
const Policy* const kPolicies[] = {
#include "firmware/schedulers/policies.def"
    &schedulers::kCrashingPolicy};
#undef SCX_POLICY
const unsigned kNrPolicies = sizeof(kPolicies) / sizeof(kPolicies[0]);

}  // namespace kernel
