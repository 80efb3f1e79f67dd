// SPDX-License-Identifier: Apache-2.0
// The events of a phase of rt-app, as steps.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "tb/import/draft.h"
#include "tb/import/names.h"

namespace tb::import::rt_app {

// What the tasks of a file share, known before the first event is turned into a step.
struct Shared {
  Draft& draft;
  Names tasks;
  Names mutexes;
  Names conds;
  Names barriers;
  std::set<std::string> task_keys;               // "tasks" has these
  std::set<std::string> forked;                  // by an event
  std::set<std::string> several;                 // have more than one instance
  std::map<std::string, std::string> forked_as;  // the template that the event forks, by task
  std::set<std::string> locked, waited_for;      // by some event
};

// The timers of one task: they become one.
struct Timers {
  std::string first;
};

// Whether a key of a phase is an event, which begins like one: "run", "run0", "run_again".
[[nodiscard]] bool is_event(std::string_view key);
// Notes what events name, so that steps can refer to it.
void gather(const config::TreeEntry& event, Shared& shared);
// No steps: the event cannot be carried over.
[[nodiscard]] std::vector<config::Tree> steps_of(const config::TreeEntry& event, const std::string& path, Timers& timers,
                                                 Shared& shared);

// --- values, with clear complaints ---

[[nodiscard]] std::int64_t integer_of(const config::Tree& value, const std::string& path, std::int64_t least, std::int64_t most);
[[nodiscard]] std::string string_of(const config::Tree& value, const std::string& path);
[[nodiscard]] const config::Tree& member_of(const config::Tree& map, std::string_view key, const std::string& path);

}  // namespace tb::import::rt_app
