// SPDX-License-Identifier: Apache-2.0
#include "tb/cli/build_model.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <filesystem>

#include "tb/config/hardware_reader.h"

namespace tb::cli {

namespace {

namespace fs = std::filesystem;

// The build tree, where the command's script lies, with the tools to build in it.
bool can_build(const std::vector<std::string>& command) {
  return ::access(command.front().c_str(), X_OK) == 0 && fs::exists(command.back()) &&
         ::access(fs::path(command.back()).parent_path().c_str(), W_OK) == 0;
}

// Runs a command with all it prints in `log`. True if it exited with 0.
bool run_logged(const std::vector<std::string>& command, const fs::path& log) {
  std::vector<char*> words;
  for (const std::string& word : command) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  std::fflush(nullptr);
  const pid_t pid = ::fork();
  if (pid < 0) return false;
  if (pid == 0) {
    const int fd = ::open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
    if (fd < 0 || ::dup2(fd, STDOUT_FILENO) < 0 || ::dup2(fd, STDERR_FILENO) < 0) ::_exit(1);
    ::execv(words.front(), words.data());
    ::_exit(1);
  }
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0)
    if (errno != EINTR) return false;
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

bool is_there(const std::vector<unsigned>& counts, unsigned harts) {
  return std::find(counts.begin(), counts.end(), harts) != counts.end();
}

// True when the model is there.
bool build(const Backend& backend, unsigned harts) {
  const std::vector<std::string> command = backend.library.build_command(harts);
  if (!can_build(command)) return false;
  const fs::path log = fs::path(command.back()).parent_path() / fmt::format("build_model_h{}.{}.log", harts, ::getpid());
  fmt::print(stderr, "scx-cosim: building the model with {} harts, once ...\n", harts);
  const auto begin = std::chrono::steady_clock::now();
  const bool built = run_logged(command, log);
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  if (!built) {
    fmt::print(stderr, "scx-cosim: that failed: see {}\n", log.string());
    return false;
  }
  std::error_code ignored;
  fs::remove(log, ignored);
  if (!is_there(backend.hart_counts(), harts)) {
    fmt::print(stderr, "scx-cosim: the sources have changed since this program was built: their model does not belong to it\n");
    return false;
  }
  fmt::print(stderr, "scx-cosim: built in {:.1f} s\n", seconds);
  return true;
}

}  // namespace

int with_models_built(const Backend& given, const std::function<int(const Backend&)>& act) {
  if (!given.hart_counts || !given.library.build_command) return act(given);
  Backend backend = given;
  for (;;) {
    try {
      return act(backend);
    } catch (const config::ModelNotBuilt& missing) {
      if (is_there(backend.library.hart_counts, missing.harts) || !can_build_model(backend.library, missing.harts)) throw;
      if (build(backend, missing.harts)) backend.library.hart_counts = backend.hart_counts();
      else backend.library.not_buildable.push_back(missing.harts);
    }
  }
}

}  // namespace tb::cli
