// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <signal.h>

#include <array>
#include <csignal>

namespace tb::run {

// The user's signals as something to look at, while in scope; one at a time in a process. Writing to a closed pipe or beyond a limit
// is an error to report then, not the end.
class SignalWatch {
 public:
  SignalWatch();
  ~SignalWatch();
  SignalWatch(const SignalWatch&) = delete;
  SignalWatch& operator=(const SignalWatch&) = delete;
  [[nodiscard]] int signal() const;  // the last one
  [[nodiscard]] int count() const;

 private:
  static constexpr std::array kSignals{SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGXFSZ};
  std::array<struct sigaction, kSignals.size()> old_{};
};

}  // namespace tb::run
