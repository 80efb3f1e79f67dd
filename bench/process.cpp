// SPDX-License-Identifier: Apache-2.0
#include "bench/process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <system_error>

#include "json/value.h"

namespace bench {

namespace {

[[noreturn]] void fail(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

struct Ended {
  int status;
  rusage usage;
};

Ended wait_for(pid_t child) {
  Ended ended{};
  while (wait4(child, &ended.status, 0, &ended.usage) < 0) {
    if (errno != EINTR) fail("wait4");
  }
  return ended;
}

double seconds_of(const timeval& time) { return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6; }

pid_t fork_child() {
  std::fflush(nullptr);  // or the child would print our lines again
  const pid_t child = fork();
  if (child < 0) fail("fork");
  return child;
}

}  // namespace

Figures in_child(const std::function<Figures()>& measure) {
  int ends[2];
  if (pipe(ends) != 0) fail("pipe");
  const pid_t child = fork_child();
  if (child == 0) {
    try {
      const std::string text = json::Value(measure()).dump();
      _exit(write(ends[1], text.data(), text.size()) == static_cast<ssize_t>(text.size()) ? 0 : 1);
    } catch (const std::exception& error) {
      fmt::print(stderr, "scx-bench: {}\n", error.what());
      std::fflush(stderr);
      _exit(1);
    }
  }
  close(ends[1]);
  std::string text;
  char buffer[4096];
  for (ssize_t length; (length = read(ends[0], buffer, sizeof buffer)) > 0;)
    text.append(buffer, static_cast<std::size_t>(length));
  close(ends[0]);
  if (wait_for(child).status != 0) throw std::runtime_error("a measurement died");
  return json::parse(text).get<Figures>();
}

Ran run_program(const std::vector<std::string>& command) {
  std::vector<char*> arguments;
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));  // exec leaves them alone
  arguments.push_back(nullptr);
  const auto start = std::chrono::steady_clock::now();
  const pid_t child = fork_child();
  if (child == 0) {
    const int null = open("/dev/null", O_WRONLY);
    dup2(null, STDOUT_FILENO);
    execv(arguments[0], arguments.data());
    _exit(127);
  }
  const Ended ended = wait_for(child);
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
  if (!WIFEXITED(ended.status)) throw std::runtime_error(fmt::format("{}: ended by a signal", fmt::join(command, " ")));
  return {.exit_code = WEXITSTATUS(ended.status),
          .seconds = elapsed.count(),
          .cpu_seconds = seconds_of(ended.usage.ru_utime) + seconds_of(ended.usage.ru_stime),
          .peak_mib = static_cast<double>(ended.usage.ru_maxrss) / 1024};
}

}  // namespace bench
