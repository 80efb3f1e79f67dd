// SPDX-License-Identifier: Apache-2.0
// simple: one queue for all CPUs, a user DSQ, by weighted vtime or as a FIFO. A task that wakes beside an idle CPU goes
// straight there.
#include "firmware/schedulers/policies.h"
#include "firmware/schedulers/toolbox.h"

namespace schedulers {

namespace {

constexpr uint64_t kSharedDsq = 0;

enum Option : unsigned { kSliceUs, kFifo, kNrOptions };

constexpr PolicyOption kOptions[] = {
    toolbox::number_option("slice_us", "time slice, in us", 1, 10'000'000, 20'000),
    toolbox::switch_option("fifo", "a FIFO instead of weighted vtime", false),
};
static_assert(sizeof(kOptions) / sizeof(kOptions[0]) == kNrOptions);

struct Simple {
  uint64_t slice_ns;
  bool fifo;
  BpfCounter local;
  BpfCounter global;
  // The vtime that the tasks running now have reached. Without a lock, as in the field: an update that another CPU overwrites
  // is made up for by the next.
  uint64_t vtime_now;
};

Simple& of(void* state) { return toolbox::as<Simple>(state); }

bool vtime_before(uint64_t a, uint64_t b) { return static_cast<int64_t>(a - b) < 0; }

int simple_init(void* state, const int64_t* options) {
  auto& simple = *new (Placement{state}) Simple{};
  simple.slice_ns = static_cast<uint64_t>(options[kSliceUs]) * 1000;
  simple.fifo = options[kFifo] != 0;
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
  Simple& simple = of(state);
  simple.global.add(1);
  if (simple.fifo) {
    scx_bpf_dispatch(p, kSharedDsq, simple.slice_ns, enq_flags);
    return;
  }
  // A sleeper may save up one slice, no more.
  const uint64_t earliest = simple.vtime_now - simple.slice_ns;
  const uint64_t own = bpf_task_dsq_vtime(p);
  scx_bpf_dispatch_vtime(p, kSharedDsq, simple.slice_ns, vtime_before(own, earliest) ? earliest : own, enq_flags);
}

void simple_dispatch(void*, int32_t, Task*) { scx_bpf_consume(kSharedDsq); }

void simple_running(void* state, Task* p) {
  Simple& simple = of(state);
  const uint64_t vtime = bpf_task_dsq_vtime(p);
  if (!simple.fifo && vtime_before(simple.vtime_now, vtime)) simple.vtime_now = vtime;
}

// The used part of its slice counts the more, the lighter the task is. A slice the core has refilled counts as not used.
void simple_stopping(void* state, Task* p, bool) {
  Simple& simple = of(state);
  if (simple.fifo) return;
  const uint64_t left = bpf_task_slice(p);
  const uint64_t used = left < simple.slice_ns ? simple.slice_ns - left : 0;
  bpf_task_set_dsq_vtime(p, bpf_task_dsq_vtime(p) + used * 100 / bpf_task_weight(p));
}

void simple_enable(void* state, Task* p) { bpf_task_set_dsq_vtime(p, of(state).vtime_now); }

void print_stats(const void* state, char* out, size_t size) {
  const Simple& simple = *static_cast<const Simple*>(state);
  toolbox::Text(out, size).print("local=%u global=%u\n", static_cast<unsigned>(simple.local.load()),
                                 static_cast<unsigned>(simple.global.load()));
}

void setup(SchedExtOps& ops, const int64_t*) {
  toolbox::set_name(ops, "simple");
  ops.state_size = sizeof(Simple);
  ops.init = simple_init;
  ops.exit = user_exit_record;
  ops.select_cpu = simple_select_cpu;
  ops.enqueue = simple_enqueue;
  ops.dispatch = simple_dispatch;
  ops.running = simple_running;
  ops.stopping = simple_stopping;
  ops.enable = simple_enable;
}

}  // namespace

const Policy kSimplePolicy = {
    .name = "simple",
    .help = "one queue shared by all CPUs, by weighted vtime or FIFO",
    .options = kOptions,
    .nr_options = kNrOptions,
    .setup = setup,
    .print_stats = print_stats,
    .load_cpus = nullptr,
    .restarts = true,
};

}  // namespace schedulers
