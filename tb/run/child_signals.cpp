// SPDX-License-Identifier: Apache-2.0
#include "tb/run/child_signals.h"

#include <signal.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <memory>
#include <new>

namespace tb::run {

namespace {

SharedState* shared = nullptr;
machine::Whereabouts (*where_is_software)() = nullptr;
bool closing = false;
alignas(16) unsigned char handler_stack[64 * 1024];  // contexts have small stacks, and one may be what overflowed

// The first note counts: what follows may be a consequence.
void note_death(bool stack_overflow) {
  if (shared->death_noted.load()) return;
  if (where_is_software) shared->where = where_is_software();
  shared->stack_overflow = stack_overflow;
  shared->death_noted.store(true, std::memory_order_release);
}

// What it takes to say that there is no memory left: exceptions on their way through SystemC allocate.
constexpr std::size_t kReserveBytes = std::size_t{4} << 20;
std::unique_ptr<unsigned char[]> reserve;

void on_no_memory() {
  std::set_new_handler(nullptr);
  note_death(false);
  shared->no_memory.store(true, std::memory_order_release);
  reserve.reset();
}

void on_terminate(int) {
  if (!shared->pulse.stop.exchange(true)) ::alarm(kStopWithinS);
}

void on_alarm(int) {
  if (shared->pulse.stopping.load() && !closing) {
    closing = true;
    ::alarm(kCloseWithinS);
    return;
  }
  note_death(false);
  ::kill(::getpid(), SIGKILL);
}

void handle(int signal, void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  action.sa_flags = SA_ONSTACK | SA_RESTART;
  ::sigaction(signal, &action, nullptr);
}

// If the parent is killed as well, the log is what the file holds by then.
void on_sync(int) {
  const int error = errno;
  event_log::sync_log(shared->log);
  errno = error;
}

// Without a timer a run is as good, and leaves less only when its parent is killed too.
void start_sync_timer() {
  handle(SIGRTMIN, on_sync);
  sigevent event{};
  event.sigev_notify = SIGEV_SIGNAL;
  event.sigev_signo = SIGRTMIN;
  timer_t timer{};
  const itimerspec every{{0, kSyncEveryMs * 1'000'000L}, {0, kSyncEveryMs * 1'000'000L}};
  if (::timer_create(CLOCK_MONOTONIC, &event, &timer) == 0) ::timer_settime(timer, 0, &every, nullptr);
}

std::uintptr_t stack_pointer([[maybe_unused]] const void* context) {
#if defined(__x86_64__)
  return static_cast<std::uintptr_t>(static_cast<const ucontext_t*>(context)->uc_mcontext.gregs[REG_RSP]);
#elif defined(__aarch64__)
  return static_cast<std::uintptr_t>(static_cast<const ucontext_t*>(context)->uc_mcontext.sp);
#else
  return 0;
#endif
}

// The handler is back to the default by now: a fault in here, or the signal raised anew, ends the process.
void on_fault(int signal, siginfo_t* info, void* context) {
  constexpr std::uintptr_t kNear = 64 * 1024;  // a frame that large may straddle the guard page
  const std::uintptr_t sp = stack_pointer(context);
  const auto address = reinterpret_cast<std::uintptr_t>(info->si_addr);
  const bool by_access = info->si_code > 0 && (signal == SIGSEGV || signal == SIGBUS);
  note_death(by_access && sp != 0 && address + kNear > sp && address < sp + kNear);
  ::raise(signal);
}

}  // namespace

void install_child_signals(SharedState& state, machine::Whereabouts (*whereabouts)()) {
  shared = &state;
  where_is_software = whereabouts;
  reserve.reset(new unsigned char[kReserveBytes]);  // untouched: no page of it is taken
  std::set_new_handler(on_no_memory);
  stack_t stack{};
  stack.ss_sp = handler_stack;
  stack.ss_size = sizeof handler_stack;
  ::sigaltstack(&stack, nullptr);
  // The parent decides when a run ends early: what a terminal sends reaches the whole group.
  ::signal(SIGINT, SIG_IGN);
  ::signal(SIGHUP, SIG_IGN);
  ::signal(SIGXFSZ, SIG_IGN);  // a write that fails says so itself
  handle(SIGTERM, on_terminate);
  handle(SIGALRM, on_alarm);
  start_sync_timer();
  for (const int fault : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT}) {
    struct sigaction action {};
    action.sa_sigaction = on_fault;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | static_cast<int>(SA_RESETHAND);
    ::sigaction(fault, &action, nullptr);
  }
}

}  // namespace tb::run
