// SPDX-License-Identifier: Apache-2.0
#include "tb/monitor/warnings.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "tb/monitor/starvation.h"

namespace tb::monitor {
namespace {

constexpr unsigned kIdleTicks = 2;         // a hart that sleeps for less beside a waiting task is on its way to it
constexpr std::uint64_t kUnfairTimes = 4;  // one task's share is less than 1/4 of another's

class Collector {
 public:
  explicit Collector(const Findings& found) : found_(found) {}

  std::vector<Warning> take() {
    starved();
    unfair();
    idle();
    irqs_off();
    kick_wait();
    for (const WarningKind kind : {WarningKind::ipi_storm, WarningKind::livelock, WarningKind::lock_convoy}) storms(kind);
    std::ranges::stable_sort(warnings_, {}, &Warning::cycle);
    return std::move(warnings_);
  }

 private:
  [[nodiscard]] std::string us(std::uint64_t cycles) const {
    return fmt::format("{:.1f} us", static_cast<double>(cycles) / found_.clock_mhz);
  }
  void add(WarningKind kind, sim::Cycle cycle, std::optional<sim::HartId> hart, std::string text, std::vector<Mark> marks) {
    warnings_.push_back({kind, cycle, hart, std::move(text), std::move(marks)});
  }

  void starved() {
    const Starved& starved = found_.tasks.starved();
    if (starved.tasks == 0) return;
    const std::string first =
        fmt::format("{} was runnable for {} without a CPU, from cycle {}", starved.first, us(starved.cycles), starved.from);
    add(WarningKind::task_starved, starved.from, {},
        starved.tasks == 1 ? first
                           : fmt::format("{}; {} more task{} waited for {} or more", first, starved.tasks - 1,
                                         starved.tasks == 2 ? "" : "s", us(kStarvedTicks * found_.tick_cycles)),
        {{"runnable", starved.from}, {"end of the wait", starved.from + starved.cycles}});
  }

  void unfair() {
    using Named = std::pair<const std::string, TaskFigures>;
    struct Extremes {
      const Named* least = nullptr;
      const Named* most = nullptr;
    };
    const auto wanted = [](const TaskFigures& task) { return task.run_cycles + task.wait.sum() + task.preempted.sum(); };
    const auto permille = [&](const TaskFigures& task) { return task.share_permille().value_or(0); };
    std::map<std::pair<std::string, std::uint64_t>, Extremes> groups;  // name without its number, CPUs
    for (const Named& named : found_.tasks.by_name()) {
      const std::size_t stem = named.first.find_last_not_of("0123456789") + 1;
      if (stem == named.first.size() || wanted(named.second) < kStarvedTicks * found_.tick_cycles) continue;
      Extremes& group = groups[{named.first.substr(0, stem), named.second.cpus}];
      if (!group.least || permille(named.second) < permille(group.least->second)) group.least = &named;
      if (!group.most || permille(named.second) > permille(group.most->second)) group.most = &named;
    }
    for (const auto& [key, group] : groups) {
      const std::uint64_t least = permille(group.least->second), most = permille(group.most->second);
      if (least * kUnfairTimes >= most) continue;
      add(WarningKind::unfair_share, 0, {},
          fmt::format("{} had a CPU for {:.1f} % of the time in which it was runnable, {} for {:.1f} %", group.least->first,
                      static_cast<double>(least) / 10, group.most->first, static_cast<double>(most) / 10),
          {});
    }
  }

  // One of a kind that each hart may have: the worst hart, and how many others there are.
  static std::string others(unsigned harts, std::string_view how) {
    return harts < 2 ? "" : fmt::format("; so did {} other{}, {}", harts - 1, harts == 2 ? "" : "s", how);
  }

