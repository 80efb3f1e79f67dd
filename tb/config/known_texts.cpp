// SPDX-License-Identifier: Apache-2.0
#include "tb/config/known_texts.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "firmware/kernel/thread_names.h"
#include "log/nearest.h"

namespace tb::config {

namespace {

using trace::schema::FieldType;

// Names that differ in a number only.
struct Names {
  std::vector<std::string> all;

  [[nodiscard]] std::string text() const {
    return all.size() > 1 ? fmt::format("{} to {}", all.front(), all.back()) : all.front();
  }
};

// What can stand in one kind of field.
struct Known {
  std::string_view what;  // "no WHAT 'x'"
  std::vector<Names> names;

  [[nodiscard]] std::vector<std::string> all() const {
    std::vector<std::string> list;
    for (const Names& some : names) list.insert(list.end(), some.all.begin(), some.all.end());
    return list;
  }
};

std::string as_comm(std::string text) { return text.substr(0, kernel::kTaskCommLen - 1); }

std::string with_number(std::string pattern, std::string_view conversion, const std::string& value) {
  return pattern.replace(pattern.find(conversion), conversion.size(), value);
}

std::vector<std::string> numbered(const std::string& pattern, unsigned count) {
  std::vector<std::string> names;
  for (unsigned i = 0; i < count; ++i) names.push_back(as_comm(with_number(pattern, "%u", std::to_string(i))));
  return names;
}

// What there is of one name of the kernel's own tasks.
std::vector<std::string> kernel_threads(const std::string& comm, kernel::ThreadNumber number, const Scenario& scenario) {
  const unsigned harts = scenario.hardware.harts;
  const bool hotplug = std::any_of(scenario.stimuli.begin(), scenario.stimuli.end(),
                                   [](const Stimulus& stimulus) { return stimulus.power.has_value(); });
  switch (number) {
    case kernel::ThreadNumber::one: return {as_comm(comm)};
    case kernel::ThreadNumber::each_cpu: return numbered(comm, harts);
    case kernel::ThreadNumber::each_hotplug_cpu: return numbered(comm, hotplug ? harts : 0);
    case kernel::ThreadNumber::one_of_policies:
      return scenario.schedulers.empty() ? std::vector<std::string>() : std::vector{as_comm(comm)};
    case kernel::ThreadNumber::workers: return numbered(with_number(comm, "%u", std::to_string(2 * harts)), kernel::kNrTasksMax);
  }
  return {};
}

Known known_tasks(const Scenario& scenario) {
  Known known{"task is called", {}};
  const auto add = [&known](std::vector<std::string> names) {
    if (!names.empty()) known.names.push_back({std::move(names)});
  };
  for (const TaskGroup& task : scenario.tasks)
    add(task.count > 1 ? numbered(task.name + "%u", task.count) : std::vector{task.name});
  for (const Scheduler& scheduler : scenario.schedulers)
    add({as_comm(with_number(kernel::kLoaderComm, "%s", scheduler.policy->name))});
#define THREAD(id, comm, number, what) add(kernel_threads(comm, kernel::ThreadNumber::number, scenario));
#include "firmware/kernel/thread_names.def"
#undef THREAD
  return known;
}

Known one_by_one(std::string_view what, const std::vector<std::string>& texts) {
  Known known{what, {}};
  for (const std::string& text : texts) known.names.push_back({{text}});
  return known;
}

Known known_policies(const Scenario& scenario) {
  std::vector<std::string> names;
  for (const Scheduler& scheduler : scenario.schedulers) names.emplace_back(scheduler.policy->name);
  return one_by_one("policy of this scenario is called", names);
}

Known known_barriers(const Scenario& scenario) {
  std::vector<std::string> names;
  for (const Barrier& barrier : scenario.barriers) names.push_back(barrier.name);
  return one_by_one("step has a barrier", names);
}

// As the kernel logs them.
Known known_keys(const Scenario& scenario) {
  std::vector<std::string> keys;
  for (const Stimulus& stimulus : scenario.stimuli)
    if (stimulus.press != 0) keys.emplace_back(1, static_cast<char>(stimulus.press - 'a' + 'A'));
  return one_by_one("stimulus presses", keys);
}

Known known_reasons() {
  return one_by_one("policy leaves with the reason", {
#define EXIT_REASON(kind, text) text,
#include "firmware/kernel/ext/exit_reasons.def"
#undef EXIT_REASON
                                                     });
}

void check(const std::string& text, bool part, const Known& known, const Place& place, const std::string& path) {
  const std::vector<std::string> all = known.all();
  const bool found = std::any_of(all.begin(), all.end(), [&](const std::string& name) {
    return part ? name.find(text) != std::string::npos : name == text;
  });
  if (found) return;
  std::string message = fmt::format("no {} '{}'", known.what, part ? "..." + text + "..." : text);
  if (const auto close = words::nearest(text, all)) {
    message += fmt::format("; did you mean '{}'?", *close);
  } else if (!all.empty()) {
    std::vector<std::string> shown;
    for (const Names& names : known.names) shown.push_back(names.text());
    message += fmt::format("; known: {}", fmt::join(shown, ", "));
  } else {
    message += "; there is none";
  }
  throw ConfigError(place, path, message);
}

bool is_of(const Mention& mention, std::string_view event, std::string_view field) {
  const auto& type = event_log::type_of(mention.event);
  return type.name == event && type.fields[mention.field].name == field;
}

void check_mention(const Mention& mention, const Scenario& scenario, SoundParts sound) {
  const auto& field = event_log::type_of(mention.event).fields[mention.field];
  const auto require = [&mention](const Known& known) {
    check(mention.text, mention.compare == event_log::Compare::kContains, known, mention.place, mention.path);
  };
  if (field.type == FieldType::kComm) {
    if (sound.hardware && sound.schedulers && sound.tasks && sound.stimuli) require(known_tasks(scenario));
  } else if (is_of(mention, "scx_enable", "name") || is_of(mention, "scx_disable", "name")) {
    if (sound.schedulers) require(known_policies(scenario));
  } else if (is_of(mention, "scx_error", "reason") || is_of(mention, "scx_disable", "reason")) {
    require(known_reasons());
  } else if (is_of(mention, "user_lock", "lock")) {
    if (sound.tasks) require(one_by_one("step locks", scenario.locks));
  } else if (is_of(mention, "user_cond", "cond")) {
    if (sound.tasks) require(one_by_one("step waits for", scenario.conds));
  } else if (is_of(mention, "user_barrier", "barrier")) {
    if (sound.tasks) require(known_barriers(scenario));
  } else if (is_of(mention, "sysrq", "key")) {
    if (sound.stimuli) require(known_keys(scenario));
  }
}

}  // namespace

void check_mentions(const std::vector<Mention>& mentions, const Scenario& scenario, SoundParts sound, Problems& problems) {
  for (const Mention& mention : mentions) problems.attempt([&] { check_mention(mention, scenario, sound); });
}

void check_exit_reason(const std::string& reason, const Place& place, const std::string& path) {
  check(reason, false, known_reasons(), place, path);
}

std::vector<std::string> task_names(const Scenario& scenario) { return known_tasks(scenario).all(); }

}  // namespace tb::config
