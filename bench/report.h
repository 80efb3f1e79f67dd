// SPDX-License-Identifier: Apache-2.0
// What the measurements say, as a table, as JSON, and as the tables of docs/performance.md.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "bench/cases.h"
#include "bench/targets.h"
#include "json/value.h"

namespace bench {

using Round = std::map<std::string, Figures>;  // by case

// The median over all rounds that have it.
[[nodiscard]] std::optional<double> median_of(const std::vector<Round>& rounds, const Figure& figure);
// The median of what the rounds give; nothing if no round has measured what it is made of.
[[nodiscard]] std::optional<double> value_of(const std::vector<Round>& rounds, const Target& target);
[[nodiscard]] bool met(const Target& target, double value);

// *target | reached | met?*, as Markdown, which reads well as it is.
[[nodiscard]] std::string target_table(const std::vector<Round>& rounds);
// Every case's speed, and per simulated millisecond what it did.
[[nodiscard]] std::string case_table(const std::vector<Round>& rounds, const std::vector<Case>& cases);
// Where the host's time goes in the stall; empty if that was not measured.
[[nodiscard]] std::string profile_table(const std::vector<Round>& rounds);
// Speed and sizes of one round of the planning cases.
[[nodiscard]] std::string planning_table(const Round& round, const std::vector<Case>& cases);
// Cores, processor, compiler, Verilator, SystemC: no names, no dates.
[[nodiscard]] std::string machine_line();

[[nodiscard]] json::Value to_json(const std::vector<Round>& rounds, const std::vector<Case>& cases);

// Keys of targets that the page's table does not have, or not with that target.
[[nodiscard]] std::vector<std::string> missing_from(const std::string& path);
// Replaces what is between `<!-- bench: NAME -->` and `<!-- end -->` in the file. Throws if that is not there.
void fill(const std::string& path, const std::string& name, const std::string& text);

}  // namespace bench
