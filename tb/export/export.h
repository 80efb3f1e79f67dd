// SPDX-License-Identifier: Apache-2.0
// The log of a run in the formats of other tools. One pass over the log writes all that are asked for, in bounded memory.
#pragma once

#include <string>
#include <vector>

namespace tb::exports {

// What to write. Empty: not that format.
struct Options {
  std::string run_dir{};
  std::string perfetto{};   // file: Perfetto's protobuf
  std::string ftrace{};     // file: ftrace's text
  std::string trace_dat{};  // file: trace-cmd's, version 6
  std::string ctf{};        // directory: CTF 1.8
  std::string csv{};        // directory
};

struct Exported {
  std::vector<std::string> written;  // files and directories
  std::string shortfall;             // what is missing of the run, in a line for the user; empty: nothing
};

// Throws config::ConfigError: nothing is asked for, two outputs are the same, one must not be replaced, or `run_dir` is not the
// directory of a run; event_log::LogError if its log cannot be read; filesystem_error if an output cannot be written. A file
// that is not complete is removed.
Exported export_run(const Options& options);

}  // namespace tb::exports
