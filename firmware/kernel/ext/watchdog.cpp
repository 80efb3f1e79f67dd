// SPDX-License-Identifier: Apache-2.0
#include "firmware/kernel/ext/watchdog.h"

#include "firmware/kernel/base/charge.h"
#include "firmware/kernel/ext/error.h"
#include "firmware/kernel/irq/irqflags.h"
#include "firmware/kernel/kernel.h"
#include "firmware/kernel/sched/core.h"

namespace kernel {

namespace {

struct Oldest {
  uint64_t pid = 0;
  uint32_t age = 0;  // jiffies
};

// The first over-age task in list order is reported, and ends the check: true.
bool check_cpu(unsigned cpu, Oldest& oldest) {
  const uint32_t timeout = kernel().scx.watchdog_timeout;
  IrqGuard irqs_off;
  Rq& rq = cpu_rq(cpu);
  RqLockGuard guard(rq);
  const uint32_t now = jiffies();
  for (const Task* p = rq.scx.runnable_list.front(); p != nullptr; p = rq.scx.runnable_list.next(*p)) {
    charge(Cost::dsq);
    const uint32_t age = now - p->scx.runnable_at;
    if (age > oldest.age) oldest = {.pid = p->pid, .age = age};
    if (!time_after(now, p->scx.runnable_at + timeout)) continue;
    const unsigned ms = jiffies_to_msecs(age);
    scx_error(SCX_EXIT_ERROR_STALL, "%s[%d] failed to run for %u.%03us", p->comm, static_cast<int>(p->pid), ms / 1000, ms % 1000);
    return true;
  }
  return false;
}

void scx_watchdog_workfn(Work&) {
  Frame frame(trace::Site::kScxWatchdogWorkfn);
  Scx& scx = kernel().scx;
  scx.watchdog_timestamp.store(jiffies());
  Oldest oldest;
  const Cpumask online = kernel().cpu_online.load();
  for (unsigned cpu = 0; cpu < kernel_config->nr_cpus; ++cpu) {
    if (!cpumask_test(online, cpu)) continue;
    if (check_cpu(cpu, oldest)) break;
    cond_resched();
  }
  trace::watchdog_check(oldest.pid, oldest.age);
  queue_delayed_work(scx.watchdog_work, scx.watchdog_timeout / 2);
}

}  // namespace

void scx_watchdog_start(uint32_t timeout_ms) {
  Scx& scx = kernel().scx;
  scx.watchdog_timeout = msecs_to_jiffies(timeout_ms);
  scx.watchdog_timestamp.store(jiffies());
  scx.watchdog_work.work.function = scx_watchdog_workfn;
  queue_delayed_work(scx.watchdog_work, scx.watchdog_timeout / 2);
}

void scx_watchdog_stop() { cancel_delayed_work_sync(kernel().scx.watchdog_work); }

void scx_tick(Rq&) {
  Scx& scx = kernel().scx;
  if (!scx.enabled) return;
  Frame frame(trace::Site::kScxTick);
  const uint32_t last_check = scx.watchdog_timestamp.load();
  const uint32_t now = jiffies();
  if (!time_after(now, last_check + scx.watchdog_timeout)) return;
  const unsigned ms = jiffies_to_msecs(now - last_check);
  trace::watchdog_miss(now - last_check);
  scx_error(SCX_EXIT_ERROR_STALL, "watchdog failed to check in for %u.%03us", ms / 1000, ms % 1000);
}

}  // namespace kernel
