// SPDX-License-Identifier: Apache-2.0
#include "firmware/kernel/ext/hotplug.h"

#include "firmware/kernel/ext/call_op.h"
#include "firmware/kernel/ext/error.h"

namespace kernel {

namespace {

constexpr int64_t kHotplugCode = SCX_ECODE_ACT_RESTART | SCX_ECODE_RSN_HOTPLUG;

void handle_hotplug(unsigned cpu, bool online) {
  Scx& scx = kernel().scx;
  scx.sysfs.hotplug_seq = scx.hotplug_seq.fetch_add(1) + 1;
  scx_sysfs_log();
  const auto id = static_cast<int32_t>(cpu);
  if (online && scx.ops.cpu_online != nullptr) {
    call_op<Op::cpu_online>(scx.ops, id);
  } else if (!online && scx.ops.cpu_offline != nullptr) {
    call_op<Op::cpu_offline>(scx.ops, id);
  } else if (scx.exit_kind.load() != SCX_EXIT_DONE) {
    scx_exit(SCX_EXIT_UNREG_KERN, kHotplugCode, "cpu %d going %s, exiting scheduler", static_cast<int>(id),
             online ? "online" : "offline");
  }
}

}  // namespace

void scx_rq_activate(unsigned cpu) { handle_hotplug(cpu, true); }
void scx_rq_deactivate(unsigned cpu) { handle_hotplug(cpu, false); }

uint32_t scx_hotplug_seq_at_boot() { return kernel_config->nr_cpus - 1; }

uint32_t scx_hotplug_seq() { return kernel_config->hotplug_cpu ? kernel().scx.hotplug_seq.load() : scx_hotplug_seq_at_boot(); }

void check_hotplug_seq(const SchedExtOps& ops) {
  const uint32_t actual = scx_hotplug_seq();
  if (ops.hotplug_seq == 0 || ops.hotplug_seq == actual) return;
  scx_exit(SCX_EXIT_UNREG_KERN, kHotplugCode, "expected hotplug seq %llu did not match actual %llu",
           static_cast<unsigned long long>(ops.hotplug_seq), static_cast<unsigned long long>(actual));
}

}  // namespace kernel
