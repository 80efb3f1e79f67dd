// SPDX-License-Identifier: Apache-2.0
#include "tb/explain/cause_of.h"

#include <algorithm>
#include <bit>

namespace tb::explain {
namespace {

// A class of a smaller number goes first.
bool above(std::uint64_t one, std::uint64_t other) { return one < other; }

// It is in the balance, or sleeps after one that the breakout ended, until it balances again.
bool loops(const HartNow& hart) { return hart.loops && (hart.balance || hart.asleep); }

class Asking {
 public:
  explicit Asking(const RunState& state) : state_(state) {}

  Chain why_deaf(sim::HartId id) {
    const HartNow& hart = state_.hart(id);
    if (!kernel_state(id)) chain_.add({CauseKind::scheduling, id, hart.pid, hart.site, 0, hart.irqs_off_since});
    return chain_;
  }

  Chain why_not(std::uint64_t pid) {
    task(pid);
    return chain_;
  }

 private:
  void task(std::uint64_t pid) {
    const TaskNow* const victim = state_.task(pid);
    if (victim == nullptr) return chain_.add({});
    if (!victim->lock.empty()) return mutex(*victim);
    if (victim->sleeps_since && !victim->waits_since) return sleep(*victim);
    if (!victim->place) return on_hart(*victim, victim->cpu);
    switch (victim->place->queue) {
      case events::kQueuePolicy:
      case events::kQueueGlobal:
      case events::kQueueDsq: return on_shared_queue(*victim);
      default: return on_hart(*victim, victim->place->id);
    }
  }

  void sleep(const TaskNow& victim) {
    const TaskNow* const waker = state_.task(victim.waker);
    const bool waits = waker != nullptr && !waker->running && waker->waits_since && chain_.size() == 0;
    chain_.add({CauseKind::asleep, kNoHart, waits ? victim.waker : 0, 0, 0, *victim.sleeps_since});
    if (waits) task(victim.waker);  // who woke it before wants to run, and does not
  }

  void mutex(const TaskNow& victim) {
    const RunState::Owner owner = state_.owner_of(victim.lock);
    chain_.add({CauseKind::user_lock, kNoHart, owner.pid, 0, 0, owner.since});
    const TaskNow* const holder = state_.task(owner.pid);
    // An owner that sleeps or runs is a cause of its own.
    if (holder != nullptr && !holder->running && holder->waits_since && chain_.size() < Chain::kLongest) task(owner.pid);
  }

  // The hart that decides for a task which several harts may take: the one that is least busy.
  void on_shared_queue(const TaskNow& victim) {
    const Place& place = *victim.place;
    std::optional<sim::HartId> best;
    int best_rank = 0;
    for (sim::HartId id = 0; id < state_.harts(); ++id) {
      const HartNow& hart = state_.hart(id);
      if (!hart.online || (victim.cpus >> id & 1) == 0) continue;
      const int rank = 2 * rank_of(hart, victim) - (id == victim.cpu ? 1 : 0);
      if (best && best_rank <= rank) continue;
      best = id;
      best_rank = rank;
    }
    if (!best) return chain_.add({CauseKind::hotplug, kNoHart, 0, 0, 0, place.since});
    const HartNow& hart = state_.hart(*best);
    if (!hart.asleep || hart.ipi || loops(hart)) return on_hart(victim, *best);
    if (place.queue == events::kQueuePolicy) return chain_.add({CauseKind::held_by_policy, kNoHart, 0, 0, 0, place.since});
    const bool looked = hart.found_nothing > place.since;
    if (looked) return chain_.add({CauseKind::not_consumed, kNoHart, 0, place.queue, place.id, place.since});
    chain_.add({CauseKind::not_kicked, *best, 0, place.queue, place.id, hart.asleep_since});
  }

  [[nodiscard]] int rank_of(const HartNow& hart, const TaskNow& victim) const {
    if (loops(hart)) return 0;
    if (hart.asleep) return hart.ipi ? 2 : 1;
    if (hart.contention || hart.kick_waits != 0) return 3;
    if (!hart.interrupts.empty() || hart.pid == 0) return 4;
    const TaskNow* const other = state_.task(hart.pid);
    return other != nullptr && above(other->sched_class, victim.sched_class) ? 6 : 5;
  }

