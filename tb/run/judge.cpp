// SPDX-License-Identifier: Apache-2.0
// What a run came to, from how its process ended and what its log says.
#include <fmt/format.h>
#include <signal.h>
#include <sys/wait.h>

#include <algorithm>
#include <cstring>

#include "tb/run/job.h"

namespace tb::run {

namespace {

bool is_fault(int signal) { return signal == SIGSEGV || signal == SIGBUS || signal == SIGFPE || signal == SIGILL; }

std::string law_message(const std::vector<BrokenLaw>& laws) {
  const BrokenLaw& first = laws.front();
  std::string text =
      fmt::format("{} at cycle {} on hart {}: {} ({})", first.name, first.cycle, first.hart, first.text, first.event);
  if (laws.size() > 1) text += fmt::format("; and {} more", laws.size() - 1);
  return text;
}

}  // namespace

int RunReport::exit_code() const {
  if (outcome == Outcome::kInterrupted) return 128 + (signal ? signal : SIGINT);
  const int code = info(outcome).exit_code;
  return lost.empty() ? code : std::max(code, info(Outcome::kInternalError).exit_code);
}

// ", in ops_dispatch of hart 1 (pid 17, sleeper0)", as the child noted when it died.
std::string Job::whereabouts() const {
  const SharedState& state = **state_;
  if (!state.death_noted.load(std::memory_order_acquire)) return "";
  std::string text = state.stack_overflow ? ", stack overflow" : "";
  if (state.where.known)
    text += fmt::format(", in {} of hart {} (pid {}, {})", state.where.site, state.where.hart, state.where.pid, state.where.comm);
  return text;
}

std::string Job::died_of(int signal, sim::Cycle last) const {
  std::string text = fmt::format("{} (signal {}){} after cycle {}", ::strsignal(signal), signal, whereabouts(), last);
  if (signal == SIGKILL) text += ": by somebody, or by the host for want of memory";
  return text;
}

void Job::judge(int wait_status) {
  const SharedState& state = **state_;
  const Evaluation& seen = report_.evaluation;
  const auto decide = [this](Outcome outcome, std::string message) {
    report_.outcome = outcome;
    report_.message = std::move(message);
  };
  const bool ended_early = !state.finished || state.end == sim::End::kInterrupted;
  if (hung_ && ended_early)
    return decide(Outcome::kHung, fmt::format("no simulated progress beyond cycle {}{}", seen.cycles, whereabouts()));
  if (signals_ > 0 && ended_early)
    return decide(Outcome::kInterrupted,
                  fmt::format("ended by signal {} at cycle {}{}", report_.signal, seen.cycles, whereabouts()));
  if (state.no_memory && !state.finished)  // closing files without memory may crash
    return decide(Outcome::kInternalError, "out of memory" + whereabouts());
  if (WIFSIGNALED(wait_status)) {
    const int signal = WTERMSIG(wait_status);
    return decide(is_fault(signal) && seen.policy_loaded ? Outcome::kPolicyCrashed : Outcome::kInternalError,
                  died_of(signal, seen.cycles));
  }
  if (state.failed) return decide(Outcome::kInternalError, state.message + whereabouts());
  if (!state.finished)
    return decide(Outcome::kInternalError, fmt::format("the simulation process left with status {}", WEXITSTATUS(wait_status)));
  if (state.end == sim::End::kInterrupted) {  // a SIGTERM to the child itself
    report_.signal = SIGTERM;
    return decide(Outcome::kInterrupted, fmt::format("ended by signal {} at cycle {}", SIGTERM, seen.cycles));
  }
  if (state.end == sim::End::kPanic || state.end == sim::End::kRtlInvariant)
    return decide(Outcome::kInvariantBroken, state.message);
  if (!seen.broken_invariant.empty()) return decide(Outcome::kInvariantBroken, seen.broken_invariant);
  if (!seen.log_complete || seen.digest != state.digest)
    return decide(Outcome::kInternalError, "events.bin does not hold what was written to it");
  if (!seen.broken_laws.empty()) return decide(Outcome::kLawBroken, law_message(seen.broken_laws));
  if (request_.scenario.run.stop_when && !state.stop_seen && state.end == sim::End::kCyclesMax)
    return decide(Outcome::kTimedOut,
                  fmt::format("{} did not happen in {} us", event_log::to_string(request_.scenario.run.stop_when->event),
                              request_.scenario.run.until_us));
  decide(seen.all_passed() ? Outcome::kPassed : Outcome::kExpectationFailed, "");
}

}  // namespace tb::run