  void idle() {
    const IdleStretch* worst = nullptr;
    unsigned harts = 0;
    for (sim::HartId hart = 0; hart < found_.harts; ++hart) {
      const IdleStretch& longest = found_.idle.longest_of(hart);
      if (longest.cycles < kIdleTicks * found_.tick_cycles) continue;
      ++harts;
      if (worst == nullptr || longest.cycles > worst->cycles) worst = &longest;
    }
    if (worst == nullptr) return;
    add(WarningKind::idle_beside_waiting, worst->from, worst->hart,
        fmt::format("hart {} slept for {}, from cycle {}, while a runnable task that may run there waited{}", worst->hart,
                    us(worst->cycles), worst->from, others(harts, "for less")),
        {{"sleeps", worst->from, worst->hart}, {"end of the sleep", worst->from + worst->cycles, worst->hart}});
  }

  void irqs_off() {
    const IrqOffStretch* worst = nullptr;
    unsigned harts = 0;
    for (sim::HartId hart = 0; hart < found_.harts; ++hart) {
      const IrqOffStretch& longest = found_.irq_off.longest_of(hart);
      if (longest.cycles() <= found_.tick_cycles) continue;
      ++harts;
      if (worst == nullptr || longest.cycles() > worst->cycles()) worst = &longest;
    }
    if (worst == nullptr) return;
    add(WarningKind::irqs_off, worst->from, worst->hart,
        fmt::format("hart {} had interrupts off for {}, from cycle {}{}", worst->hart, us(worst->cycles()), worst->from,
                    others(harts, "for less")),
        {{"interrupts off", worst->from, worst->hart}, {"interrupts on", worst->to, worst->hart}});
  }

  // Nothing is served on that hart meanwhile, not even its tick.
  void kick_wait() {
    const KickWait& wait = found_.kick_wait.longest();
    if (wait.cycles() <= found_.tick_cycles) return;
    add(WarningKind::kick_wait, wait.from, wait.hart,
        fmt::format(
            "hart {} stood {} in an interrupt, from cycle {}, and waited for a CPU that it had kicked with SCX_KICK_WAIT{}",
            wait.hart, us(wait.cycles()), wait.from, wait.ended ? "" : "; it never came out"),
        {{"waits for a CPU", wait.from, wait.hart}, {wait.ended ? "goes on" : "still waits", wait.to, wait.hart}});
  }

  // The first of its kind.
  void storms(WarningKind kind) {
    const StormMonitor::Storm* first = nullptr;
    unsigned harts = 0;
    for (const StormMonitor::Storm& storm : found_.storms.storms()) {
      if (storm.kind != kind) continue;
      ++harts;
      if (first == nullptr || storm.from < first->from) first = &storm;
    }
    if (first != nullptr)
      add(kind, first->from, first->hart, text_of(*first) + others(harts, "then or later"),
          {{std::string(name_of(kind)), first->from, first->hart}, {"still so", end_of(*first), first->hart}});
  }

  [[nodiscard]] sim::Cycle end_of(const StormMonitor::Storm& storm) const {
    return storm.from + (storm.single ? storm.count : kStormTicks * found_.tick_cycles);
  }

  [[nodiscard]] std::string text_of(const StormMonitor::Storm& storm) const {
    const std::string when = fmt::format("in {} tick periods in a row, from cycle {}", kStormTicks, storm.from);
    switch (storm.kind) {
      case WarningKind::ipi_storm: return fmt::format("hart {} got {} IPIs {}", storm.hart, storm.count, when);
      case WarningKind::livelock:
        return fmt::format("hart {} switched between tasks {} times {}, while PID {}, which may run there, waited all the time",
                           storm.hart, storm.count, when, storm.pid);
      default:
        return storm.single
                   ? fmt::format("hart {} waited {} for a spinlock, from cycle {}", storm.hart, us(storm.count), storm.from)
                   : fmt::format("hart {} waited {} for spinlocks {}", storm.hart, us(storm.count), when);
    }
  }

  const Findings& found_;
  std::vector<Warning> warnings_;
};

}  // namespace

std::vector<Warning> warnings_of(const Findings& found) { return Collector(found).take(); }

}  // namespace tb::monitor
