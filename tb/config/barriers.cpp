// SPDX-License-Identifier: Apache-2.0
#include "tb/config/barriers.h"

#include <fmt/format.h>

#include <algorithm>

#include "tb/config/strict_map.h"

namespace tb::config {

namespace {

// One that steps have named so far.
struct Counted {
  std::string name;
  unsigned given = 0;          // by a step
  unsigned tasks = 0;          // that have a step with it
  std::size_t last_group = 0;  // that was counted, plus 1: a task with two such steps is one
  const Tree* in_template = nullptr;
  std::string template_path;
};

class Counter {
 public:
  Counter(const ReadContext& in, const Scenario& scenario) : in_(in), scenario_(scenario) {}

  void steps_of(std::size_t group, const Tree& program, const std::string& path) {
    for (std::size_t i = 0; i < program.items.size(); ++i) {
      const Tree& step = program.items[i];
      const std::string step_path = fmt::format("{}.{}", path, i);
      if (const Tree* loop = step.find("loop")) steps_of(group, *loop->find("program"), step_path + ".loop.program");
      if (step.find("barrier")) in_.problems.attempt([&] { step_of(group, step, step_path); });
    }
  }

  [[nodiscard]] std::vector<Barrier> barriers() const {
    std::vector<Barrier> all;
    for (const Counted& counted : counted_) {
      in_.problems.attempt([&] { check_template(counted); });
      all.push_back({counted.name, counted.given != 0 ? counted.given : counted.tasks});
    }
    return all;
  }

 private:
  Counted& of_name(const std::string& name, const Place& place, const std::string& path) {
    const auto found = std::ranges::find(counted_, name, &Counted::name);
    if (found != counted_.end()) return *found;
    if (counted_.size() == kernel::kNrUserBarriersMax)
      throw ConfigError(place, path, fmt::format("more than {} barriers", kernel::kNrUserBarriersMax));
    counted_.emplace_back().name = name;
    return counted_.back();
  }

  void step_of(std::size_t group, const Tree& step, const std::string& path) {
    const Tree& name = *step.find("barrier");
    Counted& counted = of_name(name.text, name.place, path + ".barrier");
    if (counted.last_group != group + 1) counted.tasks += scenario_.tasks[group].count;
    counted.last_group = group + 1;
    if (scenario_.tasks[group].template_only && counted.in_template == nullptr) {
      counted.in_template = &name;
      counted.template_path = path + ".barrier";
    }
    const Tree* const waiters = step.find("waiters");
    if (waiters == nullptr) return;
    const auto given = static_cast<unsigned>(read_integer(*waiters, path + ".waiters", {1, kTaskCountMax}));
    if (counted.given != 0 && counted.given != given)
      throw ConfigError(waiters->place, path + ".waiters",
                        fmt::format("the barrier '{}' has {} waiters in an earlier step", name.text, counted.given));
    counted.given = given;
  }

  static void check_template(const Counted& counted) {
    if (counted.in_template == nullptr || counted.given != 0) return;
    throw ConfigError(counted.in_template->place, counted.template_path,
                      fmt::format("'{}' needs waiters: nobody knows how many children a template will have", counted.name));
  }

  const ReadContext& in_;
  const Scenario& scenario_;
  std::vector<Counted> counted_;
};

}  // namespace

void count_barriers(const Tree& list, const ReadContext& in, Scenario& out) {
  Counter counter(in, out);
  for (std::size_t i = 0; i < list.items.size(); ++i)
    counter.steps_of(i, *list.items[i].find("program"), item_path("tasks", list, i) + ".program");
  out.barriers = counter.barriers();
}

}  // namespace tb::config
