// SPDX-License-Identifier: Apache-2.0
// Texts of events of which a scenario says which can occur: names of tasks, policies and locks, keys, reasons of exits. An
// expectation on another one would say nothing: `never` and `not` would hold for ever.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tb/config/match_reader.h"
#include "tb/config/scenario.h"

namespace tb::config {

// Parts of a scenario that were read without an error. What the others would make occur is not known.
struct SoundParts {
  bool hardware = false;
  bool schedulers = false;
  bool tasks = false;
  bool stimuli = false;
};

// Adds a problem for each mention of a text that cannot occur, with the nearest one that can.
void check_mentions(const std::vector<Mention>& mentions, const Scenario& scenario, SoundParts sound, Problems& problems);

// Throws ConfigError if no policy leaves with that reason.
void check_exit_reason(const std::string& reason, const Place& place, const std::string& path);

// Every name that a task of a run can have: the scenario's, the loader's, the kernel's own.
[[nodiscard]] std::vector<std::string> task_names(const Scenario& scenario);

}  // namespace tb::config
