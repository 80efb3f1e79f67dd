// SPDX-License-Identifier: Apache-2.0
#include "tb/run/supervisor.h"

#include <signal.h>

#include <chrono>
#include <csignal>
#include <thread>

namespace tb::run {

namespace {

volatile std::sig_atomic_t pending_signal = 0;

// SIGINT and SIGTERM as something to look at, while in scope.
class SignalWatch {
 public:
  SignalWatch() {
    pending_signal = 0;
    struct sigaction action {};
    action.sa_handler = [](int signal) { pending_signal = signal; };
    ::sigaction(SIGINT, &action, &old_int_);
    ::sigaction(SIGTERM, &action, &old_term_);
  }
  ~SignalWatch() {
    ::sigaction(SIGINT, &old_int_, nullptr);
    ::sigaction(SIGTERM, &old_term_, nullptr);
  }
  SignalWatch(const SignalWatch&) = delete;
  SignalWatch& operator=(const SignalWatch&) = delete;
  [[nodiscard]] int signal() const { return pending_signal; }

 private:
  struct sigaction old_int_ {};
  struct sigaction old_term_ {};
};

enum class State { kWaiting, kRunning, kDone };

}  // namespace

int supervise(std::vector<Job>& jobs, const SupervisorOptions& options, const std::function<void(const Job&)>& done) {
  constexpr auto kPollEvery = std::chrono::milliseconds(2);
  constexpr unsigned kPollsPerProgressCheck = 50;
  const SignalWatch watch;
  std::vector<State> states(jobs.size(), State::kWaiting);
  std::size_t reported = 0;
  unsigned running = 0;
  bool passed_on = false;
  for (unsigned polls = 0; reported < jobs.size(); ++polls) {
    const int signal = watch.signal();
    for (std::size_t i = 0; i < jobs.size(); ++i) {
      if (states[i] == State::kWaiting && running < options.parallel && !signal) {
        jobs[i].start();
        states[i] = State::kRunning;
        ++running;
      }
      if (states[i] != State::kRunning) continue;
      if (signal && !passed_on) jobs[i].abandon(signal);
      else if (polls % kPollsPerProgressCheck == 0 && jobs[i].cpu_seconds_without_progress() > options.hung_after_cpu_s)
        jobs[i].abandon(0);
      if (!jobs[i].poll()) continue;
      states[i] = State::kDone;
      --running;
    }
    passed_on = passed_on || signal != 0;
    for (; reported < jobs.size() && states[reported] == State::kDone; ++reported) done(jobs[reported]);
    if (signal && running == 0) return signal;
    if (reported < jobs.size()) std::this_thread::sleep_for(kPollEvery);
  }
  return watch.signal();
}

}  // namespace tb::run
