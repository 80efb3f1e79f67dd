// SPDX-License-Identifier: Apache-2.0
#include "tb/explain/verdict.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "tb/explain/words.h"

namespace tb::explain {
namespace {

constexpr std::array kClasses = std::to_array<std::pair<std::string_view, std::string_view>>({
#define CLASS(name, meaning) {#name, meaning},
#include "tb/explain/classes.def"
#undef CLASS
});

constexpr sim::Cycle kSlowIpi = 1000;    // cycles; a choice: machines that are built deliver within tens
constexpr sim::Cycle kWorthTaking = 10;  // tasks that take a tenth of the wait or more are part of the cause; a choice
constexpr double kTicksOfTheKernel = 1;  // a hart that sleeps beside a task, or takes no interrupt, misses a tick; a choice
constexpr double kTicksOfAHog = 2;  // a choice: the time slice of most policies is longer, and a wait of one tick is no complaint

bool has(const Chain& chain, CauseKind kind) {
  for (std::size_t i = 0; i < chain.size(); ++i)
    if (chain[i].kind == kind) return true;
  return false;
}

Class class_of(const Chain& chain) {
  if (chain.first().kind == CauseKind::user_lock) return chain.size() > 1 ? Class::priority_inversion : Class::mutex_owner;
  if (has(chain, CauseKind::kick_wait)) return chain.circular() ? Class::circular_kick_wait : Class::stuck_kick_wait;
  switch (chain.root().kind) {
    case CauseKind::dispatch_loop: return Class::dispatch_loop;
    case CauseKind::held_by_policy:
    case CauseKind::not_consumed: return Class::task_lost;
    case CauseKind::not_kicked: return Class::no_kick;
    case CauseKind::in_flight: return Class::late_ipi;
    case CauseKind::irqs_off: return Class::interrupts_off;
    case CauseKind::interrupt: return Class::interrupt_storm;
    case CauseKind::spin_lock: return Class::lock_convoy;
    case CauseKind::higher_class: return chain.root().what == events::kClassFair ? Class::fair_hog : Class::rt_hog;
    case CauseKind::queued: return Class::cpu_hog;
    case CauseKind::bypass: return Class::bypassed;
    case CauseKind::scheduling: return has(chain, CauseKind::spin_lock) ? Class::lock_convoy : Class::nothing_wrong;
    case CauseKind::asleep: return Class::not_woken;
    case CauseKind::hotplug: return Class::hotplug;
    default: return Class::unknown;
  }
}

// One task after the other keeps the CPU.
bool takes_turns(Class what) {
  return what == Class::rt_hog || what == Class::fair_hog || what == Class::cpu_hog || what == Class::priority_inversion;
}

// The link that is to be taken away.
const Cause& deciding(const Chain& chain) {
  for (std::size_t i = 0; i < chain.size(); ++i)
    if (chain[i].kind == CauseKind::kick_wait) return chain[i];
  return chain.root();
}

// The class to which most of the cycles go.
Class main_class(const std::map<Class, sim::Cycle>& cycles) {
  return std::ranges::max_element(cycles, {}, [](const auto& one) { return one.second; })->first;
}

// A wait of that kind and that length is what schedulers do.
bool ordinary(const Explanation& of, Class what, const Entry& largest) {
  const sim::Cycle wait = of.wait->cycles();
  if (what == Class::late_ipi) return wait < kSlowIpi;
  const double ticks = static_cast<double>(wait) / static_cast<double>(of.run.tick_cycles());
  const bool kernel = of.wait->hart || what == Class::no_kick || what == Class::interrupts_off;
  if (of.wait->end == WaitEnd::ran && ticks < (kernel ? kTicksOfTheKernel : kTicksOfAHog)) return true;
  if (what != Class::cpu_hog) return false;
  // Many take turns, or each for a short time only.
  return 2 * largest.cycles <= wait ||
         static_cast<double>(largest.cycles) < kTicksOfAHog * static_cast<double>(of.run.tick_cycles());
}

std::string_view hart_ended(WaitEnd end) {
  return end == WaitEnd::reset ? ", until the reset" : end == WaitEnd::end_of_log ? ", until the run ended" : "";
}

std::string how_it_ended(WaitEnd end, bool cut) {
  switch (end) {
    case WaitEnd::ran: return "";
    case WaitEnd::reset: return ", and never ran before the reset";
    case WaitEnd::exited: return ", and was killed";
    case WaitEnd::end_of_log: return cut ? ", and had not run when the log ended" : ", and had not run when the run ended";
  }
  return {};
}

}  // namespace

std::string_view name_of(Class what) { return kClasses[static_cast<std::size_t>(what)].first; }
std::string_view meaning_of(Class what) { return kClasses[static_cast<std::size_t>(what)].second; }

Verdict judge(const Explanation& of) {
  Verdict verdict;
  if (!of.wait || of.ledger.empty()) return verdict;
  std::map<Class, sim::Cycle> cycles;
  for (const Entry& entry : of.ledger) cycles[class_of(entry.chain)] += entry.cycles;
  const Class what = main_class(cycles);
  const auto of_class = [what](const Entry& entry) { return class_of(entry.chain) == what; };
  const Entry& largest = *std::ranges::find_if(of.ledger, of_class);
  verdict.what = ordinary(of, what, largest) ? Class::nothing_wrong : what;
  verdict.cause = deciding(largest.chain);
  verdict.share = static_cast<double>(cycles[what]) / static_cast<double>(of.wait->cycles());
  for (const Entry& entry : of.ledger)
    if (const std::uint64_t pid = deciding(entry.chain).pid;
        what != Class::dispatch_loop && of_class(entry) && kWorthTaking * entry.cycles >= of.wait->cycles() && pid != 0)
      verdict.tasks.insert(pid);
  const std::string others =
      verdict.tasks.size() < 2 || !takes_turns(what) ? "" : fmt::format(", in turn with {} more", verdict.tasks.size() - 1);
  const std::string time = fmt::format("{:.3f} ms", of.run.ms(static_cast<double>(of.wait->cycles())));
  const std::string subject =
      of.wait->hart ? fmt::format("{} took no interrupt for {}{}", of.task, time, hart_ended(of.wait->end))
                    : fmt::format("{} waited {}{}", of.task, time, how_it_ended(of.wait->end, !of.run.shortfall.empty()));
  verdict.sentence = fmt::format("{}; for {:.1f} % of that: {}{}.", subject, 100 * verdict.share, say(largest.chain, of), others);
  return verdict;
}

}  // namespace tb::explain
