// SPDX-License-Identifier: Apache-2.0
// Every measurement has a process of its own.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace bench {

// What one measurement found, by name.
using Figures = std::map<std::string, double>;

// Runs measure() in a forked child. Throws if that dies.
Figures in_child(const std::function<Figures()>& measure);

struct Ran {
  int exit_code = 0;
  double seconds = 0;      // from fork() to the end
  double cpu_seconds = 0;  // of it and what it waited for
  double peak_mib = 0;     // largest resident set of it, or of a process it waited for
};

// Runs a program, its output thrown away. Throws if it ends by a signal.
Ran run_program(const std::vector<std::string>& command);

}  // namespace bench
