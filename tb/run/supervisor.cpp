// SPDX-License-Identifier: Apache-2.0
#include "tb/run/supervisor.h"

#include <signal.h>
#include <time.h>

#include <array>
#include <chrono>
#include <csignal>
#include <thread>

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

// The user's signals as something to look at, while in scope. Writing to a closed pipe or beyond a limit is an error to
// report then, not the end.
class SignalWatch {
 public:
  SignalWatch() {
    last_signal = 0;
    signal_count = 0;
    for (std::size_t i = 0; i < kSignals.size(); ++i) {
      struct sigaction action {};
      action.sa_handler = kSignals[i] == SIGPIPE || kSignals[i] == SIGXFSZ ? SIG_IGN : on_signal;
      ::sigaction(kSignals[i], &action, &old_[i]);
    }
  }
  ~SignalWatch() {
    for (std::size_t i = 0; i < kSignals.size(); ++i) ::sigaction(kSignals[i], &old_[i], nullptr);
  }
  SignalWatch(const SignalWatch&) = delete;
  SignalWatch& operator=(const SignalWatch&) = delete;
  [[nodiscard]] int signal() const { return last_signal; }
  [[nodiscard]] int count() const { return signal_count; }

 private:
  static constexpr std::array kSignals{SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGXFSZ};
  std::array<struct sigaction, kSignals.size()> old_{};
};

enum class State { kWaiting, kRunning, kDone };

// Something the testbench cannot do for one job ends that job, not the others.
template <typename Step>
bool attempt(Job& job, const Step& step) {
  try {
    return step();
  } catch (const std::exception& error) {
    job.fail(error.what());
    return false;
  }
}

bool stalled(Job& job, double limit) {
  constexpr double kWaitingFactor = 10;  // a busy host gives little CPU
  const Job::Stalled since = job.stalled();
  return since.cpu_s > limit || since.wall_s > limit * kWaitingFactor;
}

}  // namespace

int supervise(std::vector<Job>& jobs, const SupervisorOptions& options, const std::function<void(const Job&)>& done) {
  constexpr auto kPollEvery = std::chrono::milliseconds(2);
  constexpr unsigned kPollsPerLook = 50;
  const SignalWatch watch;
  std::vector<State> states(jobs.size(), State::kWaiting);
  std::size_t reported = 0;
  unsigned running = 0;
  int passed_on = 0;
  for (unsigned polls = 0; reported < jobs.size(); ++polls) {
    const int count = watch.count();
    const bool look = polls % kPollsPerLook == 0;
    if (count > 0 && passed_on == 0 && running > 0 && options.interrupted) options.interrupted();
    for (std::size_t i = 0; i < jobs.size(); ++i) {
      Job& job = jobs[i];
      if (states[i] == State::kWaiting && running < options.parallel && count == 0) {
        states[i] = State::kRunning;
        ++running;
        if (!attempt(job, [&job] { return job.start(), true; })) {
          states[i] = State::kDone;
          --running;
        }
      }
      if (states[i] != State::kRunning) continue;
      if (count > passed_on) job.interrupt(watch.signal());
      else if (look && stalled(job, options.hung_after_cpu_s)) job.give_up();
      if (attempt(job, [&job] { return !job.poll(); })) continue;
      states[i] = State::kDone;
      --running;
    }
    passed_on = count;
    for (; reported < jobs.size() && states[reported] == State::kDone; ++reported) done(jobs[reported]);
    if (count > 0 && running == 0) return watch.signal();
    if (reported == jobs.size()) break;
    if (look && options.progress) {
      std::vector<const Job*> active;
      for (std::size_t i = 0; i < jobs.size(); ++i)
        if (states[i] == State::kRunning) active.push_back(&jobs[i]);
      options.progress(active);
    }
    std::this_thread::sleep_for(kPollEvery);
  }
  return watch.signal();
}

}  // namespace tb::run
