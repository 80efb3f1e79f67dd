// SPDX-License-Identifier: Apache-2.0
#include "firmware/kernel/ext/load.h"

#include "firmware/kernel/base/errno.h"
#include "firmware/kernel/ext/bypass.h"
#include "firmware/kernel/ext/call_op.h"
#include "firmware/kernel/ext/disable.h"
#include "firmware/kernel/ext/error.h"
#include "firmware/kernel/ext/hotplug.h"
#include "firmware/kernel/ext/loader_calls.h"
#include "firmware/kernel/ext/maps.h"
#include "firmware/kernel/ext/task_iter.h"
#include "firmware/kernel/ext/task_life.h"
#include "firmware/kernel/ext/watchdog.h"
#include "firmware/kernel/fork.h"
#include "firmware/kernel/policy.h"
#include "firmware/kernel/printk.h"
#include "firmware/kernel/sched/change.h"
#include "firmware/kernel/sched/core.h"
#include "firmware/kernel/thread_names.h"

namespace kernel {

namespace {

constexpr unsigned kHelperRtPriority = 50;  // MAX_RT_PRIO / 2

bool name_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
}

// The checks of the table at its registration, before anything is changed.
int check_table(const SchedExtOps& ops) {
  if (ops.name[0] == '\0') return -EINVAL;
  for (size_t i = 0; i < kScxOpsNameLen && ops.name[i] != '\0'; ++i) {
    if (!name_char(ops.name[i])) return -EINVAL;
  }
  if ((ops.flags & ~SCX_OPS_ALL_FLAGS) != 0) return -EINVAL;
  if (ops.dispatch_max_batch > static_cast<uint32_t>(INT32_MAX)) return -E2BIG;
  if (ops.timeout_ms > SCX_WATCHDOG_MAX_TIMEOUT_S * 1000) return -E2BIG;
  if (ops.exit_dump_len > kExitDumpLenMax) {
    printk("sched_ext: exit_dump_len %u: a debug dump may have %u bytes", static_cast<unsigned>(ops.exit_dump_len),
           static_cast<unsigned>(kExitDumpLenMax));
    return -E2BIG;
  }
  return 0;
}

int validate_ops(const SchedExtOps& ops) {
  if ((ops.flags & SCX_OPS_ENQ_LAST) == 0 || ops.enqueue != nullptr) return 0;
  scx_error(SCX_EXIT_ERROR, "SCX_OPS_ENQ_LAST requires ops.enqueue() to be implemented");
  return -EINVAL;
}

// 0 or -ENOMEM: the state is the first that a load asks for.
int adopt(Scx& scx, const SchedExtOps& ops) {
  policy_memory_reset();
  scx.policy_state = bpf_alloc(ops.state_size);
  if (scx.policy_state == nullptr) return -ENOMEM;
  scx.loaded = ops;
  scx.policy_gone = false;
  scx.ops = {};
  for (size_t i = 0; i < kScxOpsNameLen; ++i) scx.ops.name[i] = ops.name[i];
  scx.exit_info.reset();
  scx.exit_info.dump_len = ops.exit_dump_len != 0 ? ops.exit_dump_len : SCX_EXIT_DUMP_DFL_LEN;
  scx.warned_zero_slice = false;
  scx.sysfs.nr_rejected = 0;
  scx.sysfs.root_ops = scx.loaded.name;
  return 0;
}

// 0 or -ENOMEM.
int make_dispatch_buffers(Scx& scx) {
  const uint32_t batch = scx.loaded.dispatch_max_batch != 0 ? scx.loaded.dispatch_max_batch : SCX_DSP_DFL_MAX_BATCH;
  if (batch > kDispatchBatchMax) {
    printk("sched_ext: dispatch_max_batch %u: a dispatch buffer has %u slots at most", static_cast<unsigned>(batch),
           static_cast<unsigned>(kDispatchBatchMax));
    return -ENOMEM;
  }
  scx.dispatch_max_batch = batch;
  for (unsigned cpu = 0; cpu < kernel_config->nr_cpus; ++cpu) {
    auto* const slots = static_cast<DispatchSlot*>(bpf_alloc_array(batch, sizeof(DispatchSlot)));
    if (slots == nullptr) return -ENOMEM;
    kernel().cpus[cpu].scx.slots = slots;
  }
  return 0;
}

uint32_t timeout_ms_of(const SchedExtOps& ops) {
  if (kernel_config->scx_timeout_ms != 0) return kernel_config->scx_timeout_ms;
  return ops.timeout_ms != 0 ? ops.timeout_ms : SCX_WATCHDOG_MAX_TIMEOUT_S * 1000;
}

int call_init(Scx& scx) {
  const int error = ops_errno("init", call_op<Op::init>(scx.loaded, scx.loaded.options));
  if (error != 0) scx_error(SCX_EXIT_ERROR, "ops.init() failed (%d)", error);
  return error;
}

// The policy sees one set of CPUs while it initialises itself, and hears of every change after that.
int init_policy(Scx& scx) {
  CpusReadGuard cpus;
  const int error = call_init(scx);
  if (error != 0) return error;
  scx.ops.cpu_online = scx.loaded.cpu_online;
  scx.ops.cpu_offline = scx.loaded.cpu_offline;
  check_hotplug_seq(scx.loaded);
  return 0;
}

// Every task's init_task, without locks; tasks cannot be forked meanwhile, but they can die.
int init_all_tasks(Scx& scx) {
  scx.fork_rwsem.down_write();
  scx.init_task_enabled = true;
  int error = 0;
  {
    TaskIter iter;
    while (Task* const p = iter.next()) {
      if (!iter.unlock()) continue;
      error = scx_init_task(*p, false);
      if (error != 0) {
        scx_error(SCX_EXIT_ERROR, "ops.init_task() failed (%d) for %s[%d]", error, p->comm, static_cast<int>(p->pid));
      }
      iter.relock();
      if (error != 0) break;
      scx_task_ready(*p);
    }
  }
  scx.fork_rwsem.up_write();
  return error;
}

// One that was dying during the init pass stays where it is.
void switch_task(Rq& rq, Task& p) {
  if (p.scx.state == ScxTaskState::kNone) return;
  const SchedClass* const old_class = p.sched_class;
  {
    SchedChange change(rq, p);
    p.scx.slice = scx_slice_dfl();
    p.sched_class = normal_class_of(p);
    check_class_changing(rq, p, old_class);
  }
  check_class_changed(rq, p, old_class);
}

// Nothing can fail any more.
void switch_tasks(Scx& scx) {
  scx.switching_all = (scx.loaded.flags & SCX_OPS_SWITCH_PARTIAL) == 0;
  if (scx.switching_all) {
    scx.sysfs.switch_all = true;
    scx_sysfs_log();
  }
  scx.enabled = true;
  scx.fork_rwsem.down_write();
  {
    TaskIter iter;
    while (Task* const p = iter.next()) switch_task(iter.rq(), *p);
  }
  scx.fork_rwsem.up_write();
}

// Before ops.init, which may ask. All online CPUs count as idle at first; a busy one is corrected when it next leaves idle.
void idle_enable(Scx& scx) {
  scx.builtin_idle = scx.loaded.update_idle == nullptr || (scx.loaded.flags & SCX_OPS_KEEP_BUILTIN_IDLE) != 0;
  scx.idle_cpus.store(kernel().cpu_online.load());
}

int open_policy(Scx& scx) {
  idle_enable(scx);
  int error = init_policy(scx);
  if (error == 0) error = validate_ops(scx.loaded);
  if (error == 0) error = make_dispatch_buffers(scx);
  if (error != 0) return error;
  scx_watchdog_start(timeout_ms_of(scx.loaded));
  // Under bypass: a half-switched system must not depend on the policy.
  scx_ops_bypass(true);
  scx.ops = scx.loaded;
  error = init_all_tasks(scx);
  if (error == 0) switch_tasks(scx);
  scx_ops_bypass(false);
  return error;
}

// False: an exit was recorded meanwhile.
bool try_set_enabled(Scx& scx) {
  if (scx.enable_state.compare_exchange(SCX_OPS_ENABLING, SCX_OPS_ENABLED) != SCX_OPS_ENABLING) return false;
  scx_sysfs_set_state(SCX_OPS_ENABLED);
  return true;
}

// begun: its failure is the policy's end, not a failed load. So is an exit recorded meanwhile: `taken_out`.
struct LoadProgress {
  bool begun = false;
  bool taken_out = false;
};

int enable_locked(Scx& scx, const ScxEnableRequest& request, LoadProgress& progress) {
  if (scx.enable_state.load() != SCX_OPS_DISABLED) return -EBUSY;
  static constexpr SchedExtOps kNoOps = {};
  SchedExtOps ops = kNoOps;
  policy_named(request.spec->name).setup(ops, request.spec->option_values);
  ops.options = request.spec->option_values;
  ops.hotplug_seq = request.hotplug_seq;
  int refused = check_table(ops);
  if (refused == 0) refused = adopt(scx, ops);
  if (refused != 0) return refused;
  progress.begun = true;
  scx.enable_state.store(SCX_OPS_ENABLING);
  scx_sysfs_set_state(SCX_OPS_ENABLING);
  scx.exit_kind.store(SCX_EXIT_NONE);  // from here on it can be taken out
  const int error = open_policy(scx);
  if (error != 0) return error;
  progress.taken_out = !try_set_enabled(scx);
  if (progress.taken_out) return 0;
  if (scx.switching_all) scx.switched_all = true;
  trace::scx_enable(scx.loaded.name);
  printk("sched_ext: BPF scheduler \"%s\" enabled%s", scx.loaded.name, scx.switched_all ? "" : " (partial)");
  ++scx.sysfs.enable_seq;
  scx_sysfs_log();
  return 0;
}

void enable_workfn(KthreadWork&) {
  Frame frame(trace::Site::kScxOpsEnable);
  Scx& scx = kernel().scx;
  ScxEnableRequest& request = scx.enable_request;
  int error = 0;
  LoadProgress progress;
  {
    MutexGuard guard(scx.enable_mutex);
    error = enable_locked(scx, request, progress);
  }
  if (error != 0 && progress.begun) {
    // Half-way: taken out like a policy that failed later. Details travel by ops.exit; the load itself was no failure.
    scx_error(SCX_EXIT_ERROR, "scx_ops_enable() failed (%d)", error);
    progress.taken_out = true;
    error = 0;
  }
  if (progress.taken_out) scx_ops_wait_disabled();
  request.result = error;
}

void create_helpers(Scx& scx) {
  if (!scx.helper.created()) scx.helper.create(thread_names::ops_helper, 0, kHelperRtPriority);
  if (!scx.enable_helper.created()) scx.enable_helper.create(thread_names::enable_helper, 0, kHelperRtPriority);
}

}  // namespace

