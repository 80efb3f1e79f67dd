// SPDX-License-Identifier: Apache-2.0
#include "tb/campaign/worker.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <system_error>

#include "json/value.h"
#include "tb/campaign/reply_text.h"
#include "tb/campaign/simulate.h"

namespace tb::campaign {
namespace {

// Tells a worker to end. It cannot learn that from a closed pipe: workers forked later hold its other end too.
constexpr std::uint32_t kNoMore = ~0U;

// False: the other end is closed.
bool read_all(int fd, void* to, std::size_t size) {
  auto* at = static_cast<char*>(to);
  while (size > 0) {
    const ssize_t got = ::read(fd, at, size);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    at += got;
    size -= static_cast<std::size_t>(got);
  }
  return true;
}

bool write_all(int fd, const void* from, std::size_t size) {
  const auto* at = static_cast<const char*>(from);
  while (size > 0) {
    const ssize_t put = ::write(fd, at, size);
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) return false;
    at += put;
    size -= static_cast<std::size_t>(put);
  }
  return true;
}

bool write_text(int fd, const std::string& text) {
  const auto size = static_cast<std::uint32_t>(text.size());
  return write_all(fd, &size, sizeof(size)) && write_all(fd, text.data(), text.size());
}

std::optional<std::string> read_text(int fd) {
  std::uint32_t size = 0;
  if (!read_all(fd, &size, sizeof(size))) return {};
  std::string text(size, '\0');
  if (!read_all(fd, text.data(), size)) return {};
  return text;
}

[[noreturn]] void worker_main(const WorkerTask& task, int from, int to) {
  ::signal(SIGPIPE, SIG_IGN);
  try {
    const Store store(task.store, Store::Access::read);
    std::uint32_t number = 0;
    while (read_all(from, &number, sizeof(number)) && number != kNoMore)
      if (!write_text(to, to_text(work(task, &store, task.settings[number])))) break;
  } catch (const std::exception& error) {
    Reply reply;
    reply.measured.failed = true;
    reply.measured.message = error.what();
    static_cast<void>(write_text(to, to_text(reply)));
  }
  ::_exit(0);  // the parent's objects are not ours to destroy
}

Measured measured_of(const Record& record, std::vector<double> responses) {
  Measured out;
  out.responses = std::move(responses);
  out.outcome = record.outcome;
  out.message = record.message;
  out.event_hash = record.event_hash;
  out.cycles = record.cycles;
  out.cpu_seconds = record.cpu_seconds;
  return out;
}

struct Pipe {
  Pipe() {
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
  }
  std::array<int, 2> ends{};
};

}  // namespace

Worker::Worker(const WorkerTask& task) {
  const Pipe to, from;
  std::fflush(nullptr);
  const pid_t parent = ::getpid();
  pid_ = ::fork();
  if (pid_ < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (pid_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (::getppid() != parent) ::_exit(0);
    ::close(to.ends[1]);
    ::close(from.ends[0]);
    worker_main(task, to.ends[0], from.ends[1]);
  }
  ::close(to.ends[0]);
  ::close(from.ends[1]);
  to_ = to.ends[1];
  from_ = from.ends[0];
}

Worker::~Worker() {
  if (to_ >= 0 && pid_ > 0) static_cast<void>(write_all(to_, &kNoMore, sizeof(kNoMore)));
  if (to_ >= 0) ::close(to_);
  if (from_ >= 0) ::close(from_);
  if (pid_ > 0 && busy_with_) ::kill(pid_, SIGTERM);
  if (pid_ > 0) ::waitpid(pid_, nullptr, 0);
}

void Worker::give(std::uint32_t setting) {
  busy_with_ = setting;
  static_cast<void>(write_all(to_, &setting, sizeof(setting)));  // if it has ended, answer() says so
}

std::optional<Reply> Worker::answer() {
  const auto text = read_text(from_);
  if (!text) return {};
  busy_with_.reset();
  return reply_from(*text);
}

std::string Worker::death() {
  int status = 0;
  if (pid_ > 0) ::waitpid(pid_, &status, 0);
  pid_ = 0;
  busy_with_.reset();
  if (WIFSIGNALED(status))
    return fmt::format("the worker was ended by signal {} ({})", WTERMSIG(status), ::strsignal(WTERMSIG(status)));
  return fmt::format("the worker ended with status {}", WEXITSTATUS(status));
}

Reply work(const WorkerTask& task, const Store* store, const Setting& setting) {
  Reply reply;
  try {
    config::Scenario scenario = scenario_of(task.study, setting, task.backend.library);
    std::optional<Record> stored;
    if (store != nullptr) stored = store->find(key_of(task.backend, scenario));
    if (stored && answers(*stored, task.study.responses)) {
      reply.measured = measured_of(*stored, responses_of(*stored, task.study.responses));
      reply.measured.cached = true;
      return reply;
    }
    Simulated run = simulate(task.backend, std::move(scenario), task.dir, task.study.responses, task.hung_after_s);
    reply.measured = measured_of(run.record, responses_of(run.record, run.metrics, task.study.responses));
    if (run.record.is_data()) reply.record = std::move(run.record);
    else reply.measured.failed = true;
  } catch (const std::exception& error) {
    reply.measured = {};
    reply.measured.failed = true;
    reply.measured.message = error.what();
    reply.measured.responses.assign(task.study.responses.size(), kNothing);
  }
  return reply;
}

}  // namespace tb::campaign
