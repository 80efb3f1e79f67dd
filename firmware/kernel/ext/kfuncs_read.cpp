// SPDX-License-Identifier: Apache-2.0
// The kfuncs a policy learns about tasks and CPUs from.
#include "firmware/kernel/base/errno.h"
#include "firmware/kernel/ext/call_op.h"
#include "firmware/kernel/ext/error.h"
#include "firmware/kernel/ext/idle_mask.h"
#include "firmware/kernel/ext/kfunc_enter.h"
#include "firmware/kernel/ext/kfuncs.h"
#include "firmware/kernel/fork.h"
#include "firmware/kernel/time/clock.h"

namespace kernel {

namespace {

constexpr uint64_t kRootCgroup = 1;

bool builtin_idle_enabled() {
  if (kernel().scx.builtin_idle) return true;
  scx_error(SCX_EXIT_ERROR, "built-in idle tracking is disabled");
  return false;
}

uint64_t tracked_idle_cpus() { return builtin_idle_enabled() ? kernel().scx.idle_cpus.load() : 0; }

uint32_t cpuperf_of(int32_t cpu) {
  ops_cpu_valid(cpu, "");
  return SCX_CPUPERF_ONE;
}

}  // namespace

int32_t scx_bpf_select_cpu_dfl(Task* p, int32_t prev_cpu, uint64_t wake_flags, bool* is_idle) {
  *is_idle = false;
  if (!kfunc_enter<Kfunc::scx_bpf_select_cpu_dfl>() || !ops_cpu_valid(prev_cpu, "") || !builtin_idle_enabled()) return prev_cpu;
  const CpuChoice choice = scx_select_cpu_dfl(*p, static_cast<unsigned>(prev_cpu), static_cast<uint32_t>(wake_flags));
  *is_idle = choice.idle;
  return static_cast<int32_t>(choice.cpu);
}

bool scx_bpf_test_and_clear_cpu_idle(int32_t cpu) {
  kfunc_enter<Kfunc::scx_bpf_test_and_clear_cpu_idle>();
  return builtin_idle_enabled() && ops_cpu_valid(cpu, "") && scx_test_and_clear_cpu_idle(static_cast<unsigned>(cpu));
}

int32_t scx_bpf_pick_idle_cpu(uint64_t cpus_allowed) {
  kfunc_enter<Kfunc::scx_bpf_pick_idle_cpu>();
  return builtin_idle_enabled() ? scx_pick_idle_cpu(cpus_allowed) : -EBUSY;
}

int32_t scx_bpf_pick_any_cpu(uint64_t cpus_allowed) {
  kfunc_enter<Kfunc::scx_bpf_pick_any_cpu>();
  if (kernel().scx.builtin_idle) {
    const int32_t cpu = scx_pick_idle_cpu(cpus_allowed);
    if (cpu >= 0) return cpu;
  }
  return scx_pick_any_cpu(cpus_allowed);
}

uint64_t scx_bpf_get_idle_cpumask() {
  kfunc_enter<Kfunc::scx_bpf_get_idle_cpumask>();
  return tracked_idle_cpus();
}

uint64_t scx_bpf_get_idle_smtmask() {
  kfunc_enter<Kfunc::scx_bpf_get_idle_smtmask>();
  return tracked_idle_cpus();
}

uint64_t scx_bpf_get_possible_cpumask() {
  kfunc_enter<Kfunc::scx_bpf_get_possible_cpumask>();
  return cpumask_all(kernel_config->nr_cpus);
}

uint64_t scx_bpf_get_online_cpumask() {
  kfunc_enter<Kfunc::scx_bpf_get_online_cpumask>();
  return kernel().cpu_online.load();
}

uint32_t scx_bpf_nr_cpu_ids() {
  kfunc_enter<Kfunc::scx_bpf_nr_cpu_ids>();
  return kernel_config->nr_cpus;
}

uint32_t scx_bpf_cpuperf_cap(int32_t cpu) {
  kfunc_enter<Kfunc::scx_bpf_cpuperf_cap>();
  return cpuperf_of(cpu);
}

uint32_t scx_bpf_cpuperf_cur(int32_t cpu) {
  kfunc_enter<Kfunc::scx_bpf_cpuperf_cur>();
  return cpuperf_of(cpu);
}

void scx_bpf_cpuperf_set(int32_t cpu, uint32_t perf) {
  kfunc_enter<Kfunc::scx_bpf_cpuperf_set>();
  if (perf > SCX_CPUPERF_ONE) {
    scx_error(SCX_EXIT_ERROR, "Invalid cpuperf target %u for CPU %d", static_cast<unsigned>(perf), static_cast<int>(cpu));
    return;
  }
  if (ops_cpu_valid(cpu, "")) kernel().scx.policy_memory.cpuperf_target[cpu].store(perf);
}

bool scx_bpf_task_running(const Task* p) {
  kfunc_enter<Kfunc::scx_bpf_task_running>();
  return cpu_rq(p->cpu_word.load()).curr == p;
}

int32_t scx_bpf_task_cpu(const Task* p) {
  kfunc_enter<Kfunc::scx_bpf_task_cpu>();
  return static_cast<int32_t>(p->cpu_word.load());
}

const Rq* scx_bpf_cpu_rq(int32_t cpu) {
  kfunc_enter<Kfunc::scx_bpf_cpu_rq>();
  return ops_cpu_valid(cpu, "") ? &cpu_rq(static_cast<unsigned>(cpu)) : nullptr;
}

uint64_t scx_bpf_task_cgroup(const Task* p) {
  return kfunc_enter<Kfunc::scx_bpf_task_cgroup>() && kfunc_on_subject(p) ? kRootCgroup : 0;
}

Task* bpf_task_from_pid(uint32_t pid) {
  kfunc_enter<Kfunc::bpf_task_from_pid>();
  return find_living_task_by_pid(pid);
}

int32_t bpf_get_smp_processor_id() {
  kfunc_enter<Kfunc::bpf_get_smp_processor_id>();
  return static_cast<int32_t>(arch::smp_processor_id());
}

uint64_t bpf_ktime_get_ns() {
  kfunc_enter<Kfunc::bpf_ktime_get_ns>();
  return ktime_get_ns();
}

uint32_t bpf_loader_pid() { return kernel().scx.policy_memory.loader_pid; }

uint32_t bpf_task_pid(const Task* p) { return p->pid; }
const char* bpf_task_comm(const Task* p) { return p->comm; }
bool bpf_task_is_kthread(const Task* p) { return p->kthread; }
uint32_t bpf_task_weight(const Task* p) { return p->scx.weight; }
uint64_t bpf_task_cpus_allowed(const Task* p) { return p->cpus_allowed; }
uint32_t bpf_task_nr_cpus_allowed(const Task* p) { return p->nr_cpus_allowed; }
uint64_t bpf_task_slice(const Task* p) { return p->scx.slice; }
uint64_t bpf_task_dsq_vtime(const Task* p) { return p->scx.dsq_vtime; }

Task* bpf_rq_curr(const Rq* rq) {
  arch::flush();  // as of this very cycle
  return rq->curr;
}

uint32_t bpf_rq_nr_running(const Rq* rq) {
  arch::flush();
  return (rq->stop.queued ? 1 : 0) + rq->rt.nr_running + rq->fair.nr_running + rq->scx.nr_running;
}

void bpf_task_set_slice(Task* p, uint64_t slice) { p->scx.slice = slice; }
void bpf_task_set_dsq_vtime(Task* p, uint64_t vtime) { p->scx.dsq_vtime = vtime; }
void bpf_task_disallow(Task* p) { p->scx.disallow = true; }

}  // namespace kernel
