// SPDX-License-Identifier: Apache-2.0
// A process that runs one setting after the other, as the engine tells it through a pipe.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "tb/campaign/engine.h"

namespace tb::campaign {

struct WorkerTask {
  const Backend& backend;
  const Study& study;
  std::span<const Setting> settings;  // the numbers in the pipe are places here
  std::filesystem::path store;        // read by the worker, written by the engine
  std::filesystem::path dir;          // of its simulations
  double hung_after_s;
};

struct Reply {
  Measured measured;
  std::optional<Record> record;  // to be stored
};

class Worker {
 public:
  // Forks it. Throws std::system_error.
  explicit Worker(const WorkerTask& task);
  // Ends it.
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  void give(std::uint32_t setting);
  // Waits for the answer to give(). Nothing: the process has ended instead.
  [[nodiscard]] std::optional<Reply> answer();
  // To wait for answers of several workers.
  [[nodiscard]] int fd() const { return from_; }
  [[nodiscard]] std::optional<std::uint32_t> busy_with() const { return busy_with_; }
  // After answer() said that it has ended: of what.
  [[nodiscard]] std::string death();

 private:
  pid_t pid_ = 0;
  int to_ = -1, from_ = -1;
  std::optional<std::uint32_t> busy_with_;
};

// What a setting gives: from the store, or by a simulation.
[[nodiscard]] Reply work(const WorkerTask& task, const Store* store, const Setting& setting);

}  // namespace tb::campaign
