// SPDX-License-Identifier: Apache-2.0
#include "firmware/kernel/ext/bpf_timer.h"

#include "firmware/kernel/base/charge.h"
#include "firmware/kernel/base/errno.h"
#include "firmware/kernel/ext/call_op.h"
#include "firmware/kernel/irq/irqflags.h"
#include "firmware/kernel/kernel.h"
#include "firmware/kernel/time/clock.h"
#include "firmware/kernel/trace/frame.h"

namespace kernel {

namespace {

BpfTimers& timers() { return kernel().scx.policy_memory.timers; }

// True: this expiry is the one its timer was last armed for, and the callback is ours to run.
bool begin_callback(BpfTimerSlot& slot) {
  BpfTimers& all = timers();
  SpinLockGuard guard(all.lock);
  if (all.stopped || !slot.armed || slot.member_generation[arch::smp_processor_id()] != slot.generation) return false;
  slot.armed = false;
  ++all.nr_running;
  return true;
}

void end_callback() {
  BpfTimers& all = timers();
  SpinLockGuard guard(all.lock);
  --all.nr_running;
}

void expired(HrTimer& member) {
  Frame frame(trace::Site::kBpfTimer);
  auto& slot = *static_cast<BpfTimerSlot*>(member.data);
  if (!begin_callback(slot)) return;
  {
    PolicyCall call(SCX_KF_UNLOCKED, Cost::ops_body, nullptr);
    slot.callback(kernel().scx.policy_state, *slot.owner);
  }
  end_callback();
}

}  // namespace

void BpfTimers::reset() {
  SpinLockIrqSave guard(lock);
  for (unsigned i = 0; i < nr_used; ++i) slots[i].armed = false;
  nr_used = 0;
  stopped = false;
}

int BpfTimer::init(BpfTimerCallback callback) {
  charge(Cost::map);
  BpfTimers& all = timers();
  SpinLockIrqSave guard(all.lock);
  if (slot_ != nullptr) return -EBUSY;
  if (all.nr_used == all.slots.size() && all.slots.add() == nullptr) return -ENOMEM;
  slot_ = &all.slots[all.nr_used++];
  slot_->owner = this;
  slot_->callback = callback;
  return 0;
}

int BpfTimer::start(uint64_t delay_ns) {
  charge(Cost::map);
  IrqGuard irqs_off;  // to the end: the member is this hart's
  BpfTimers& all = timers();
  const unsigned cpu = arch::smp_processor_id();
  {
    SpinLockGuard guard(all.lock);
    if (slot_ == nullptr || all.stopped) return -EINVAL;
    slot_->armed = true;
    slot_->member_generation[cpu] = ++slot_->generation;
  }
  HrTimer& member = slot_->members[cpu];
  member.function = expired;
  member.data = slot_;
  this_cpu().hrtimers.start(member, arch::cycles() + ns_to_cycles(delay_ns));
  return 0;
}

bool BpfTimer::cancel() {
  charge(Cost::map);
  SpinLockIrqSave guard(timers().lock);
  const bool was_armed = slot_ != nullptr && slot_->armed;
  if (was_armed) slot_->armed = false;
  return was_armed;
}

void bpf_timers_stop() {
  BpfTimers& all = timers();
  for (;;) {
    {
      SpinLockIrqSave guard(all.lock);
      all.stopped = true;
      if (all.nr_running == 0) return;
    }
    charge(Cost::spin);
  }
}

void bpf_timers_cpu_dying(unsigned heir) {
  const unsigned cpu = arch::smp_processor_id();
  HrTimerBase& mine = kernel().cpus[cpu].hrtimers;
  HrTimerBase& its = kernel().cpus[heir].hrtimers;
  SpinLockGuard guard(timers().lock);
  for (unsigned i = 0; i < timers().slots.size(); ++i) {
    BpfTimerSlot& slot = timers().slots[i];
    HrTimer& member = slot.members[cpu];
    if (!member.node.linked()) continue;
    mine.take(member);
    if (!slot.armed || slot.member_generation[cpu] != slot.generation) continue;
    HrTimer& heirs = slot.members[heir];
    its.take(heirs);
    heirs.function = expired;
    heirs.data = &slot;
    slot.member_generation[heir] = slot.generation;
    its.put(heirs, member.expires);
  }
}

}  // namespace kernel
