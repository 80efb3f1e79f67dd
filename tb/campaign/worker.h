// SPDX-License-Identifier: Apache-2.0
// A process that runs one setting after the other, as the engine tells it through a socket.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "tb/campaign/engine.h"

namespace tb::campaign {

struct WorkerTask {
  const Backend& backend;
  const Study& study;
  std::span<const Setting> settings;  // the numbers in the socket are places here
  std::filesystem::path dir;          // of its simulations
  double hung_after_s;
};

struct Reply {
  Measured measured;
  std::optional<Record> record;  // to be stored
};

// A worker is given a setting, answers with the key of its run, and is told whether to run it; then it answers with the result.
// Only the engine has the store open: a connection to SQLite must not be carried over a fork.
class Worker {
 public:
  // Forks it. Throws std::system_error.
  explicit Worker(const WorkerTask& task);
  // Ends it, by force if it does not get there by itself.
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  void give(std::uint32_t setting);
  void tell_to_run();
  void tell_to_skip();  // it waits for another setting then
  // Waits for what it says next: a key, or the reply. Nothing: the process has ended instead.
  [[nodiscard]] std::optional<std::variant<std::string, Reply>> answer();
  // To wait for answers of several workers.
  [[nodiscard]] int fd() const { return fd_; }
  [[nodiscard]] std::optional<std::uint32_t> busy_with() const { return busy_with_; }
  // It is no more, whoever holds its end of the socket: a simulation that it forked may.
  [[nodiscard]] bool ended();
  // After ended(), or after answer() said so: of what.
  [[nodiscard]] std::string death();
  // Asks it to end; the destructor waits for that.
  void stop();

 private:
  pid_t pid_ = 0;
  int fd_ = -1;
  int status_ = 0;  // of a worker that has ended
  std::optional<std::uint32_t> busy_with_;
};

// What a run of the setting gives. `scenario` is that of the setting.
[[nodiscard]] Reply reply_of(const WorkerTask& task, config::Scenario scenario);
// What a stored run gives; nothing if it lacks something that the study needs, or cannot be read.
[[nodiscard]] std::optional<Measured> measured_from(const Record& stored, const Study& study);

}  // namespace tb::campaign
