// SPDX-License-Identifier: Apache-2.0
#include "tb/campaign/worker.h"

#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <system_error>
#include <thread>

#include "tb/campaign/reply_text.h"
#include "tb/campaign/simulate.h"

namespace tb::campaign {
namespace {

// Tells a worker to end. It cannot learn that from a closed socket: workers forked later hold its other end too.
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
    const ssize_t put = ::send(fd, at, size, MSG_NOSIGNAL);
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

// What the parent tells.
enum Go : std::uint32_t { kSkip, kRun };
// What the worker says, as the first byte.
constexpr char kKey = 'K', kReply = 'R';

Reply failure_of(const Study& study, const char* message) {
  Reply reply;
  reply.measured.failed = true;
  reply.measured.message = message;
  reply.measured.responses.assign(study.responses.size(), kNothing);
  return reply;
}

// False: the parent has gone.
bool serve(const WorkerTask& task, const Setting& setting, int fd) {
  Reply reply;
  try {
    config::Scenario scenario = scenario_of(task.study, setting, task.backend.library);
    if (!write_text(fd, kKey + key_of(task.backend, scenario))) return false;
    std::uint32_t go = kSkip;
    if (!read_all(fd, &go, sizeof(go))) return false;
    if (go != kRun) return true;
    reply = reply_of(task, std::move(scenario));
  } catch (const std::exception& error) {
    reply = failure_of(task.study, error.what());
  }
  return write_text(fd, kReply + to_text(reply));
}

[[noreturn]] void worker_main(const WorkerTask& task, int fd) {
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) ::signal(signal, SIG_DFL);  // the parent only takes note of them
  std::uint32_t number = 0;
  while (read_all(fd, &number, sizeof(number)) && number != kNoMore)
    if (!serve(task, task.settings[number], fd)) break;
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

}  // namespace

Worker::Worker(const WorkerTask& task) {
  std::array<int, 2> ends{};  // of a socket, not of pipes: writing to a worker that has ended raises no signal
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
    throw std::system_error(errno, std::generic_category(), "socketpair");
  std::fflush(nullptr);
  const pid_t parent = ::getpid();
  pid_ = ::fork();
  if (pid_ < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (pid_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (::getppid() != parent) ::_exit(0);
    ::close(ends[0]);
    worker_main(task, ends[1]);
  }
  ::close(ends[1]);
  fd_ = ends[0];
}

void Worker::stop() {
  if (pid_ <= 0) return;
  if (!busy_with_) static_cast<void>(write_all(fd_, &kNoMore, sizeof(kNoMore)));
  else ::kill(pid_, SIGTERM);
  ::kill(pid_, SIGCONT);  // one that is stopped could not end
}

Worker::~Worker() {
  stop();
  constexpr auto kGrace = std::chrono::seconds(8);  // a simulation closes its files meanwhile
  const auto until = std::chrono::steady_clock::now() + kGrace;
  while (!ended()) {
    if (std::chrono::steady_clock::now() > until) ::kill(pid_, SIGKILL);
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  if (fd_ >= 0) ::close(fd_);
}

void Worker::give(std::uint32_t setting) {
  busy_with_ = setting;
  static_cast<void>(write_all(fd_, &setting, sizeof(setting)));  // if it has ended, answer() says so
}

void Worker::tell_to_run() {
  const std::uint32_t go = kRun;
  static_cast<void>(write_all(fd_, &go, sizeof(go)));
}

void Worker::tell_to_skip() {
  const std::uint32_t go = kSkip;
  static_cast<void>(write_all(fd_, &go, sizeof(go)));
  busy_with_.reset();
}

std::optional<std::variant<std::string, Reply>> Worker::answer() {
  auto text = read_text(fd_);
  if (!text || text->empty()) return {};
  if (text->front() == kKey) return text->substr(1);
  busy_with_.reset();
  return reply_from(text->substr(1));
}

bool Worker::ended() {
  if (pid_ > 0 && ::waitpid(pid_, &status_, WNOHANG) == pid_) pid_ = 0;
  return pid_ <= 0;
}

std::string Worker::death() {
  if (pid_ > 0) ::waitpid(pid_, &status_, 0);
  pid_ = 0;
  busy_with_.reset();
  if (WIFSIGNALED(status_))
    return fmt::format("the worker was ended by signal {} ({})", WTERMSIG(status_), ::strsignal(WTERMSIG(status_)));
  return fmt::format("the worker ended with status {}", WEXITSTATUS(status_));
}

Reply reply_of(const WorkerTask& task, config::Scenario scenario) {
  Simulated run = simulate(task.backend, std::move(scenario), task.dir, task.study.responses, task.hung_after_s);
  Reply reply;
  reply.measured = measured_of(run.record, responses_of(run.record, run.metrics, task.study.responses));
  if (run.record.is_data()) reply.record = std::move(run.record);
  else reply.measured.failed = true;
  return reply;
}

std::optional<Measured> measured_from(const Record& stored, const Study& study) {
  if (!answers(stored, study.responses)) return {};
  try {
    Measured out = measured_of(stored, responses_of(stored, study.responses));
    out.cached = true;
    return out;
  } catch (const std::exception&) {  // damaged: it runs again
    return {};
  }
}

}  // namespace tb::campaign
