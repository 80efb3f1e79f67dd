// SPDX-License-Identifier: Apache-2.0
// simple: one FIFO for all CPUs, a user DSQ. A task that wakes beside an idle CPU goes straight there.
#include "firmware/schedulers/policies.h"
#include "firmware/schedulers/toolbox.h"

namespace {

constexpr uint64_t kSharedDsq = 0;

enum Option : unsigned { kSliceUs, kNrOptions };

constexpr PolicyOption kOptions[] = {
    {.name = "slice_us", .help = "time slice, in us", .min = 1, .max = 10'000'000, .default_value = 20'000,
     .names = nullptr, .nr_names = 0},
};
static_assert(sizeof(kOptions) / sizeof(kOptions[0]) == kNrOptions);

struct Simple {
  uint64_t slice_ns;
  BpfCounter local;
  BpfCounter global;
};

Simple& of(void* state) { return toolbox::as<Simple>(state); }

int simple_init(void* state, const int64_t* options) {
  auto& simple = *new (Placement{state}) Simple{};
  simple.slice_ns = static_cast<uint64_t>(options[kSliceUs]) * 1000;
  simple.local.init();
  simple.global.init();
  return scx_bpf_create_dsq(kSharedDsq);
}

int32_t simple_select_cpu(void* state, Task* p, int32_t prev_cpu, uint64_t wake_flags) {
  bool is_idle = false;
  const int32_t cpu = scx_bpf_select_cpu_dfl(p, prev_cpu, wake_flags, &is_idle);
  if (is_idle) {
    of(state).local.add(1);
    scx_bpf_dispatch(p, SCX_DSQ_LOCAL, of(state).slice_ns, 0);
  }
  return cpu;
}

void simple_enqueue(void* state, Task* p, uint64_t enq_flags) {
  of(state).global.add(1);
  scx_bpf_dispatch(p, kSharedDsq, of(state).slice_ns, enq_flags);
}

void simple_dispatch(void*, int32_t, Task*) { scx_bpf_consume(kSharedDsq); }

void setup(SchedExtOps& ops, const int64_t*) {
  toolbox::set_name(ops, "simple");
  ops.state_size = sizeof(Simple);
  ops.init = simple_init;
  ops.select_cpu = simple_select_cpu;
  ops.enqueue = simple_enqueue;
  ops.dispatch = simple_dispatch;
}

}  // namespace

const Policy kSimplePolicy = {
    .name = "simple",
    .help = "one FIFO shared by all CPUs",
    .options = kOptions,
    .nr_options = kNrOptions,
    .setup = setup,
};
