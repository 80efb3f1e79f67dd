// SPDX-License-Identifier: Apache-2.0
// User space: the program that loads a policy of the scenario, as the loaders of the field do. Its task is one like any
// other: the policy schedules it, and may starve it.
#include "firmware/kernel/base/format.h"
#include "firmware/kernel/ext/hotplug.h"
#include "firmware/kernel/ext/loader_calls.h"
#include "firmware/kernel/thread_names.h"
#include "firmware/kernel/time/clock.h"
#include "firmware/kernel/user.h"

using namespace kernel;

namespace {

constexpr uint64_t kStatsPeriodDefaultNs = 1'000'000'000;
constexpr int kFailure = 1;             // EXIT_FAILURE
constexpr size_t kStatsTextMax = 8192;  // longer ones are cut
constexpr size_t kExitLineMax = SCX_EXIT_MSG_LEN + 128;
constexpr const char* kRule = "================================================================================\n";

// Where the policy wants to be loaded: there the loader goes itself, and so must the kernel's part of the load.
int bind_load(const Policy& policy, const SchedulerSpec& spec) {
  const uint64_t cpus = policy.load_cpus == nullptr ? 0 : policy.load_cpus(spec.option_values);
  if (cpus == 0) return 0;
  const int error = sys_sched_setaffinity(0, cpus);
  return error != 0 ? error : sys_scx_bind_load(cpus);
}

void unbind_load(const Policy& policy) {
  if (policy.load_cpus == nullptr) return;
  sys_scx_bind_load(0);
  sys_sched_setaffinity(0, ~uint64_t{0});
}

// Statistics, until the policy has exited or its time is over.
void watch(const Policy& policy, const SchedulerSpec& spec) {
  const uint64_t since = ktime_get_ns();
  const uint64_t period = spec.stats_period_ns == 0 ? kStatsPeriodDefaultNs : spec.stats_period_ns;
  char text[kStatsTextMax];
  while (!scx_exited()) {
    const uint64_t elapsed = ktime_get_ns() - since;
    if (spec.unload_after_ns != 0 && elapsed >= spec.unload_after_ns) return;
    scx_print_stats(policy, text, sizeof(text));
    sys_write(trace::Stream::kStdout, text);
    const uint64_t left = spec.unload_after_ns == 0 ? period : spec.unload_after_ns - elapsed;
    sys_nanosleep(left < period ? left : period);
  }
}

void report_exit() {
  const ScxExitInfo& exit = scx_exit_record();
  if (exit.dump[0] != '\0') {
    sys_write(trace::Stream::kStderr, "\nDEBUG DUMP\n");
    sys_write(trace::Stream::kStderr, kRule);
    sys_write(trace::Stream::kStderr, "\n");
    sys_write(trace::Stream::kStderr, exit.dump);
    sys_write(trace::Stream::kStderr, "\n");
    sys_write(trace::Stream::kStderr, kRule);
    sys_write(trace::Stream::kStderr, "\n");
  }
  char line[kExitLineMax];
  if (exit.msg[0] == '\0') {
    format_text(line, sizeof(line), "EXIT: %s\n", exit.reason);
  } else {
    format_text(line, sizeof(line), "EXIT: %s (%s)\n", exit.reason, exit.msg);
  }
  sys_write(trace::Stream::kStderr, line);
}

bool wants_restart(const Policy& policy) {
  return policy.restarts && scx_exited() && (scx_exit_record().exit_code & SCX_ECODE_ACT_RESTART) != 0;
}

void report_failure(const SchedulerSpec& spec, int error) {
  char line[kExitLineMax];
  format_text(line, sizeof(line), "scx_%s: cannot load the policy (%d)\n", spec.name, error);
  sys_write(trace::Stream::kStderr, line);
}

// From one load to the end of it. False: it was refused.
bool run_once(const Policy& policy, const SchedulerSpec& spec) {
  const uint32_t hotplug_seq = sys_scx_hotplug_seq();
  int error = bind_load(policy, spec);
  if (error == 0) error = sys_scx_attach(spec, hotplug_seq);
  complete_first_load();
  if (error != 0) {
    report_failure(spec, error);
  } else {
    watch(policy, spec);
    sys_scx_detach();
    if (scx_exited()) report_exit();
  }
  unbind_load(policy);
  return error == 0;
}

}  // namespace

int kernel::loader_main(const SchedulerSpec& spec) {
  const Policy& policy = policy_named(spec.name);
  for (uint32_t load = 0; load < spec.times; ++load) {
    do {
      if (!run_once(policy, spec)) return kFailure;
    } while (wants_restart(policy));
  }
  return 0;
}
