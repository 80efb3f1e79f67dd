// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <sys/wait.h>

#include <cstdio>
#include <memory>

#include "tb/config/shell.h"
#include "tb/config/tree.h"
#include "tb/import/json_reader.h"
#include "tb/import/trace_events.h"

namespace tb::import {

namespace {

constexpr std::size_t kTraceBytesMax = std::size_t{512} * 1024 * 1024;
constexpr std::string_view kTraceDat = "\x17\x08\x44tracing";  // how it begins

// The format is that of trace-cmd's library: it is asked, with nanoseconds and the flags that tell interrupts.
std::string report_of(const std::string& path) {
  const config::Place whole{std::make_shared<const std::string>(path)};
  const std::string command = shell_command({"trace-cmd", "report", "-t", "-l", "-i", path}) + " 2>/dev/null";
  std::FILE* const pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) throw config::ConfigError(whole, "", "trace-cmd cannot be started");
  std::string text;
  char block[1 << 16];
  for (std::size_t read = 0; (read = std::fread(block, 1, sizeof(block), pipe)) > 0 && text.size() < kTraceBytesMax;)
    text.append(block, read);
  const int status = ::pclose(pipe);
  constexpr int kNotFound = 127;
  if (WIFEXITED(status) && WEXITSTATUS(status) == kNotFound)
    throw config::ConfigError(
        whole, "", "a trace.dat is read by trace-cmd, which is not installed; or import the text of trace-cmd report -t -l");
  if (status != 0)
    throw config::ConfigError(whole, "", fmt::format("`{}` cannot read it", shell_command({"trace-cmd", "report", path})));
  return text;
}

}  // namespace

Trace read_trace(const std::string& path) {
  const std::string text = read_text_file(path, kTraceBytesMax);
  if (!text.starts_with(kTraceDat)) return parse_trace(text, path);
  return parse_trace(report_of(path), path + " (trace-cmd report)");
}

}  // namespace tb::import
