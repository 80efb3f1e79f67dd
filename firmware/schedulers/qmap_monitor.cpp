// SPDX-License-Identifier: Apache-2.0
// The reports of qmap: CPU performance levels by weight, the debug dump, the loader's statistics.
#include "firmware/schedulers/qmap_state.h"

namespace schedulers::qmap {

namespace {

void note(uint32_t value, uint32_t& min, uint32_t& max) {
  if (value < min) min = value;
  if (value > max) max = value;
}

void measure_cpuperf(State& state) {
  CpuPerf perf = {.min = ~0u, .avg = 0, .max = 0, .target_min = ~0u, .target_avg = 0, .target_max = 0};
  uint64_t weighted_sum = 0;
  uint64_t cap_sum = 0;
  uint64_t target_sum = 0;
  const uint32_t nr_cpus = scx_bpf_nr_cpu_ids();
  for (uint32_t cpu = 0; cpu < nr_cpus; ++cpu) {
    const auto id = static_cast<int32_t>(cpu);
    const uint32_t cap = scx_bpf_cpuperf_cap(id);
    const uint32_t cur = scx_bpf_cpuperf_cur(id);
    const uint32_t target = state.cpus.lookup_percpu(0, cpu)->cpuperf_target;
    note(cur, perf.min, perf.max);
    note(target, perf.target_min, perf.target_max);
    weighted_sum += uint64_t{cur} * cap / SCX_CPUPERF_ONE;
    cap_sum += cap;
    target_sum += target;
  }
  perf.avg = static_cast<uint32_t>(weighted_sum * SCX_CPUPERF_ONE / cap_sum);
  perf.target_avg = static_cast<uint32_t>(target_sum / nr_cpus);
  state.cpuperf = perf;
}

void print_shared_dsq() {
  const int32_t nr = scx_bpf_dsq_nr_queued(kSharedDsq);
  if (nr <= 0) return;
  bpf_printk("Dumping %d tasks in SHARED_DSQ in reverse order", static_cast<int>(nr));
  BpfDsqIter shared(kSharedDsq, SCX_DSQ_ITER_REV);
  while (const Task* const p = shared.next()) bpf_printk("%s[%u]", bpf_task_comm(p), static_cast<unsigned>(bpf_task_pid(p)));
}

void monitor(void* opaque, BpfTimer& timer) {
  State& state = of(opaque);
  if (state.settings.boost_highpri) dispatch_highpri(state, true);
  measure_cpuperf(state);
  if (state.settings.print_shared) print_shared_dsq();
  timer.start(state.settings.monitor_ns);
}

}  // namespace

int start_monitor(State& state) {
  const int error = state.monitor.init(monitor);
  return error != 0 ? error : state.monitor.start(state.settings.monitor_ns);
}

// The heavier the tasks that ran lately, the faster the CPU is asked to be.
void tick(void* opaque, Task* p) {
  CpuContext& cpu = *of(opaque).cpus.lookup(0);
  cpu.avg_weight = cpu.avg_weight * 3 / 4 + bpf_task_weight(p) / 4;
  cpu.cpuperf_target = SCX_CPUPERF_ONE * queue_of_weight(cpu.avg_weight) / (kNrQueues - 1);
  scx_bpf_cpuperf_set(scx_bpf_task_cpu(p), cpu.cpuperf_target);
}

// A queue can be read by emptying it only; the policy is at its end, mostly.
void dump(void* opaque, const ScxDumpCtx*) {
  State& state = of(opaque);
  if (state.settings.suppress_dump) return;
  for (unsigned i = 0; i < kNrQueues; ++i) {
    scx_bpf_dump("QMAP FIFO[%u]:", i);
    for (uint32_t pid = 0; state.queues[i].pop(pid);) scx_bpf_dump(" %u", static_cast<unsigned>(pid));
    scx_bpf_dump("\n");
  }
}

void dump_cpu(void* opaque, const ScxDumpCtx*, int32_t cpu_id, bool idle) {
  const State& state = of(opaque);
  if (state.settings.suppress_dump || idle) return;
  const CpuContext& cpu = *state.cpus.lookup_percpu(0, static_cast<unsigned>(cpu_id));
  scx_bpf_dump("QMAP: dsp_idx=%u dsp_cnt=%u avg_weight=%u cpuperf_target=%u", cpu.dsp_idx, cpu.dsp_cnt,
               static_cast<unsigned>(cpu.avg_weight), static_cast<unsigned>(cpu.cpuperf_target));
}

void dump_task(void* opaque, const ScxDumpCtx*, Task* p) {
  if (of(opaque).settings.suppress_dump) return;
  const TaskContext& context = context_of(p);
  scx_bpf_dump("QMAP: force_local=%d core_sched_seq=%u", context.force_local ? 1 : 0,
               static_cast<unsigned>(context.core_sched_seq));
}

void print_stats(const void* opaque, char* out, size_t size) {
  const State& state = *static_cast<const State*>(opaque);
  const Counters& c = state.counters;
  const uint32_t enqueued = c.enqueued.load();
  const uint32_t dispatched = c.dispatched.load();
  toolbox::Text text(out, size);
  text.print("stats  : enq=%u dsp=%u delta=%d reenq=%u deq=%u core=%u", static_cast<unsigned>(enqueued),
             static_cast<unsigned>(dispatched), static_cast<int>(enqueued - dispatched),
             static_cast<unsigned>(c.reenqueued.load()), static_cast<unsigned>(c.dequeued.load()),
             static_cast<unsigned>(c.core_sched_execed.load()));
  if (state.settings.variant == kV612) text.print(" enq_ddsp=%u", static_cast<unsigned>(c.ddsp_from_enq.load()));
  text.print("\n");
  if (state.settings.variant == kV612) {
    text.print("         exp_local=%u exp_remote=%u exp_timer=%u exp_lost=%u\n", static_cast<unsigned>(c.expedited_local.load()),
               static_cast<unsigned>(c.expedited_remote.load()), static_cast<unsigned>(c.expedited_from_timer.load()),
               static_cast<unsigned>(c.expedited_lost.load()));
  }
  const CpuPerf& perf = state.cpuperf;
  text.print("cpuperf: cur min/avg/max=%u/%u/%u target min/avg/max=%u/%u/%u\n", static_cast<unsigned>(perf.min),
             static_cast<unsigned>(perf.avg), static_cast<unsigned>(perf.max), static_cast<unsigned>(perf.target_min),
             static_cast<unsigned>(perf.target_avg), static_cast<unsigned>(perf.target_max));
}

}  // namespace schedulers::qmap
