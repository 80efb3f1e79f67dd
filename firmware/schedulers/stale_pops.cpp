// SPDX-License-Identifier: Apache-2.0
// stale_pops: a correct policy that needs many ops.dispatch calls. One FIFO of names, one name per call; before each live
// task stand stale_per_live names of a task that sleeps. Nothing is ever lost or repeated: with enough calls every task runs.
#include "firmware/kernel/base/charge.h"
#include "firmware/schedulers/policies.h"
#include "firmware/schedulers/toolbox.h"

namespace schedulers {

namespace {

constexpr uint32_t kStalePid = 2;  // kthreadd: always there, always asleep
constexpr uint32_t kCapacity = kNrTasksMax;

enum Option : unsigned { kSliceUs, kStalePerLive, kNrOptions };

constexpr PolicyOption kOptions[] = {
    toolbox::number_option("slice_us", "time slice, in us", 1, 10'000'000, 20'000),
    toolbox::number_option("stale_per_live", "names of sleeping tasks before each live one", 0, 100'000, 40),
};
static_assert(sizeof(kOptions) / sizeof(kOptions[0]) == kNrOptions);

// The FIFO of names, a map with a lock as any other. Runs of stale names are counted, not stored.
class NameFifo {
 public:
  int init(uint32_t stale_per_live) {
    stale_per_live_ = stale_per_live;
    stale_left_ = stale_per_live;
    lock_.init();
    return pids_.init(kCapacity);
  }
  void push(uint32_t pid) {
    charge(Cost::map);
    BpfSpinGuard guard(lock_);
    if (!pids_.push(pid)) scx_bpf_error("a task is queued twice");  // there is room for every task once
  }
  // 0: empty.
  uint32_t pop() {
    charge(Cost::map);
    BpfSpinGuard guard(lock_);
    if (pids_.empty()) return 0;
    if (stale_left_ > 0) {
      --stale_left_;
      return kStalePid;
    }
    stale_left_ = stale_per_live_;
    uint32_t pid = 0;
    pids_.pop(pid);
    return pid;
  }

 private:
  BpfSpinLock lock_;
  BpfRing pids_;
  uint32_t stale_per_live_ = 0;
  uint32_t stale_left_ = 0;
};

struct StalePops {
  uint64_t slice_ns;
  NameFifo names;
};

StalePops& of(void* state) { return toolbox::as<StalePops>(state); }

int stale_pops_init(void* state, const int64_t* options) {
  auto& policy = *new (Placement{state}) StalePops{};
  policy.slice_ns = static_cast<uint64_t>(options[kSliceUs]) * 1000;
  return policy.names.init(static_cast<uint32_t>(options[kStalePerLive]));
}

// Every wakeup goes through the FIFO.
int32_t stale_pops_select_cpu(void*, Task*, int32_t prev_cpu, uint64_t) { return prev_cpu; }

void stale_pops_enqueue(void* state, Task* p, uint64_t) { of(state).names.push(bpf_task_pid(p)); }

void stale_pops_dispatch(void* state, int32_t cpu, Task*) {
  const uint32_t pid = of(state).names.pop();
  Task* const p = pid == 0 ? nullptr : bpf_task_from_pid(pid);
  if (p == nullptr) return;
  const bool allowed = ((bpf_task_cpus_allowed(p) >> cpu) & 1) != 0;
  const uint64_t dsq_id = allowed ? SCX_DSQ_LOCAL : SCX_DSQ_LOCAL_ON | static_cast<uint64_t>(scx_bpf_task_cpu(p));
  scx_bpf_dispatch(p, dsq_id, of(state).slice_ns, 0);
}

void setup(SchedExtOps& ops, const int64_t*) {
  toolbox::set_name(ops, "stale_pops");
  ops.state_size = sizeof(StalePops);
  ops.init = stale_pops_init;
  ops.exit = user_exit_record;
  ops.select_cpu = stale_pops_select_cpu;
  ops.enqueue = stale_pops_enqueue;
  ops.dispatch = stale_pops_dispatch;
}

}  // namespace

const Policy kStalePopsPolicy = {
    .name = "stale_pops",
    .help = "names sleeping tasks before each live one; correct, but slow to find work",
    .options = kOptions,
    .nr_options = kNrOptions,
    .setup = setup,
    .print_stats = nullptr,
    .load_cpus = nullptr,
    .restarts = true,
};

}  // namespace schedulers