  void on_hart(const TaskNow& victim, std::uint64_t cpu) {
    if (cpu >= state_.harts()) return chain_.add({});
    const auto id = static_cast<sim::HartId>(cpu);
    const HartNow& hart = state_.hart(id);
    if (!hart.online) return chain_.add({CauseKind::hotplug, id, 0, 0, 0, 0});
    if (kernel_state(id)) return;
    if (hart.asleep) {
      if (hart.ipi) return chain_.add({CauseKind::in_flight, id, 0, hart.ipi->reason, hart.ipi->from, hart.ipi->since});
      return chain_.add({CauseKind::not_kicked, id, 0, events::kQueueLocal, id, hart.asleep_since});
    }
    if (hart.irqs_off || hart.balance || hart.pid == 0)
      return chain_.add({CauseKind::scheduling, id, hart.pid, hart.site, 0, hart.irqs_off ? hart.irqs_off_since : hart.switched});
    const TaskNow* const other = state_.task(hart.pid);
    if (other == nullptr || other == &victim) return chain_.add({CauseKind::scheduling, id, 0, hart.site, 0, hart.switched});
    const bool rt_before_it = other->sched_class == victim.sched_class && victim.sched_class == events::kClassRt;
    if (above(other->sched_class, victim.sched_class) || rt_before_it)
      return chain_.add({CauseKind::higher_class, id, hart.pid, other->sched_class, 0, hart.switched});
    if (hart.ipi && hart.ipi->since >= victim.waits_since.value_or(0))
      return chain_.add({CauseKind::in_flight, id, hart.pid, hart.ipi->reason, hart.ipi->from, hart.ipi->since});
    chain_.add({hart.bypass ? CauseKind::bypass : CauseKind::queued, id, hart.pid, 0, 0, hart.switched});
  }

  void owner_of_lock(sim::HartId id) {
    const HartNow& hart = state_.hart(id);
    if (!kernel_state(id) && hart.irqs_off) chain_.add({CauseKind::scheduling, id, hart.pid, hart.site, 0, hart.irqs_off_since});
  }

  // What keeps the hart in the kernel, and what is behind that. False: nothing does.
  bool kernel_state(sim::HartId id) {
    if (std::find(asked_.begin(), asked_.end(), id) != asked_.end()) {
      chain_.close();
      return true;
    }
    asked_.push_back(id);
    const HartNow& hart = state_.hart(id);
    if (hart.contention) {
      const HartNow::Contention& wait = *hart.contention;
      chain_.add({CauseKind::spin_lock, id, 0, wait.kind, wait.id, wait.since});
      if (wait.owner >= 0 && static_cast<std::uint64_t>(wait.owner) < state_.harts())
        owner_of_lock(static_cast<sim::HartId>(wait.owner));
      return true;
    }
    if (hart.kick_waits != 0) {
      const auto target = static_cast<sim::HartId>(std::countr_zero(hart.kick_waits));
      const std::uint64_t runs = target < state_.harts() ? state_.hart(target).pid : 0;
      chain_.add({CauseKind::kick_wait, id, runs, 0, target, hart.kick_waits_since});
      if (target < state_.harts()) kernel_state(target);
      return true;
    }
    if (!hart.interrupts.empty()) {
      chain_.add({CauseKind::interrupt, id, 0, hart.interrupts.back(), 0, hart.interrupted});
      return true;
    }
    if (loops(hart)) {
      chain_.add({CauseKind::dispatch_loop, id, hart.refused, hart.asleep ? 1u : 0u, 0, hart.loops_since});
      return true;
    }
    return false;
  }

  const RunState& state_;
  Chain chain_;
  std::vector<sim::HartId> asked_;
};

}  // namespace

Chain cause_of(const RunState& state, std::uint64_t pid) { return Asking(state).why_not(pid); }

Chain deafness_of(const RunState& state, sim::HartId hart) { return Asking(state).why_deaf(hart); }

}  // namespace tb::explain
