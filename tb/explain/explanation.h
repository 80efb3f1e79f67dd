// SPDX-License-Identifier: Apache-2.0
// The answer to "why did this task wait": its ledger, the way back to the first cause, and a verdict.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tb/explain/find_wait.h"
#include "tb/explain/ledger.h"

namespace tb::explain {

struct Step {
  sim::Cycle cycle = 0;
  sim::HartId hart = kNoHart;  // kNoHart: of no one hart
  std::string text;
};

// What a run's worst wait comes to.
enum class Class : std::uint8_t {
#define CLASS(name, meaning) name,
#include "tb/explain/classes.def"
#undef CLASS
};

struct Verdict {
  Class what{};
  Cause cause;                    // the deciding one of the largest entry of its class
  std::set<std::uint64_t> tasks;  // PIDs that take part in it: hogs, owners
  double share = 0;               // of the wait, 0 to 1, that goes to its class
  std::string sentence;           // what happened, in one sentence
};

struct Explanation {
  analysis::Subject run = {};
  std::optional<Wait> wait = {};                    // none: no task of the run waited; then what follows is empty
  std::string task = {};                            // its name
  std::map<std::uint64_t, std::string> names = {};  // of the tasks, by PID, when the wait ended
  std::vector<Entry> ledger = {};
  std::vector<Step> steps = {};
  Verdict verdict = {};

  [[nodiscard]] std::string name(std::uint64_t pid) const;
  // Cycles of the entries whose root is of that kind.
  [[nodiscard]] sim::Cycle cycles_of(CauseKind root) const;
};

// Of each of these waits, read in one pass. `run`: that run.
[[nodiscard]] std::vector<Explanation> explain_waits(const std::filesystem::path& run_dir, const analysis::Subject& run,
                                                     const std::vector<Wait>& waits);
[[nodiscard]] Explanation explain(const std::filesystem::path& run_dir, const Question& question);

}  // namespace tb::explain