void scx_init(Scx& scx) {
  scx.enable_state.place(SCX_OPS_DISABLED);
  scx.exit_kind.place(SCX_EXIT_DONE);
  scx.watchdog_timestamp.place(0);
  scx.enable_mutex.place();
  scx.enable_request_mutex.place();
  scx.fork_rwsem.place();
  scx.bypass_lock.place();
  scx.dump.lock.place();
  scx.bypassing_cpus.place(0);
  scx.idle_cpus.place(0);
  if (kernel_config->hotplug_cpu) scx.hotplug_seq.place(scx_hotplug_seq_at_boot());
  scx.sysfs.hotplug_seq = scx_hotplug_seq_at_boot();
  scx.global_dsq.lock.place();
  scx.global_dsq.lock.call(trace::LockKind::kDsq, SCX_DSQ_GLOBAL);
  scx.global_dsq.nr_word.place(0);
  scx.global_dsq.id = SCX_DSQ_GLOBAL;
  scx.dsq_pool.place();
  scx.policy_memory.place();
  for (unsigned cpu = 0; cpu < kernel_config->nr_cpus; ++cpu) cpu_rq(cpu).scx.pnt_seq.place(0);
  scx.disable_work.function = scx_ops_disable_workfn;
  scx.enable_request.work.function = enable_workfn;
}

Task& scx_enable_helper_task() {
  Scx& scx = kernel().scx;
  MutexGuard guard(scx.enable_request_mutex);
  create_helpers(scx);
  return *scx.enable_helper.task();
}

int scx_ops_enable(const SchedulerSpec& spec, uint32_t hotplug_seq) {
  Frame frame(trace::Site::kScxOpsEnable);
  Scx& scx = kernel().scx;
  MutexGuard guard(scx.enable_request_mutex);
  create_helpers(scx);
  scx.enable_request.spec = &spec;
  scx.enable_request.hotplug_seq = hotplug_seq;
  scx.enable_helper.queue(scx.enable_request.work);
  scx.enable_helper.flush(scx.enable_request.work);
  return scx.enable_request.result;
}

void scx_ops_unregister() {
  scx_ops_disable(SCX_EXIT_UNREG);
  scx_ops_wait_disabled();
}

}  // namespace kernel
