// SPDX-License-Identifier: Apache-2.0
// Goal: a run's directory is one writer's or its readers', whoever dies how; the one who is refused learns who has it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "tb/run/run_directory.h"
#include "tests/tb/support.h"

namespace tb::run {
namespace {

using testing::HasSubstr;
namespace fs = std::filesystem;

// A process that does something, says so, and stays until it is killed.
class Other {
 public:
  explicit Other(const std::function<void()>& act) {
    int ready[2];
    if (::pipe(ready) != 0) std::abort();
    pid_ = ::fork();
    if (pid_ == 0) {
      act();
      if (::write(ready[1], "x", 1) != 1) ::_exit(1);
      for (;;) ::pause();
    }
    char byte = 0;
    ::close(ready[1]);
    if (::read(ready[0], &byte, 1) != 1) std::abort();
    ::close(ready[0]);
  }
  ~Other() { kill(); }
  Other(const Other&) = delete;
  Other& operator=(const Other&) = delete;
  void kill() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    pid_ = 0;
  }
  [[nodiscard]] pid_t pid() const { return pid_; }

 private:
  pid_t pid_ = 0;
};

class RunLockTest : public testing::Test {
 protected:
  std::string refusal_of(const std::function<RunLock()>& take) const {
    return test::config_error([&] { const RunLock lock = take(); });
  }
  std::string in_use_by(const Other& other) const {
    return dir_.path().string() + " is in use by process " + std::to_string(other.pid()) + ", which has not ended yet";
  }
  RunLock write() const { return claim(dir_.path()); }
  RunLock read() const { return RunLock::to_read(dir_.path()); }

  test::TempDir dir_;
  RunLock of_the_other_;
};

TEST_F(RunLockTest, AWriterKeepsOthersOffUntilItIsKilled) {
  Other other([this] { of_the_other_ = write(); });
  EXPECT_EQ(refusal_of([this] { return write(); }), in_use_by(other));
  EXPECT_EQ(refusal_of([this] { return read(); }), in_use_by(other));
  EXPECT_EQ(writer_of(dir_.path()), other.pid());
  other.kill();
  EXPECT_EQ(writer_of(dir_.path()), std::nullopt);
  EXPECT_TRUE(read().held());
  EXPECT_TRUE(write().held());
}

TEST_F(RunLockTest, ReadersShareAndKeepWritersOff) {
  write().release();
  Other other([this] { of_the_other_ = read(); });
  EXPECT_TRUE(read().held());
  EXPECT_EQ(refusal_of([this] { return write(); }), in_use_by(other));
  EXPECT_EQ(writer_of(dir_.path()), std::nullopt);
  other.kill();
  EXPECT_TRUE(write().held());
}

TEST_F(RunLockTest, AWriterThatIsDoneLetsReadersIn) {
  Other other([this] {
    of_the_other_ = write();
    of_the_other_.let_readers_in();
  });
  EXPECT_TRUE(read().held());
  EXPECT_EQ(refusal_of([this] { return write(); }), in_use_by(other));
}

TEST_F(RunLockTest, AChildThatOutlivesItsParentIsWaitedFor) {
  Other parent([this] {
    of_the_other_ = write();
    if (::fork() != 0) return;
    ::usleep(500'000);
    ::_exit(0);
  });
  parent.kill();
  EXPECT_EQ(writer_of(dir_.path()), 0) << "the child, whom nobody knows";
  EXPECT_TRUE(write().held());
}

TEST_F(RunLockTest, WhatAKilledRunLeftMayBeOverwrittenInWhateverState) {
  for (const char* left : {"", "config.yaml", "events.bin"}) {
    Other other([&] {
      of_the_other_ = write();
      if (*left) std::ofstream(dir_ / left) << "x";
    });
    other.kill();
    EXPECT_TRUE(write().held()) << left;
  }
}

TEST_F(RunLockTest, ForeignDirectoriesGetNoLock) {
  std::ofstream(dir_ / "config.yaml") << "mine";
  EXPECT_THAT(refusal_of([this] { return write(); }), HasSubstr("holds something else than a run"));
  EXPECT_FALSE(read().held());
  EXPECT_FALSE(fs::exists(dir_ / kLockFile));
}

TEST_F(RunLockTest, SeedsOfAVariantDoNotMakeItForeign) {
  fs::create_directory(dir_ / "seed-7");
  fs::create_directory(dir_ / "aligned");
  EXPECT_TRUE(write().held());
  std::ofstream(dir_ / "seed-7/result.json") << "{}";
  remove_former_run(dir_.path());
  EXPECT_TRUE(fs::exists(dir_ / "seed-7/result.json")) << "a run of its own";
}

TEST_F(RunLockTest, GuardsTheDirectoryItWasTakenOfAndNoOtherOfItsName) {
  const RunLock lock = write();
  EXPECT_TRUE(lock.guards(dir_.path()));
  fs::remove_all(dir_.path());
  EXPECT_FALSE(lock.guards(dir_.path()));
  const RunLock next = write();
  EXPECT_FALSE(lock.guards(dir_.path()));
  EXPECT_TRUE(next.guards(dir_.path()));
}

TEST_F(RunLockTest, OneProcessCannotHaveItTwice) {
  const RunLock first = write();
  EXPECT_EQ(refusal_of([this] { return write(); }), "two runs would write to " + dir_.path().string());
}

}  // namespace
}  // namespace tb::run
