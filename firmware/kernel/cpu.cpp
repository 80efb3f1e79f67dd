// SPDX-License-Identifier: Apache-2.0
#include "firmware/kernel/cpu.h"

#include "firmware/kernel/base/charge.h"
#include "firmware/kernel/base/errno.h"
#include "firmware/kernel/base/format.h"
#include "firmware/kernel/drivers/hw_watchdog.h"
#include "firmware/kernel/drivers/power_switches.h"
#include "firmware/kernel/ext/kick.h"
#include "firmware/kernel/irq/external.h"
#include "firmware/kernel/irq/ipi.h"
#include "firmware/kernel/irq/irqflags.h"
#include "firmware/kernel/kernel.h"
#include "firmware/kernel/printk.h"
#include "firmware/kernel/sched/core.h"
#include "firmware/kernel/sched/hotplug.h"
#include "firmware/kernel/sched/stop.h"
#include "firmware/kernel/thread_names.h"
#include "platform.h"

namespace kernel {

namespace {

namespace hart_control = platform::hart_control;

CpuHotplug& hotplug() { return kernel().hotplug; }

// --- the steps of the CPU's own thread --------------------------------------------------------------------------------

void run_on_cpuhp_thread(unsigned cpu, void (*function)(KthreadWork&)) {
  CpuHotplug& h = hotplug();
  h.cpu = cpu;
  h.work.function = function;
  h.threads[cpu].queue(h.work);
  h.threads[cpu].flush(h.work);
}

void teardown_workfn(KthreadWork&) {
  Frame frame(trace::Site::kCpuhpThreadFun);
  sched_cpu_deactivate(hotplug().cpu);
  sched_cpu_wait_empty(hotplug().cpu);
}

void bringup_workfn(KthreadWork&) {
  Frame frame(trace::Site::kCpuhpThreadFun);
  hw_watchdog_cpu_online();
  sched_cpu_activate(hotplug().cpu);
}

// --- down -------------------------------------------------------------------------------------------------------------

// On the dying CPU, interrupts off; the others spin, so everything may be touched. What it leaves behind goes to the first
// CPU that stays.
void take_cpu_down(void*) {
  Frame frame(trace::Site::kTakeCpuDown);
  Kernel& k = kernel();
  const unsigned cpu = arch::smp_processor_id();
  const unsigned heir = cpumask_first(k.cpu_active.load());
  rcu_cpu_dying();
  k.cpu_online.test_and_clear(cpu);
  this_rq().online = false;
  forget_kick_waits();
  flush_ipi_queue();
  external_irq_cpu_dying(heir);
  hw_watchdog_cpu_dying();
  tick_cpu_dying(heir);
  hrtimers_cpu_dying(heir);
  cpu_stopper_park();
  this_cpu().dying = true;
}

void wait_until_dead(unsigned cpu) {
  while (hotplug().dead_cpu.load() != cpu + 1) {
    charge(Cost::spin);
    cond_resched();
  }
}

// The code that it executes does not matter any more: its ops are void.
void hold_in_reset(unsigned cpu) {
  arch::store(hart_control::stop(cpu / 32), 1u << (cpu % 32));
  arch::store(platform::mswi::msip(cpu), 0);
  kernel().ipi_reasons[cpu].store(0);
}

// Of the dead CPU, by the one that has taken it down.
void take_over_the_rest(unsigned cpu) {
  timers_dead_cpu(cpu);
  rcu_migrate_callbacks(cpu);
}

int take_down(unsigned cpu) {
  if (!cpu_is_online(cpu)) return -EINVAL;
  run_on_cpuhp_thread(cpu, teardown_workfn);
  hotplug().dead_cpu.store(0);
  stop_machine(cpu, take_cpu_down, nullptr);
  wait_until_dead(cpu);
  hold_in_reset(cpu);
  take_over_the_rest(cpu);
  printk("smpboot: CPU %u is now offline", cpu);
  return 0;
}

// --- up ---------------------------------------------------------------------------------------------------------------

// Its idle task begins anew, on the context the hart comes out of reset with.
void init_idle_again(unsigned cpu) {
  Kernel& k = kernel();
  Task& idle = k.idle_tasks[cpu];
  idle.frames = FrameStack{};
  idle.preempt_count = 1;
  idle.thread_flags.store(0);
  idle.need_resched_shown = false;
  Cpu& data = k.cpus[cpu];
  data.current = &idle;
  data.trap_from_user = false;
  data.dying = false;
  data.softirq.pending = 0;
  data.softirq.active = false;
  data.softirq.in_hardirq = false;
  data.tick.stopped = false;
  data.tick.stalled_jiffies = 0;
}

int bring_up(unsigned cpu) {
  if (cpu_is_online(cpu)) return -EINVAL;
  init_idle_again(cpu);
  timers_prepare_cpu(cpu);
  arch::store(hart_control::run(cpu / 32), 1u << (cpu % 32));
  while (!cpu_is_online(cpu)) charge(Cost::spin);
  cpu_stopper_unpark(cpu);
  run_on_cpuhp_thread(cpu, bringup_workfn);
  printk("smpboot: CPU %u is now online", cpu);
  return 0;
}

template <class Change>
int change_cpus(unsigned cpu, Change change) {
  if (!kernel_config->hotplug_cpu || cpu >= kernel_config->nr_cpus) return -EINVAL;
  if (cpu == 0) return -EPERM;
  hotplug().lock.down_write();
  const int error = change(cpu);
  hotplug().lock.up_write();
  return error;
}

}  // namespace

void cpu_hotplug_init() {
  if (!kernel_config->hotplug_cpu) return;
  CpuHotplug& h = hotplug();
  h.lock.place();
  h.dead_cpu.place(0);
  kernel().cpu_active.place(cpumask_all(kernel_config->nr_cpus));
  power_switches_init();
  stop_machine_init();
}

void cpu_hotplug_start_threads() {
  if (!kernel_config->hotplug_cpu) return;
  for (unsigned cpu = 0; cpu < kernel_config->nr_cpus; ++cpu) {
    char comm[kTaskCommLen];
    format_text(comm, sizeof(comm), thread_names::cpuhp, cpu);
    hotplug().threads[cpu].create(comm, cpumask_of(cpu), 0);
  }
}

bool cpu_is_online(unsigned cpu) { return cpumask_test(kernel().cpu_online.load(), cpu); }

int cpu_down(unsigned cpu) { return change_cpus(cpu, take_down); }
int cpu_up(unsigned cpu) { return change_cpus(cpu, bring_up); }

Cpumask cpu_active_mask() { return kernel_config->hotplug_cpu ? kernel().cpu_active.load() : ~Cpumask{0}; }

// The last it does is to say so. No interrupt ends the WFI, only the reset does.
void cpu_play_dead() {
  Frame frame(trace::Site::kPlayDead);
  const unsigned cpu = arch::smp_processor_id();
  irq_disable();
  forget_kick_waits();
  flush_ipi_queue();  // the work that its last steps have queued
  arch::enable_interrupt_sources(0);
  rcu_report_dead();
  trace::cpu_offline(cpu);
  hotplug().dead_cpu.store(cpu + 1);
  for (;;) arch::wait_for_interrupt();
}

CpusReadGuard::CpusReadGuard() {
  if (kernel_config->hotplug_cpu) hotplug().lock.down_read();
}

CpusReadGuard::~CpusReadGuard() {
  if (kernel_config->hotplug_cpu) hotplug().lock.up_read();
}

}  // namespace kernel
