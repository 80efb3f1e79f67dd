// SPDX-License-Identifier: Apache-2.0
#include "tb/run/supervisor.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "tb/run/signal_watch.h"

namespace tb::run {

namespace {

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
  constexpr std::chrono::microseconds kPollFirst(100), kPollEvery(2000);  // runs of a few ms are not kept waiting
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
    std::this_thread::sleep_for(std::min(kPollEvery, kPollFirst * (1 + polls / 10)));
  }
  return watch.signal();
}

}  // namespace tb::run
