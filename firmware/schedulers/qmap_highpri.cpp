// SPDX-License-Identifier: Apache-2.0
// qmap's boost: what the FIFOs have let go to the shared queue, and is of the highest weight, is moved on by walks over the
// queues, to this CPU if it may run here, else to any that it may run on.
#include "firmware/schedulers/qmap_state.h"

namespace schedulers::qmap {

namespace {

// In order of arrival, with twice the slice.
void collect(State& state) {
  BpfDsqIter shared(kSharedDsq);
  while (Task* const p = shared.next()) {
    if (!context_of(p).highpri) continue;
    shared.set_slice(state.settings.slice_ns * 2);
    shared.set_vtime(state.highpri_seq.add(1));
    scx_bpf_dispatch_vtime_from_dsq(shared, p, kHighpriDsq, 0);
  }
}

// True: p has come to this CPU.
bool expedite(State& state, BpfDsqIter& highpri, Task* p, bool from_timer) {
  const int32_t self = bpf_get_smp_processor_id();
  const uint64_t allowed = bpf_task_cpus_allowed(p);
  const int32_t cpu = ((allowed >> self) & 1) != 0 ? self : scx_bpf_pick_any_cpu(allowed);
  if (!scx_bpf_dispatch_from_dsq(highpri, p, SCX_DSQ_LOCAL_ON | static_cast<uint64_t>(cpu), SCX_ENQ_PREEMPT)) {
    state.counters.expedited_lost.add(1);
    return false;
  }
  (cpu == self ? state.counters.expedited_local : state.counters.expedited_remote).add(1);
  if (from_timer) state.counters.expedited_from_timer.add(1);
  return cpu == self;
}

}  // namespace

bool dispatch_highpri(State& state, bool from_timer) {
  collect(state);
  BpfDsqIter highpri(kHighpriDsq);
  while (Task* const p = highpri.next()) {
    if (expedite(state, highpri, p, from_timer)) return true;
  }
  return false;
}

}  // namespace schedulers::qmap
