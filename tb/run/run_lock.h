// SPDX-License-Identifier: Apache-2.0
// Locks the directory of a run: one process writes a run there, or any number read one. The lock is the kernel's (flock), so
// it ends with its holder. The file names the holder, stays in the directory, and marks it as one of a run.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <utility>

#include "tb/config/tree.h"

namespace tb::run {

inline constexpr const char* kLockFile = ".scx-cosim.lock";

// Another process has it. The message names the directory and the process.
class DirectoryInUse : public config::ConfigError {
 public:
  using ConfigError::ConfigError;
};

class RunLock {
 public:
  RunLock() = default;  // of nothing
  // For writing; the directory must exist. Held by the process and by those it forks, until the last of them has ended
  // or release() is called. Throws DirectoryInUse, ConfigError.
  [[nodiscard]] static RunLock to_write(const std::filesystem::path& dir);
  // For reading a run that must not change meanwhile. Locks nothing if no run was ever locked there. Throws DirectoryInUse.
  [[nodiscard]] static RunLock to_read(const std::filesystem::path& dir);

  RunLock(RunLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  RunLock& operator=(RunLock&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~RunLock() { release(); }

  [[nodiscard]] bool held() const { return fd_ >= 0; }
  // `dir` is still the directory that was locked: it was not removed, and no other one is in its place.
  [[nodiscard]] bool guards(const std::filesystem::path& dir) const;
  // The writer has done its work: readers may come, other writers not yet.
  void let_readers_in();
  void release();

 private:
  explicit RunLock(int fd) : fd_(fd) {}
  [[nodiscard]] static int lock(const std::filesystem::path& dir, bool write);

  int fd_ = -1;
};

// The process that writes a run there now; 0: one that cannot be named.
[[nodiscard]] std::optional<pid_t> writer_of(const std::filesystem::path& dir);

}  // namespace tb::run
