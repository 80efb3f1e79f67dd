// SPDX-License-Identifier: Apache-2.0
#include "tb/run/models.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "tb/config/problems.h"
#include "tb/config/shell.h"

namespace tb::run {
namespace {

bool is_there(const Backend& backend, unsigned harts) {
  const std::vector<unsigned> counts = backend.hart_counts();
  return std::find(counts.begin(), counts.end(), harts) != counts.end();
}

// Runs a command. Empty if it exited with 0, else what it printed.
std::optional<std::string> run_quietly(const std::vector<std::string>& command) {
  std::vector<char*> words;
  for (const std::string& word : command) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  std::FILE* const output = std::tmpfile();
  if (output == nullptr) return "no temporary file";
  std::fflush(nullptr);
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::setpgid(0, 0);
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);  // the script ends its compilers, the group, with itself
    ::dup2(::fileno(output), STDOUT_FILENO);
    ::dup2(::fileno(output), STDERR_FILENO);
    ::execv(words.front(), words.data());
    std::perror(words.front());
    ::_exit(127);
  }
  int status = pid < 0 ? 1 : 0;
  while (pid > 0 && ::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  std::string printed;
  std::rewind(output);
  for (int c = std::fgetc(output); c != EOF; c = std::fgetc(output)) printed += static_cast<char>(c);
  std::fclose(output);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
  if (WIFSIGNALED(status)) printed += fmt::format("ended by signal {}", WTERMSIG(status));
  while (printed.ends_with('\n')) printed.pop_back();
  return printed;
}

std::string shown(const std::vector<std::string>& command) {
  std::string text;
  for (const std::string& word : command) text += (text.empty() ? "" : " ") + shell_quoted(word);
  return text;
}

}  // namespace

void require_model(const Backend& backend, unsigned harts) {
  if (is_there(backend, harts)) return;
  std::string why =
      fmt::format("hardware.harts: no model with {} harts is built; built: {}", harts, fmt::join(backend.hart_counts(), ", "));
  if (!backend.build_model) throw config::ConfigError(why);
  const std::vector<std::string> command = backend.build_model(harts);
  why += ". Build it, once: " + shown(command);
  if (::access(command.front().c_str(), X_OK) != 0) throw config::ConfigError(why);
  fmt::print(stderr, "scx-cosim: building the model with {} harts, once ...\n", harts);
  const auto begin = std::chrono::steady_clock::now();
  const std::optional<std::string> failure = run_quietly(command);
  if (failure) throw config::ConfigError(why + "\n" + *failure);
  if (!is_there(backend, harts)) throw config::ConfigError(why);
  fmt::print(stderr, "scx-cosim: built in {:.1f} s\n",
             std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
}

}  // namespace tb::run
