// SPDX-License-Identifier: Apache-2.0
#include "tb/config/warnings.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "firmware/kernel/ext/ops.h"

namespace tb::config {

namespace {

class Warnings {
 public:
  explicit Warnings(const Tree& tree) : tree_(tree) {}

  // At the first of `keys` that is given below `section`; at the section itself if none is, or its parent.
  void add(std::string_view section, std::initializer_list<std::string_view> keys, const std::string& text) {
    Place place = tree_.place;
    std::string path;
    const Tree* node = &tree_;
    const auto enter = [&](std::string_view key) {
      for (const TreeEntry& entry : node->entries) {
        if (entry.key != key) continue;
        place = entry.value.place;
        path += (path.empty() ? "" : ".") + entry.key;
        node = &entry.value;
        return true;
      }
      return false;
    };
    bool there = true;
    while (there && !section.empty()) {
      const std::size_t dot = section.find('.');
      there = enter(section.substr(0, dot));
      section = dot == std::string_view::npos ? "" : section.substr(dot + 1);
    }
    if (there) static_cast<void>(std::find_if(keys.begin(), keys.end(), enter));
    texts_.push_back(located(place, path, text));
  }

  [[nodiscard]] std::vector<std::string> take() { return std::move(texts_); }

 private:
  const Tree& tree_;
  std::vector<std::string> texts_;
};

// How long the class's watchdog lets a runnable task wait.
std::uint64_t stall_timeout_us(const Scenario& scenario, const Scheduler& scheduler) {
  constexpr std::uint64_t kUsPerMs = 1000;
  if (scenario.kernel.scx_timeout_ms != 0) return scenario.kernel.scx_timeout_ms * kUsPerMs;
  kernel::SchedExtOps ops{};
  if (scheduler.policy->setup != nullptr) scheduler.policy->setup(ops, scheduler.options.data());
  return (ops.timeout_ms != 0 ? ops.timeout_ms : static_cast<std::uint64_t>(kWatchdogMsMax)) * kUsPerMs;
}

void look_at_hw_watchdog(const Scenario& scenario, Warnings& out) {
  const kernel::Knobs::HwWatchdog& watchdog = scenario.kernel.hw_watchdog;
  const std::uint64_t bark_us = watchdog.bark_ns / kernel::Knobs::kNsPerUs, bite_us = watchdog.bite_ns / kernel::Knobs::kNsPerUs;
  const std::uint64_t tick_us = 1'000'000 / scenario.kernel.hz;
  if (!watchdog.enable) return;
  if (bite_us <= bark_us)
    out.add("kernel.hw_watchdog", {"bite_ms", "bite_us"},
            fmt::format("the watchdog bites after {} us, and would bark after {} us: nobody hears a bark", bite_us, bark_us));
  if (bark_us <= tick_us)
    out.add("kernel.hw_watchdog", {"bark_ms", "bark_us"},
            fmt::format("the watchdog barks after {} us, and is petted once per tick, every {} us: it barks at a sound machine",
                        bark_us, tick_us));
}

bool names_event(const Expectation& expectation, std::initializer_list<std::string_view> events) {
  std::vector<std::uint8_t> named;
  for (const event_log::Match& step : expectation.steps) named.push_back(step.event);
  for (const event_log::Match& other : expectation.without) named.push_back(other.event);
  if (expectation.after) named.push_back(expectation.after->event);
  const bool has_match = expectation.kind == Expectation::Kind::kAlways || expectation.kind == Expectation::Kind::kNever ||
                         expectation.kind == Expectation::Kind::kEventually || expectation.kind == Expectation::Kind::kCount;
  if (has_match) named.push_back(expectation.match.event);
  return std::any_of(named.begin(), named.end(), [&events](std::uint8_t event) {
    return std::find(events.begin(), events.end(), event_log::type_of(event).name) != events.end();
  });
}

// What it says depends on whether a watchdog has had the time to act.
bool is_about_stalls(const Expectation& expectation) {
  return expectation.kind == Expectation::Kind::kExit || expectation.kind == Expectation::Kind::kEnding ||
         names_event(expectation, {"scx_error", "scx_disable", "watchdog_miss", "hw_watchdog_bark", "hw_watchdog_bite"});
}

void look_at_expectations(const Scenario& scenario, Warnings& out) {
  const bool named = std::any_of(scenario.expect.begin(), scenario.expect.end(), [](const Expectation& expectation) {
    return names_event(expectation, {"hw_watchdog_bark", "hw_watchdog_bite"});
  });
  if (named && !scenario.kernel.hw_watchdog.enable)
    out.add("expect", {}, "names an event of the hardware watchdog, which is off: it never comes");
}

void look_at_until(const Scenario& scenario, Warnings& out) {
  if (std::none_of(scenario.expect.begin(), scenario.expect.end(), is_about_stalls)) return;
  std::optional<std::uint64_t> first;
  const auto may_act = [&first](std::uint64_t after_us) { first = std::min(first.value_or(after_us), after_us); };
  for (const Scheduler& scheduler : scenario.schedulers) may_act(stall_timeout_us(scenario, scheduler));
  if (scenario.kernel.hw_watchdog.enable)
    may_act(std::min(scenario.kernel.hw_watchdog.bark_ns, scenario.kernel.hw_watchdog.bite_ns) / kernel::Knobs::kNsPerUs);
  if (!first || scenario.run.until_us >= *first) return;
  out.add("run", {"until_ms", "until_us"},
          fmt::format("the run ends after {} us, before any watchdog can act: the first one waits {} us, so a stall goes unseen",
                      scenario.run.until_us, *first));
}

}  // namespace

std::vector<std::string> warnings_of(const Scenario& scenario, const Tree& tree) {
  Warnings warnings(tree);
  look_at_hw_watchdog(scenario, warnings);
  look_at_until(scenario, warnings);
  look_at_expectations(scenario, warnings);
  return warnings.take();
}

}  // namespace tb::config
