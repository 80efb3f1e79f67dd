// SPDX-License-Identifier: Apache-2.0
// From reset to the idle loops. Hart 0 comes first: it finds out why it was reset, makes the shared data, and releases the
// others. The init task then makes the kernel's threads, has a loader load the policy, and starts the user tasks, and the
// other loaders in their turn.
#include "firmware/kernel/base/charge.h"
#include "firmware/kernel/base/format.h"
#include "firmware/kernel/base/placement.h"
#include "firmware/kernel/cpu.h"
#include "firmware/kernel/drivers/hw_watchdog.h"
#include "firmware/kernel/fork.h"
#include "firmware/kernel/irq/external.h"
#include "firmware/kernel/irq/irqflags.h"
#include "firmware/kernel/kernel.h"
#include "firmware/kernel/printk.h"
#include "firmware/kernel/sched/core.h"
#include "firmware/kernel/sched/idle.h"
#include "firmware/kernel/sched/stop.h"
#include "firmware/kernel/thread_names.h"
#include "platform.h"

namespace kernel {

Kernel* booted_kernel = nullptr;

namespace {

alignas(Kernel) unsigned char kernel_storage[sizeof(Kernel)];

void find_reset_cause() {
  const uint32_t cause = arch::load(platform::swdt::reset_cause());
  arch::store(platform::swdt::reset_cause(), cause);  // write 1 to clear: the next reader sees the next cause only
  const bool power_on = (cause & platform::swdt::kResetCausePowerOn) != 0;
  kernel().hw_watchdog_reset = !power_on && (cause & platform::swdt::kResetCauseBite) != 0;
}

void name_idle_task(Task& task, unsigned cpu) { format_text(task.comm, sizeof(task.comm), thread_names::swapper, cpu); }

void init_shared_words() {
  Kernel& k = kernel();
  k.cpu_online.place(0);
  k.fair_waiting.place(0);
  k.time.jiffies.place(0);
  k.time.do_timer_cpu.place(0);
  k.console_lock.place();
  k.tasklist_lock.place();
  k.kthreadd.lock.place();
  k.unbound_pool.lock.place();
  k.first_load_done.place();
  k.loader_exited.place();
  for (uint32_t i = 0; i < kernel_config->user.nr_locks; ++i) k.user_locks[i].place();
  for (uint32_t i = 0; i < kernel_config->user.nr_conds; ++i) k.user_conds[i].place();
  for (uint32_t i = 0; i < kernel_config->user.nr_barriers; ++i) k.user_barriers[i].place();
  timers_init();
  rcu_init();
  scx_init(k.scx);
  for (unsigned cpu = 0; cpu < kernel_config->nr_cpus; ++cpu) {
    k.ipi_reasons[cpu].place(0);
    k.rqs[cpu].lock.place();
    k.rqs[cpu].lock.call(trace::LockKind::kRq, cpu);
    k.rqs[cpu].stop.lock.place();
    k.rqs[cpu].rt.highest.place(0);
    init_task_words(k.idle_tasks[cpu], TASK_RUNNING, cpu);
  }
  cpu_hotplug_init();
}

// The calling hart's own initialization, first of all.
void cpu_starting() {
  Kernel& k = kernel();
  const unsigned cpu = arch::smp_processor_id();
  k.idle_tasks[cpu].context = arch::current_context();
  arch::trace_reg(arch::TraceReg::kPid, cpu, 0);
  arch::trace_reg(arch::TraceReg::kClass, cpu, static_cast<uint32_t>(trace::Class::kIdle));
  hw_watchdog_start();
  external_irq_start();
  tick_setup();
  arch::enable_interrupt_sources(platform::csr::kMieSoftware | platform::csr::kMieTimer | platform::csr::kMieExternal);
  this_rq().online = true;
  if (this_rq().active) k.scx.idle_cpus.test_and_set(cpu);  // a CPU that comes back is not, yet
  k.cpu_online.test_and_set(cpu);
}

void release_other_harts() {
  const Cpumask others = cpumask_all(kernel_config->nr_cpus) & ~cpumask_of(0);
  if (static_cast<uint32_t>(others) != 0) arch::store(platform::hart_control::run(0), static_cast<uint32_t>(others));
  if (others >> 32 != 0) arch::store(platform::hart_control::run(1), static_cast<uint32_t>(others >> 32));
}

void wait_for_all_cpus() {
  while (kernel().cpu_online.load() != cpumask_all(kernel_config->nr_cpus)) charge(Cost::spin);
}

[[noreturn]] void sleep_forever() {
  for (;;) {
    set_current_state(TASK_INTERRUPTIBLE);
    schedule();
  }
}

void start_kernel_threads() {
  for (unsigned cpu = 0; cpu < kernel_config->nr_cpus; ++cpu) {
    start_cpu_stopper(cpu);
    spawn_ksoftirqd(cpu);
  }
  spawn_rcu_gp_kthread();
  cpu_hotplug_start_threads();
  workqueue_init();  // from here on the operator is heard
}

// After a watchdog reset the policy that led there is not loaded again: tasks run under fair. Returns how many there are.
uint32_t load_first_policy() {
  if (kernel_config->user.nr_schedulers == 0) return 0;
  if (kernel().hw_watchdog_reset) {
    printk("sched_ext: not loaded, the last boot ended in a hardware watchdog reset");
    return 0;
  }
  start_loader(kernel_config->user.schedulers[0]);
  kernel().first_load_done.wait();
  return kernel_config->user.nr_schedulers;
}

// As a shell that is given one command after the other.
void load_further_policies(uint32_t count) {
  for (uint32_t number = 1; number < count; ++number) {
    kernel().loader_exited.wait();
    start_loader(kernel_config->user.schedulers[number]);
  }
}

void start_user_tasks() {
  for (uint32_t i = 0; i < kernel_config->user.nr_tasks; ++i) {
    const TaskSpec& spec = kernel_config->user.tasks[i];
    const int pid = spec.template_only ? 0 : clone_user_task(spec);
    if (pid < 0) printk("init: cannot start %s (%d)", spec.comm, pid);
    cond_resched();
  }
}

// PID 1. Of the lowest RT priority: whether the scenario's tasks are started is not for the policy to decide.
void kernel_init(Task&) {
  Frame frame(trace::Site::kBoot);
  wait_for_all_cpus();
  printk("smp: Brought up %u CPUs", kernel_config->nr_cpus);
  scx_sysfs_log();
  start_kernel_threads();
  const uint32_t nr_policies = load_first_policy();
  start_user_tasks();
  load_further_policies(nr_policies);
  sleep_forever();
}

void start_first_tasks() {
  Task& init = kthread_create({.comm = thread_names::init,
                               .cpus_allowed = cpumask_of(0),
                               .policy = SCHED_FIFO,
                               .rt_priority = 1,
                               .function = kernel_init});
  Task& kthreadd = fork_kthreadd();
  wake_up_new_task(kthreadd);
  wake_up_new_task(init);
}

[[noreturn]] void start_kernel() {
  {
    Frame frame(trace::Site::kBoot);
    find_reset_cause();
    init_shared_words();
    printk("Booting on hart 0 of %u", kernel_config->nr_cpus);
    hw_watchdog_init();
    external_irq_init();
    cpu_starting();
    release_other_harts();
    start_first_tasks();
  }
  cpu_startup_entry();
}

[[noreturn]] void start_secondary() {
  {
    Frame frame(trace::Site::kBoot);
    cpu_starting();
  }
  cpu_startup_entry();
}

void init_cpu_data(Kernel& k, unsigned cpu) {
  Task& idle = k.idle_tasks[cpu];
  idle.cpu = cpu;
  idle.sched_class = &kIdleSchedClass;
  idle.preempt_count = 1;  // the idle loop is never preempted: it looks at need_resched itself
  idle.cpus_allowed = cpumask_of(cpu);
  idle.nr_cpus_allowed = 1;
  name_idle_task(idle, cpu);
  k.cpus[cpu].current = &idle;
  Rq& rq = k.rqs[cpu];
  rq.cpu = cpu;
  rq.curr = &idle;
  rq.idle = &idle;
  rq.scx.flags = SCX_RQ_ONLINE;
  rq.scx.local_dsq.id = SCX_DSQ_LOCAL;
  rq.scx.local_dsq.local_rq = &rq;
}

}  // namespace

void boot_reset() {
  booted_kernel = new (Placement{kernel_storage}) Kernel;
  for (unsigned cpu = 0; cpu < kNrCpusMax; ++cpu) init_cpu_data(*booted_kernel, cpu);
}

void entry() {
  if (arch::smp_processor_id() == 0) start_kernel();
  start_secondary();
}

}  // namespace kernel
