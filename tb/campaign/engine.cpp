// SPDX-License-Identifier: Apache-2.0
#include "tb/campaign/engine.h"

#include <fmt/format.h>
#include <poll.h>

#include <chrono>
#include <deque>
#include <set>

#include "tb/campaign/simulate.h"
#include "tb/campaign/worker.h"
#include "tb/config/emit.h"
#include "tb/run/binary_hash.h"
#include "tb/run/models.h"
#include "tb/run/signal_watch.h"

namespace tb::campaign {
namespace {

namespace fs = std::filesystem;

constexpr const char* kStoreFile = "study.db";
constexpr const char* kWorkFolder = "work";  // of the simulations under way
constexpr int kWaitMs = 200;
constexpr unsigned kTries = 2;  // of a setting whose worker died

// The simulations of one call of measure().
class Batch {
 public:
  Batch(const WorkerTask& task, Store& store, const EngineOptions& options)
      : task_(task), store_(store), options_(options), out_(task.settings.size()), tries_(task.settings.size()) {
    for (std::uint32_t i = 0; i < task.settings.size(); ++i) waiting_.push_back(i);
  }
  // All are asked to end before any is waited for.
  ~Batch() {
    for (const auto& worker : workers_) worker->stop();
  }
  Batch(const Batch&) = delete;
  Batch& operator=(const Batch&) = delete;

  std::vector<Measured> run() {
    const run::SignalWatch watch;
    const std::size_t jobs = std::min<std::size_t>(options_.jobs, task_.settings.size());
    former_.resize(jobs);
    for (std::size_t i = 0; i < jobs; ++i) {
      workers_.push_back(new_worker());
      feed(*workers_.back());
    }
    while (done_ < out_.size()) {
      wait();
      if (watch.count() > 0) throw Interrupted(watch.signal());
      show();
    }
    return std::move(out_);
  }

 private:
  // Each in a directory of its own: a simulation of one that died may still hold the other.
  [[nodiscard]] std::unique_ptr<Worker> new_worker() {
    WorkerTask task = task_;
    task.dir /= std::to_string(made_++);
    return std::make_unique<Worker>(task);
  }

  void feed(Worker& worker) {
    if (waiting_.empty()) return;
    ++tries_[waiting_.front()];
    worker.give(waiting_.front());
    waiting_.pop_front();
  }

  void wait() {
    std::vector<pollfd> fds;
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < workers_.size(); ++i) {
      if (!workers_[i]->busy_with()) continue;
      fds.push_back({workers_[i]->fd(), POLLIN, 0});
      places.push_back(i);
    }
    const int ready = ::poll(fds.data(), fds.size(), kWaitMs);
    for (std::size_t i = 0; i < fds.size(); ++i) {
      if (ready > 0 && fds[i].revents != 0) take(places[i]);
      else if (ready == 0 && workers_[places[i]]->ended()) replace(places[i]);
    }
  }

  void take(std::size_t place) {
    Worker& worker = *workers_[place];
    const std::uint32_t setting = *worker.busy_with();
    auto answer = worker.answer();
    if (!answer) return replace(place);
    if (const std::string* key = std::get_if<std::string>(&*answer)) look_up(place, setting, *key);
    else keep(place, setting, std::get<Reply>(std::move(*answer)));
    if (!workers_[place]->busy_with()) feed(*workers_[place]);
  }

  // Either the store has it, or it runs.
  void look_up(std::size_t place, std::uint32_t setting, const std::string& key) {
    former_[place] = store_.find(key);
    std::optional<Measured> stored = former_[place] ? measured_from(*former_[place], task_.study) : std::nullopt;
    if (!stored) return workers_[place]->tell_to_run();
    workers_[place]->tell_to_skip();
    finish(setting, std::move(*stored));
  }

  // What an earlier study asked of the same log is kept.
  void keep(std::size_t place, std::uint32_t setting, Reply reply) {
    if (reply.record) {
      if (former_[place]) reply.record->found.merge(former_[place]->found);
      store_.put(*reply.record);
    }
    finish(setting, std::move(reply.measured));
  }

  // A worker has died: what it did is given to another one, once.
  void replace(std::size_t place) {
    const std::uint32_t setting = *workers_[place]->busy_with();
    const std::string death = workers_[place]->death();
    workers_[place] = new_worker();
    if (tries_[setting] < kTries) {
      waiting_.push_front(setting);
    } else {
      Measured lost;
      lost.failed = true;
      lost.message = death;
      lost.responses.assign(task_.study.responses.size(), kNothing);
      finish(setting, std::move(lost));
    }
    feed(*workers_[place]);
  }

  void finish(std::uint32_t setting, Measured measured) {
    cached_ += measured.cached;
    failed_ += measured.failed;
    out_[setting] = std::move(measured);
    ++done_;
  }

  void show() {
    const auto now = std::chrono::steady_clock::now();
    if (!options_.progress || now < next_) return;
    next_ = now + std::chrono::milliseconds(kWaitMs);
    options_.progress({done_, out_.size(), cached_, failed_});
  }

  const WorkerTask& task_;
  Store& store_;
  const EngineOptions& options_;
  std::vector<Measured> out_;
  std::vector<unsigned> tries_;
  std::deque<std::uint32_t> waiting_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::vector<std::optional<Record>> former_;  // by worker: what the store had of its setting
  std::size_t made_ = 0;                       // workers
  std::size_t done_ = 0, cached_ = 0, failed_ = 0;
  std::chrono::steady_clock::time_point next_;
};

fs::path made(const fs::path& dir) {
  std::error_code error;
  fs::create_directories(dir, error);
  if (error) throw config::ConfigError(fmt::format("cannot write to {}: {}", dir.string(), error.message()));
  return dir;
}

}  // namespace

Engine::Engine(const Backend& backend, const Study& study, EngineOptions options)
    : backend_(backend),
      study_(study),
      options_(std::move(options)),
      lock_(run::RunLock::to_write(made(options_.dir))),
      store_(std::make_unique<Store>(options_.dir / kStoreFile)) {
  static_cast<void>(run::binary_hash());  // once, not in each worker
}

Engine::~Engine() {
  std::error_code ignored;
  fs::remove_all(options_.dir / kWorkFolder, ignored);
}

std::vector<Measured> Engine::measure(const std::vector<Setting>& settings) {
  if (settings.empty()) return {};
  require_models(settings);
  const WorkerTask task{backend_, study_, settings, options_.dir / kWorkFolder, options_.hung_after_s};
  return Batch(task, *store_, options_).run();
}

// Before any worker runs: two would build the same one.
void Engine::require_models(const std::vector<Setting>& settings) const {
  std::set<std::string> seen;
  for (const Setting& setting : settings) {
    std::string machine = setting.variant;
    for (const config::Override& set : setting.sets)
      if (set.path.starts_with("hardware")) machine += " " + set.path + "=" + config::emit_flow(set.value);
    if (!seen.insert(machine).second) continue;
    try {
      run::require_model(backend_, scenario_of(study_, setting, backend_.library).hardware.harts);
    } catch (const config::ConfigError&) {  // it will say so when it runs
    }
  }
}

std::size_t Engine::count_cached(const std::vector<Setting>& settings) const {
  std::size_t count = 0;
  for (const Setting& setting : settings) {
    try {
      const auto record = store_->find(key_of(backend_, scenario_of(study_, setting, backend_.library)));
      count += record && measured_from(*record, study_);
    } catch (const config::ConfigError&) {  // it will say so when it runs
    }
  }
  return count;
}

}  // namespace tb::campaign
