// SPDX-License-Identifier: Apache-2.0
#include "tb/run/run_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <string_view>
#include <system_error>
#include <thread>

namespace tb::run {

namespace fs = std::filesystem;

namespace {

using Clock = std::chrono::steady_clock;

constexpr auto kPatience = std::chrono::seconds(5);  // a child whose parent was killed closes its files in less
constexpr auto kAskEvery = std::chrono::milliseconds(20);

// One descriptor per run of a command: many seeds may need more than a shell allows at first.
int open_lock_file(const fs::path& file, int flags) {
  int fd = ::open(file.c_str(), flags | O_CLOEXEC, 0666);
  if (fd >= 0 || errno != EMFILE) return fd;
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur == files.rlim_max) return fd;
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
  return ::open(file.c_str(), flags | O_CLOEXEC, 0666);
}

// True: locked, or this file system has no locks. False: another process has it.
bool try_lock(int fd, int operation) {
  while (::flock(fd, operation | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) return false;
    if (errno != EINTR) return true;
  }
  return true;
}

bool is_alive(pid_t pid) { return ::kill(pid, 0) == 0 || errno == EPERM; }

// The first process named in the file that is still there. 0: none; the holder has not written yet, or a child outlives it.
pid_t holder_named_in(int fd) {
  std::array<char, 4096> bytes{};
  const ssize_t length = ::pread(fd, bytes.data(), bytes.size(), 0);
  std::string_view text(bytes.data(), static_cast<std::size_t>(std::max<ssize_t>(length, 0)));
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    pid_t pid = 0;
    std::from_chars(text.data(), text.data() + end, pid);
    if (pid > 0 && is_alive(pid)) return pid;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return 0;
}

[[noreturn]] void refuse(const fs::path& dir, pid_t holder) {
  if (holder == ::getpid()) throw DirectoryInUse(fmt::format("two runs would write to {}", dir.string()));
  if (holder > 0) throw DirectoryInUse(fmt::format("{} is in use by process {}, which has not ended yet", dir.string(), holder));
  throw DirectoryInUse(
      fmt::format("{} is in use; maybe by the rest of a run that was killed, which closes its files", dir.string()));
}

}  // namespace

int RunLock::lock(const fs::path& dir, bool write) {
  const fs::path file = dir / kLockFile;
  int fd = open_lock_file(file, write ? O_RDWR | O_CREAT | O_APPEND : O_RDWR | O_APPEND);
  if (fd < 0 && !write) fd = open_lock_file(file, O_RDONLY);  // of a run that is not ours to change
  if (fd < 0) {
    if (!write) return -1;
    throw config::ConfigError(fmt::format("cannot write to {}: {}", file.string(), std::generic_category().message(errno)));
  }
  const auto give_up_at = Clock::now() + kPatience;
  while (!try_lock(fd, write ? LOCK_EX : LOCK_SH)) {
    const pid_t holder = holder_named_in(fd);
    if (holder == 0 && Clock::now() < give_up_at) {
      std::this_thread::sleep_for(kAskEvery);
      continue;
    }
    ::close(fd);
    refuse(dir, holder);
  }
  if (write && ::ftruncate(fd, 0) != 0) errno = 0;  // names of the past only; the lock is ours all the same
  const std::string self = fmt::format("{}\n", ::getpid());
  if (::write(fd, self.data(), self.size()) < 0) errno = 0;  // then the holder's name is not known
  return fd;
}

RunLock RunLock::to_write(const fs::path& dir) { return RunLock(lock(dir, true)); }

RunLock RunLock::to_read(const fs::path& dir) { return RunLock(lock(dir, false)); }

bool RunLock::guards(const fs::path& dir) const {
  struct stat locked {
  }, there{};
  return held() && ::fstat(fd_, &locked) == 0 && ::stat((dir / kLockFile).c_str(), &there) == 0 &&
         locked.st_ino == there.st_ino && locked.st_dev == there.st_dev;
}

void RunLock::let_readers_in() {
  if (held()) try_lock(fd_, LOCK_SH);
}

void RunLock::release() {
  if (!held()) return;
  if (try_lock(fd_, LOCK_EX) && ::ftruncate(fd_, 0) != 0) errno = 0;  // no name is left, unless others are there
  ::flock(fd_, LOCK_UN);                                              // for children that have inherited it too
  ::close(fd_);
  fd_ = -1;
}

std::optional<pid_t> writer_of(const fs::path& dir) {
  const int fd = open_lock_file(dir / kLockFile, O_RDONLY);
  if (fd < 0) return std::nullopt;
  const bool free = try_lock(fd, LOCK_SH);
  const pid_t holder = free ? 0 : holder_named_in(fd);
  ::flock(fd, LOCK_UN);
  ::close(fd);
  return free ? std::nullopt : std::optional(holder);
}

}  // namespace tb::run
