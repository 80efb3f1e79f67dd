// SPDX-License-Identifier: Apache-2.0
// Runs settings side by side, each once: what the store has is not run again, and what has run is stored at once. Each worker is
// a process that has the program and the study in memory already and forks one simulation after the other, so that at any time
// as many simulations as there are workers take processors, and nothing else does for long.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "tb/campaign/points.h"
#include "tb/campaign/record.h"
#include "tb/campaign/store.h"
#include "tb/run/backend.h"
#include "tb/run/run_lock.h"

namespace tb::campaign {

struct Progress {
  std::size_t done = 0, total = 0;  // of this call of measure()
  std::size_t cached = 0, failed = 0;
};

struct EngineOptions {
  std::filesystem::path dir;  // of the study; made if it is not there
  unsigned jobs = 1;
  double hung_after_s = 60;
  std::function<void(const Progress&)> progress = {};  // a few times a second
};

// The user's signal ended it. All that had run by then is stored.
class Interrupted : public std::runtime_error {
 public:
  explicit Interrupted(int signal) : std::runtime_error("interrupted"), signal_(signal) {}
  [[nodiscard]] int signal() const { return signal_; }

 private:
  int signal_;
};

// What is known of one simulation. Of one that `failed`, only why.
struct Measured {
  std::vector<double> responses;
  Outcome outcome = Outcome::kInternalError;
  std::string event_hash;
  std::uint64_t cycles = 0;
  double cpu_seconds = 0;  // of the simulation, when it ran
  bool cached = false;
  bool failed = false;  // no scenario, or the host failed: nothing is stored
  std::string message;
};

class Engine {
 public:
  // Throws DirectoryInUse: another process has the directory; StoreError, ConfigError.
  Engine(const Backend& backend, const Study& study, EngineOptions options);
  ~Engine();

  // In the order of `settings`, whatever the number of jobs. Throws Interrupted, StoreError.
  [[nodiscard]] std::vector<Measured> measure(const std::vector<Setting>& settings);
  // How many of them the store has. Runs nothing.
  [[nodiscard]] std::size_t count_cached(const std::vector<Setting>& settings) const;

  // Builds the models that the settings need and that are not there yet. measure() does it too.
  void require_models(const std::vector<Setting>& settings) const;

 private:
  const Backend& backend_;
  const Study& study_;
  EngineOptions options_;
  run::RunLock lock_;
  std::unique_ptr<Store> store_;
};

}  // namespace tb::campaign
