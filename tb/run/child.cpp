// SPDX-License-Identifier: Apache-2.0
#include "tb/run/child.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <exception>
#include <new>
#include <system_error>

#include "tb/config/lower.h"
#include "tb/run/child_signals.h"

namespace tb::run {

namespace {

// What libraries print goes beside the results, not between the lines of the parent.
void redirect_output(const std::filesystem::path& file) {
  const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
  if (fd < 0) throw std::system_error(errno, std::generic_category(), file.string());
  ::dup2(fd, STDOUT_FILENO);
  ::dup2(fd, STDERR_FILENO);
  ::close(fd);
}

void simulate(const ChildTask& task, SharedState& state) {
  const config::LoweredScenario lowered(task.scenario);
  machine::RunConfig run = lowered.run();
  run.skip = task.skip;
  run.profile = task.profile;
  run.pulse = &state.pulse;
  if (!task.waves.empty()) run.fst_path = task.fst.string();
  run.cycles_max = std::min(run.cycles_max, task.cycles_max);
  Recorder recorder(task.scenario, task.dir, state, task.waves, task.verbose);
  machine::RunResult result{};
  try {
    result = task.backend.run_machine(run, lowered.kernel(), recorder,
                                      [&recorder](sim::Control& control) { recorder.attach(control); });
  } catch (...) {
    if (recorder.failure()) std::rethrow_exception(recorder.failure());
    throw;
  }
  recorder.close();
  state.end = result.end;
  state.set_message(result.message);
  state.cycles = result.cycles;
  state.clocks = result.clocks;
  state.ops = result.ops;
  state.reboots = result.reboots;
  state.profile = result.profile;
  state.host_seconds = result.host_seconds;
  state.cpu_seconds = result.cpu_seconds;
  state.finished.store(true, std::memory_order_release);
}

[[noreturn]] void child_main(const ChildTask& task, SharedState& state) {
  install_child_signals(state, task.backend.whereabouts);
  try {
    redirect_output(task.dir / "simulator.log");
    simulate(task, state);
  } catch (const std::bad_alloc&) {
    state.set_message("out of memory");
    state.failed.store(true, std::memory_order_release);
  } catch (const std::system_error& error) {
    const int code = error.code().value();
    state.no_space = code == ENOSPC || code == EDQUOT || code == EFBIG;
    state.set_message(error.what());
    state.failed.store(true, std::memory_order_release);
  } catch (const std::exception& error) {
    state.set_message(error.what());
    state.failed.store(true, std::memory_order_release);
  } catch (...) {
    state.set_message("an exception of unknown type");
    state.failed.store(true, std::memory_order_release);
  }
  std::fflush(nullptr);
  ::_exit(0);  // the parent's objects are not ours to destroy
}

}  // namespace

pid_t start_child(const ChildTask& task, SharedState& state) {
  std::fflush(nullptr);  // or the child would print the parent's lines again
  const pid_t parent = ::getpid();
  const pid_t pid = ::fork();
  if (pid < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (pid > 0) return pid;
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);     // if the parent dies, the run ends and closes its files
  if (::getppid() != parent) ::_exit(0);  // it died before we asked to be told
  child_main(task, state);
}

}  // namespace tb::run
