// SPDX-License-Identifier: Apache-2.0
#include "tb/explain/words.h"

#include <fmt/format.h>

namespace tb::explain {
namespace {

std::string lock_name(std::uint64_t kind, std::uint64_t id) {
  if (kind == events::kLockKindRq) return fmt::format("the rq lock of CPU {}", id);
  return kind == events::kLockKindDsq ? fmt::format("the lock of DSQ {:#x}", id) : "a spinlock";
}

std::string queue_name(std::uint64_t queue, std::uint64_t id) {
  if (queue == events::kQueueGlobal) return "the global DSQ";
  if (queue == events::kQueueLocal) return fmt::format("the local DSQ of CPU {}", id);
  return fmt::format("DSQ {:#x}", id);
}

}  // namespace

std::string say(const Cause& cause, const Explanation& of) {
  const sim::HartId hart = cause.hart;
  switch (cause.kind) {
    case CauseKind::dispatch_loop:
      if (cause.what != 0) return fmt::format("hart {} sleeps since the breakout ended the loop in ops.dispatch()", hart);
      return fmt::format("hart {} loops in ops.dispatch() with interrupts off{}", hart,
                         cause.pid == 0 ? "" : ", and what it dispatches, " + of.name(cause.pid) + ", is refused");
    case CauseKind::held_by_policy:
      return fmt::format("the policy has the task since cycle {}, and serves others or lets harts sleep", cause.since);
    case CauseKind::not_consumed:
      return fmt::format("it is on {}, from which no hart takes it", queue_name(cause.what, cause.id));
    case CauseKind::not_kicked: return fmt::format("hart {} sleeps, and no CPU kicks it", hart);
    case CauseKind::in_flight:
      return fmt::format("an IPI ({}) of hart {} is on its way to hart {}",
                         event_log::name_of(trace::schema::kIpiReason, cause.what), cause.id, hart);
    case CauseKind::irqs_off:
      return fmt::format("hart {} has interrupts off since {}", hart, event_log::name_of(trace::schema::kSite, cause.what));
    case CauseKind::interrupt:
      return fmt::format("hart {} handles {} interrupts", hart, event_log::name_of(trace::schema::kCause, cause.what));
    case CauseKind::spin_lock: return fmt::format("hart {} waits for {}", hart, lock_name(cause.what, cause.id));
    case CauseKind::kick_wait:
      return fmt::format("hart {} waits in SCX_KICK_WAIT for CPU {}, which runs {}", hart, cause.id, of.name(cause.pid));
    case CauseKind::higher_class: return fmt::format("hart {} runs {}, which goes first by its class", hart, of.name(cause.pid));
    case CauseKind::queued: return fmt::format("in line: hart {} runs {}", hart, of.name(cause.pid));
    case CauseKind::bypass: return fmt::format("in line under bypass: hart {} runs {}", hart, of.name(cause.pid));
    case CauseKind::scheduling: return fmt::format("hart {} schedules", hart);
    case CauseKind::user_lock:
      return cause.pid == 0 ? "a mutex is handed over" : fmt::format("{} has the mutex", of.name(cause.pid));
    case CauseKind::asleep:
      if (cause.pid != 0)
        return fmt::format("it sleeps since cycle {}, and {}, which woke it before, waits", cause.since, of.name(cause.pid));
      return fmt::format("it sleeps since cycle {}, and nothing wakes it", cause.since);
    case CauseKind::hotplug:
      return hart == kNoHart ? "no CPU that may run the task is online" : fmt::format("CPU {} is offline", hart);
    case CauseKind::unknown: return "unknown";
  }
  return {};
}

std::string say(const Chain& chain, const Explanation& of) {
  std::string text = say(chain.first(), of);
  for (std::size_t i = 1; i < chain.size(); ++i) text += ", while " + say(chain[i], of);
  return text;
}

std::string begin_of(const Cause& cause, const Explanation& of) {
  const sim::HartId hart = cause.hart;
  switch (cause.kind) {
    case CauseKind::dispatch_loop: return "enters balance_scx, in which it begins to loop";
    case CauseKind::not_kicked: return "goes to sleep";
    case CauseKind::in_flight:
      return fmt::format("hart {} raises MSIP of hart {} ({})", cause.id, hart,
                         event_log::name_of(trace::schema::kIpiReason, cause.what));
    case CauseKind::irqs_off:
      return fmt::format("interrupts go off, in {}", event_log::name_of(trace::schema::kSite, cause.what));
    case CauseKind::interrupt: return fmt::format("takes a {} interrupt", event_log::name_of(trace::schema::kCause, cause.what));
    case CauseKind::spin_lock: return fmt::format("begins to wait for {}", lock_name(cause.what, cause.id));
    case CauseKind::kick_wait: return fmt::format("begins to wait for CPU {}", cause.id);
    case CauseKind::higher_class:
    case CauseKind::queued:
    case CauseKind::bypass: return fmt::format("switches to {}", of.name(cause.pid));
    case CauseKind::user_lock: return cause.pid == 0 ? "" : of.name(cause.pid) + " gets the mutex";
    default: return {};
  }
}

}  // namespace tb::explain
