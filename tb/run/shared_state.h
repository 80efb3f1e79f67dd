// SPDX-License-Identifier: Apache-2.0
// What a simulating child leaves in memory shared with its parent, valid whenever and however the child dies.
#pragma once

#include <sys/mman.h>

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <new>
#include <string_view>
#include <system_error>

#include "log/writer.h"
#include "machine/machine.h"
#include "sim/pulse.h"

namespace tb::run {

struct SharedState {
  sim::Pulse pulse{};
  std::atomic<bool> finished{false};  // the fields below it are complete
  sim::End end{};
  bool stop_seen = false;  // stop_when happened
  std::uint64_t cycles = 0;
  std::uint64_t clocks = 0;
  std::uint64_t ops = 0;
  unsigned reboots = 0;
  std::array<double, sim::Profile::kParts> profile{};
  double host_seconds = 0;
  double cpu_seconds = 0;
  char digest[40] = {};
  std::atomic<bool> failed{false};  // an exception ended the child; `message` says which
  char message[1024] = {};
  bool no_space = false;                 // with `failed`: nothing more can be written
  std::atomic<bool> no_memory{false};    // an allocation has failed
  std::atomic<bool> death_noted{false};  // a signal handler has filled the next two
  machine::Whereabouts where{};
  bool stack_overflow = false;
  event_log::LogBuffer log{};

  void set_message(std::string_view text) {
    const std::size_t length = std::min(text.size(), sizeof(message) - 1);
    std::memcpy(message, text.data(), length);
    message[length] = '\0';
  }
};

// A SharedState in an anonymous shared mapping.
class SharedStateMapping {
 public:
  SharedStateMapping() {
    void* memory = ::mmap(nullptr, sizeof(SharedState), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) throw std::system_error(errno, std::generic_category(), "shared memory");
    state_ = new (memory) SharedState;
  }
  ~SharedStateMapping() { ::munmap(state_, sizeof(SharedState)); }
  SharedStateMapping(const SharedStateMapping&) = delete;
  SharedStateMapping& operator=(const SharedStateMapping&) = delete;
  [[nodiscard]] SharedState& operator*() const { return *state_; }
  [[nodiscard]] SharedState* operator->() const { return state_; }

 private:
  SharedState* state_ = nullptr;
};

}  // namespace tb::run
