// SPDX-License-Identifier: Apache-2.0
#include "tb/import/rt_app_events.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>

#include "tb/config/limits.h"
#include "tb/import/rt_app.h"

namespace tb::import::rt_app {

namespace {

using config::ConfigError;
using config::Tree;
using config::TreeEntry;

enum class Verb {
  kUnlock,
  kLock,
  kWait,
  kSignal,
  kBroad,
  kSync,
  kBarrier,
  kSleep,
  kRuntime,
  kRun,
  kTimer,
  kSuspend,
  kResume,
  kMem,
  kIorun,
  kYield,
  kFork
};

struct Word {
  std::string_view prefix;
  Verb verb;
};

// rt-app tells events by how their key begins. Of two words the longer one comes first.
constexpr Word kWords[] = {{"unlock", Verb::kUnlock},   {"lock", Verb::kLock},   {"wait", Verb::kWait},
                           {"signal", Verb::kSignal},   {"broad", Verb::kBroad}, {"sync", Verb::kSync},
                           {"barrier", Verb::kBarrier}, {"sleep", Verb::kSleep}, {"runtime", Verb::kRuntime},
                           {"run", Verb::kRun},         {"timer", Verb::kTimer}, {"suspend", Verb::kSuspend},
                           {"resume", Verb::kResume},   {"mem", Verb::kMem},     {"iorun", Verb::kIorun},
                           {"yield", Verb::kYield},     {"fork", Verb::kFork}};

const Word* word_of(std::string_view key) {
  if (key == "membind_nodes") return nullptr;  // a property
  const auto* const found = std::ranges::find_if(kWords, [key](const Word& word) { return key.starts_with(word.prefix); });
  return found != std::end(kWords) ? found : nullptr;
}

std::string at(const TreeEntry& event) { return fmt::format("line {}", event.place.line); }

std::string ref_of(const TreeEntry& event, const std::string& path) {
  return string_of(member_of(event.value, "ref", path), path + ".ref");
}
std::string mutex_of(const TreeEntry& event, const std::string& path) {
  return string_of(member_of(event.value, "mutex", path), path + ".mutex");
}

std::vector<Tree> timed(std::string_view key, const TreeEntry& event, const std::string& path) {
  const std::int64_t us = integer_of(event.value, path, 0, config::kTaskUsMax);
  if (us == 0) return {};  // nothing to do
  return {step(key, static_cast<std::uint64_t>(us))};
}

std::vector<Tree> timer(const TreeEntry& event, const std::string& path, Timers& timers, Shared& shared) {
  const std::string ref = ref_of(event, path);
  const Tree& period = member_of(event.value, "period", path);
  Tree out = step("timer_us", static_cast<std::uint64_t>(integer_of(period, path + ".period", 1, config::kTaskUsMax)));
  const Tree* const mode = event.value.find("mode");
  const std::string word = mode ? string_of(*mode, path + ".mode") : "relative";
  if (word != "relative" && word != "absolute")
    throw ConfigError(mode->place, path + ".mode", fmt::format("expected \"relative\" or \"absolute\", got \"{}\"", word));
  if (word == "relative") out.set("mode", config::make_text(word));
  if (timers.first.empty()) {
    timers.first = ref;
    shared.draft.note(fmt::format(
        "{}: the first period of the timer \"{}\" begins where the task first comes to it; in rt-app it begins with the task.",
        at(event), ref));
  }
  if (timers.first != ref)
    shared.draft.note(fmt::format("{}: the timers \"{}\" and \"{}\" of one task are one here, which the first of them begins.",
                                  at(event), timers.first, ref));
  if (!ref.starts_with("unique"))
    shared.draft.facts.push_back(
        fmt::format("{}: the timer \"{}\" is each task's own here; in rt-app tasks that name it share it.", at(event), ref));
  return {out};
}

std::vector<Tree> wait_on(const TreeEntry& event, const std::string& path, Shared& shared) {
  const std::string mutex = mutex_of(event, path);
  if (!shared.locked.contains(mutex))
    throw ConfigError(event.value.find("mutex")->place, path + ".mutex",
                      fmt::format("no event locks \"{}\": the wait would give back what nobody has", mutex));
  Tree out = step("cond_wait", shared.conds.of(ref_of(event, path)));
  out.set("mutex", config::make_text(shared.mutexes.of(mutex)));
  return {out};
}

std::vector<Tree> wake_waiters(std::string_view key, const TreeEntry& event, const std::string& ref, Shared& shared) {
  if (shared.waited_for.contains(ref)) return {step(key, shared.conds.of(ref))};
  shared.draft.note(fmt::format("{}: \"{}\" of \"{}\", which nothing waits for.", at(event), event.key, ref));
  return {};
}

// As rt-app does it: in that order, with the mutex held.
std::vector<Tree> sync(const TreeEntry& event, const std::string& path, Shared& shared) {
  const std::string& mutex = shared.mutexes.of(mutex_of(event, path));
  std::vector<Tree> steps{step("lock", mutex)};
  for (Tree& signal : wake_waiters("cond_signal", event, ref_of(event, path), shared)) steps.push_back(std::move(signal));
  for (Tree& wait : wait_on(event, path, shared)) steps.push_back(std::move(wait));
  steps.push_back(step("unlock", mutex));
  return steps;
}

std::string task_of(const TreeEntry& event, const std::string& path, const Shared& shared) {
  std::string name = string_of(event.value, path);
  if (!shared.task_keys.contains(name))
    throw ConfigError(event.value.place, path, fmt::format("expected the name of a task, got \"{}\"", name));
  return name;
}

std::vector<Tree> resume(const TreeEntry& event, const std::string& path, Shared& shared) {
  const std::string task = task_of(event, path, shared);
  if (shared.several.contains(task))
    shared.draft.note(
        fmt::format("{}: \"{}\" of all instances of \"{}\": one of them is drawn each time.", at(event), event.key, task));
  return {step("wake", shared.tasks.of(task))};
}

std::vector<Tree> nothing(const TreeEntry& event, std::string_view why, Shared& shared) {
  shared.draft.note(fmt::format("{}: \"{}\": {}.", at(event), event.key, why));
  return {};
}

}  // namespace

bool is_event(std::string_view key) { return word_of(key) != nullptr; }

void gather(const TreeEntry& event, Shared& shared) {
  const auto text = [](const Tree* value) { return value && value->is_scalar() ? value->text : std::string(); };
  switch (word_of(event.key)->verb) {
    case Verb::kLock: shared.locked.insert(text(&event.value)); break;
    case Verb::kSync: shared.locked.insert(text(event.value.find("mutex"))); [[fallthrough]];
    case Verb::kWait: shared.waited_for.insert(text(event.value.find("ref"))); break;
    case Verb::kFork: shared.forked.insert(text(&event.value)); break;
    default: break;
  }
}

std::vector<Tree> steps_of(const TreeEntry& event, const std::string& path, Timers& timers, Shared& shared) {
  switch (word_of(event.key)->verb) {
    case Verb::kRun:
    case Verb::kRuntime: return timed("run_us", event, path);
    case Verb::kSleep: return timed("sleep_us", event, path);
    case Verb::kTimer: return timer(event, path, timers, shared);
    case Verb::kSuspend: return {step("wait", config::make_scalar("true"))};
    case Verb::kResume: return resume(event, path, shared);
    case Verb::kWait: return wait_on(event, path, shared);
    case Verb::kSync: return sync(event, path, shared);
    case Verb::kSignal: return wake_waiters("cond_signal", event, string_of(event.value, path), shared);
    case Verb::kBroad: return wake_waiters("cond_broadcast", event, string_of(event.value, path), shared);
    case Verb::kLock: return {step("lock", shared.mutexes.of(string_of(event.value, path)))};
    case Verb::kUnlock:
      if (const std::string mutex = string_of(event.value, path); shared.locked.contains(mutex))
        return {step("unlock", shared.mutexes.of(mutex))};
      return nothing(event, "no event locks that mutex", shared);
    case Verb::kBarrier: return {step("barrier", shared.barriers.of(string_of(event.value, path)))};
    case Verb::kYield: return {step("yield", config::make_scalar("true"))};
    case Verb::kFork: return {step("fork", shared.forked_as.at(task_of(event, path, shared)))};
    case Verb::kMem: return nothing(event, "writes to memory are no load here, as there are no caches", shared);
    case Verb::kIorun: return nothing(event, "there are no files", shared);
  }
  return {};
}

std::int64_t integer_of(const Tree& value, const std::string& path, std::int64_t least, std::int64_t most) {
  std::int64_t number = 0;
  const char* const end = value.text.data() + value.text.size();
  const bool is_number = value.is_scalar() && !value.quoted && !value.text.empty() &&
                         std::from_chars(value.text.data(), end, number) == std::from_chars_result{end, std::errc{}};
  if (!is_number || number < least || number > most)
    throw ConfigError(value.place, path,
                      fmt::format("expected an integer from {} to {}, got {}", least, most, config::describe(value)));
  return number;
}

std::string string_of(const Tree& value, const std::string& path) {
  if (!value.is_scalar() || !value.quoted)
    throw ConfigError(value.place, path, fmt::format("expected a string, got {}", config::describe(value)));
  return value.text;
}

const Tree& member_of(const Tree& map, std::string_view key, const std::string& path) {
  if (!map.is_map()) throw ConfigError(map.place, path, fmt::format("expected an object, got {}", config::describe(map)));
  const Tree* const value = map.find(key);
  if (!value) throw ConfigError(map.place, path, fmt::format("missing key \"{}\"", key));
  return *value;
}

}  // namespace tb::import::rt_app
