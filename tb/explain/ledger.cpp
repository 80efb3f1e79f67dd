// SPDX-License-Identifier: Apache-2.0
#include "tb/explain/ledger.h"

#include <algorithm>

#include "tb/explain/cause_of.h"

namespace tb::explain {
namespace {

// A policy may let some pass. So many in one stay are no order any more, nor is the same task twice, if this one is not served at all. Both
// are choices, not figures of a run.
constexpr std::uint64_t kManyPass = 32;
constexpr std::uint64_t kPassesAgain = 2;
constexpr std::uint64_t kLooksInVain = 2;  // the first may have begun before the task came

bool shared(std::uint64_t queue) {
  return queue == events::kQueuePolicy || queue == events::kQueueGlobal || queue == events::kQueueDsq;
}

// The site of a trap's handler.
std::uint64_t handler_of(std::uint64_t cause) {
  switch (cause) {
    case events::kCauseSoftware: return events::kSiteHandleSoftwareIrq;
    case events::kCauseTimer: return events::kSiteHrtimerInterrupt;
    case events::kCauseExternal: return events::kSiteHandleExternalIrq;
    default: return events::kSiteHandleNmi;
  }
}

bool in_line(CauseKind kind) { return kind == CauseKind::queued || kind == CauseKind::scheduling; }

}  // namespace

void Ledger::before(const event_log::EventView& event) {
  if (event.cycle > at_) account(event.cycle);
  watch_queue(event);
}

void Ledger::after() {
  const Chain next = hart_ ? deafness_of(state_, *hart_) : cause_of(state_, pid_);
  if (open_ && next.same_as(now_)) return;
  end_stretch();
  now_ = next;
  open_ = true;
}

void Ledger::watch_queue(const event_log::EventView& event) {
  const TaskNow* const victim = state_.task(pid_);
  if (victim == nullptr || !victim->place) return;
  if (event.id == events::kBalanceExit) {
    const bool nothing = event.fields[events::kBalanceExitResult].number == 0;
    if (nothing && (victim->cpus >> event.hart & 1) != 0) ++looks_;
    return;
  }
  if (event.id != events::kTaskQueued) return;
  const std::uint64_t pid = event.fields[events::kTaskQueuedPid].number;
  if (pid == pid_) {
    end_stretch();
    open_ = false;
    end_stay(true);
    return;
  }
  const TaskNow* const other = state_.task(pid);
  if (other == nullptr || !other->place || !shared(other->place->queue)) return;
  // A hart that may not run this task does not pass it over.
  const bool taken = event.fields[events::kTaskQueuedOn].number == events::kQueueLocal &&
                     (victim->cpus >> event.fields[events::kTaskQueuedId].number & 1) != 0;
  if (taken && other->place->since > victim->place->since) ++passed_by_[pid];
}

void Ledger::account(sim::Cycle to) {
  if (!open_) after();
  Entry piece;
  piece.chain = now_;
  piece.cycles = to - at_;
  piece.first = at_;
  add(stay_, piece);
  at_ = to;
}

// One piece more of a stretch, or a new one.
void Ledger::add(std::vector<Entry>& entries, const Entry& piece) const {
  const auto found = std::ranges::find_if(entries, [&](const Entry& entry) { return entry.chain.same_as(piece.chain); });
  if (found == entries.end()) {
    entries.push_back(piece);
    return;
  }
  found->cycles += piece.cycles;
  found->longest = std::max(found->longest, piece.longest);
  found->first = std::min(found->first, piece.first);
  found->stretches += piece.stretches;
}

void Ledger::end_stretch() {
  if (open_ && at_ > std::max(stretch_from_, from_)) {
    Entry stretch;
    stretch.chain = now_;
    stretch.longest = at_ - std::max(stretch_from_, from_);
    stretch.first = at_;
    stretch.stretches = 1;
    add(stay_, stretch);
  }
  stretch_from_ = at_;
}

// The task leaves its queue, or the wait is over: waiting in line is that only if the line moves, and in its order.
void Ledger::end_stay(bool served) {
  const TaskNow* const victim = state_.task(pid_);
  if (victim != nullptr && victim->place && shared(victim->place->queue)) {
    const bool held = victim->place->queue == events::kQueuePolicy;
    std::uint64_t passes = 0, most = 0;
    for (const auto& [pid, times] : passed_by_) {
      passes += times;
      most = std::max(most, times);
    }
    const bool passed_over = passes >= kManyPass || (!served && most >= kPassesAgain);
    const bool forgotten = !served && !held && looks_ >= kLooksInVain;
    for (Entry& entry : stay_) {
      if (!in_line(entry.chain.first().kind) || !(passed_over || forgotten)) continue;
      const CauseKind kind = held ? CauseKind::held_by_policy : CauseKind::not_consumed;
      Chain chain;
      const std::uint64_t queue = held ? 0 : victim->place->queue, id = held ? 0 : victim->place->id;
      chain.add({kind, kNoHart, 0, queue, id, victim->place->since});
      entry.chain = chain;
    }
  }
  for (const Entry& entry : stay_) add(entries_, entry);
  stay_.clear();
  passed_by_.clear();
  looks_ = 0;
}

std::vector<Entry> Ledger::close(sim::Cycle to) {
  if (to > at_) account(to);
  end_stretch();
  end_stay(false);
  std::vector<Entry> entries;
  for (Entry& entry : entries_) {
    for (std::size_t i = 0; i < entry.chain.size(); ++i) {
      Cause& cause = entry.chain[i];
      if (cause.kind == CauseKind::interrupt && entry.longest >= tick_) {
        cause.kind = CauseKind::irqs_off;
        cause.what = handler_of(cause.what);
      } else if (cause.kind == CauseKind::scheduling) {
        if (entry.longest >= tick_) cause.kind = CauseKind::irqs_off;
        else cause.pid = cause.what = 0;  // where exactly says nothing
      }
    }
    add(entries, entry);
  }
  std::ranges::stable_sort(entries, std::ranges::greater{}, &Entry::cycles);
  return entries;
}

}  // namespace tb::explain
