// SPDX-License-Identifier: Apache-2.0
#include "firmware/kernel/ext/loader_calls.h"

#include "firmware/kernel/base/charge.h"
#include "firmware/kernel/ext/hotplug.h"
#include "firmware/kernel/ext/load.h"
#include "firmware/kernel/kernel.h"
#include "firmware/kernel/sched/affinity.h"
#include "firmware/kernel/sched/core.h"

namespace kernel {

namespace {

bool same_text(const char* a, const char* b) {
  for (; *a == *b; ++a, ++b) {
    if (*a == '\0') return true;
  }
  return false;
}

}  // namespace

const Policy& policy_named(const char* name) {
  for (unsigned i = 0; i < kNrPolicies; ++i) {
    if (same_text(kPolicies[i]->name, name)) return *kPolicies[i];
  }
  arch::panic("the configured policy does not exist");
}

int sys_scx_bind_load(uint64_t cpus) {
  charge(Cost::syscall);
  const Cpumask all = cpumask_all(kernel_config->nr_cpus);
  const int error = set_cpus_allowed(scx_enable_helper_task(), cpus == 0 ? all : cpus);
  exit_to_user_mode();
  return error;
}

// Where no CPU can come or go it need not be read.
uint32_t sys_scx_hotplug_seq() {
  if (!kernel_config->hotplug_cpu) return scx_hotplug_seq();
  charge(Cost::syscall);
  const uint32_t seq = scx_hotplug_seq();
  exit_to_user_mode();
  return seq;
}

int sys_scx_attach(const SchedulerSpec& spec, uint32_t hotplug_seq) {
  charge(Cost::syscall);
  kernel().scx.policy_memory.loader_pid = current()->pid;
  const int error = scx_ops_enable(spec, hotplug_seq);
  if (error == 0) current()->holds_scx_link = true;
  exit_to_user_mode();
  return error;
}

void complete_first_load() {
  if (!kernel().first_load_done.done()) kernel().first_load_done.complete_all();
}

void sys_scx_detach() {
  charge(Cost::syscall);
  exit_scx_link();
  exit_to_user_mode();
}

void exit_scx_link() {
  Task& task = *current();
  if (!task.holds_scx_link) return;
  task.holds_scx_link = false;
  scx_ops_unregister();
}

bool scx_exited() { return kernel().scx.policy_memory.user_exit.recorded.load() != 0; }

const ScxExitInfo& scx_exit_record() { return kernel().scx.policy_memory.user_exit.info; }

void scx_print_stats(const Policy& policy, char* out, size_t size) {
  out[0] = '\0';
  if (policy.print_stats != nullptr) policy.print_stats(kernel().scx.policy_state, out, size);
}

}  // namespace kernel
