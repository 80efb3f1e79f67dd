// SPDX-License-Identifier: Apache-2.0
#include "tb/run/signal_watch.h"

#include <time.h>

namespace tb::run {
namespace {

volatile std::sig_atomic_t last_signal = 0;
volatile std::sig_atomic_t signal_count = 0;
long last_signal_ms = 0;

// timeout(1) and the like send the same signal twice; a user who presses twice takes longer.
void on_signal(int signal) {
  constexpr long kSameMs = 300;
  timespec time{};
  ::clock_gettime(CLOCK_MONOTONIC, &time);
  const long now = time.tv_sec * 1000 + time.tv_nsec / 1'000'000;
  if (signal_count > 0 && now - last_signal_ms < kSameMs) return;
  last_signal_ms = now;
  last_signal = signal;
  signal_count = signal_count + 1;
}

}  // namespace

SignalWatch::SignalWatch() {
  last_signal = 0;
  signal_count = 0;
  for (std::size_t i = 0; i < kSignals.size(); ++i) {
    struct sigaction action {};
    action.sa_handler = kSignals[i] == SIGPIPE || kSignals[i] == SIGXFSZ ? SIG_IGN : on_signal;
    ::sigaction(kSignals[i], &action, &old_[i]);
  }
}

SignalWatch::~SignalWatch() {
  for (std::size_t i = 0; i < kSignals.size(); ++i) ::sigaction(kSignals[i], &old_[i], nullptr);
}

int SignalWatch::signal() const { return last_signal; }
int SignalWatch::count() const { return signal_count; }

}  // namespace tb::run
