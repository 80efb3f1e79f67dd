// SPDX-License-Identifier: Apache-2.0
#include "tests/tb/fake_machine.h"

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <stdexcept>

#include "trace_events.h"  // generated

namespace {

std::vector<std::uint8_t>* captured_payload = nullptr;
std::uint8_t captured_id = 0;

}  // namespace

// The encoders' way out, which in the product the port provides.
void arch::trace_event(uint8_t id, const void* payload, size_t length) {
  const auto* bytes = static_cast<const std::uint8_t*>(payload);
  captured_id = id;
  captured_payload->assign(bytes, bytes + length);
}

namespace tb::test {

namespace {

EncodedEvent encode_one(sim::Cycle cycle, sim::HartId hart, const std::function<void()>& emit) {
  EncodedEvent event{cycle, hart, 0, {}};
  captured_payload = &event.payload;
  emit();
  event.id = captured_id;
  return event;
}

class FakeControl final : public sim::Control {
 public:
  explicit FakeControl(std::string fst_path) : fst_path_(std::move(fst_path)) {}

  [[nodiscard]] sim::Cycle now() const override { return now_; }
  void at(sim::Cycle at, std::function<void()> action) override { actions_.emplace(std::max(at, now_), std::move(action)); }
  void stop_at(sim::Cycle at) override { stop_ = std::min(stop_, at); }
  void set_irq_source(unsigned index, bool level) override { note("irq", index, level); }
  void set_sysrq_key(char key) override { note("key", static_cast<unsigned>(key), true); }
  void set_power_switch(sim::HartId hart, bool on) override { note("power", hart, on); }
  void waves_on() override { note("waves", 0, true); }
  void waves_off() override { note("waves", 0, false); }

  [[nodiscard]] sim::Cycle stop() const { return stop_; }
  void run_to(sim::Cycle cycle) {
    while (!actions_.empty() && actions_.begin()->first <= cycle) {
      auto node = actions_.extract(actions_.begin());
      now_ = node.key();
      node.mapped()();
    }
    now_ = std::max(now_, cycle);
  }

 private:
  // What was asked of the machine goes, in place of waves, to the waveform file.
  void note(const char* what, unsigned index, bool level) const {
    if (fst_path_.empty()) return;
    std::ofstream(fst_path_, std::ios::app) << now_ << ' ' << what << ' ' << index << ' ' << level << '\n';
  }

  std::string fst_path_;
  sim::Cycle now_ = 0;
  sim::Cycle stop_ = sim::kNever;
  std::multimap<sim::Cycle, std::function<void()>> actions_;
};

// The stall on one hart, from the moment the fixture is armed.
class StallScript {
 public:
  StallScript(const machine::RunConfig& run, const kernel::KernelConfig& kernel, sim::HartId hart)
      : run_(run), kernel_(kernel), hart_(hart), now_(kArmedAt + 500 * hart), next_tick_(tick_period()) {}

  [[nodiscard]] std::vector<Played> play() {
    add([] { trace::irq_off(trace::Site::kBoot); }, 10);
    if (hart_ == 0)
      script_.insert(script_.begin(), {{0, 0, [] { trace::reset(0, false); }},
                                       {1, 0, [] { trace::scx_enable("qmap"); }},
                                       {1, 0, [] { trace::scx_sysfs(trace::ScxEnableState::kEnabled, true, 0, 0, 1, "qmap"); }}});
    add([] { trace::irq_on(trace::Site::kBoot); }, 20);
    if (kernel_.user.nr_schedulers == 0) return script_;
    if (kernel_.breakout.limit == 0) endless_burst();
    else
      while (now_ < run_.cycles_max) cycle();
    return script_;
  }

 private:
  static constexpr sim::Cycle kArmedAt = 20'000;
  static constexpr sim::Cycle kCall = 150;

  [[nodiscard]] sim::Cycle tick_period() const { return sim::Cycle{kernel_.clock_mhz} * 1'000'000 / kernel_.hz; }

  void add(std::function<void()> emit, sim::Cycle after) {
    script_.push_back({now_, hart_, std::move(emit)});
    now_ += after;
  }

  void call(unsigned iteration) {
    add([iteration] { trace::dispatch_call(iteration); }, kCall - 40);
    add([] { trace::dispatch_refused(2, trace::Refusal::kNone); }, 40);
  }

  void burst() {
    const unsigned limit = kernel_.breakout.limit;
    const auto retry = static_cast<trace::Retry>(kernel_.breakout.retry);
    add([] { trace::irq_off(trace::Site::kSchedule); }, 60);
    add([] { trace::lock_acquired(3, 0); }, 0);
    add([] { trace::balance_enter(0); }, 30);
    for (unsigned i = 1; i <= limit; ++i) call(i);
    add([limit, retry] { trace::breakout(limit, retry); }, 5);
    if (kernel_.breakout.retry == kernel::BreakoutRetry::kKick) {
      const unsigned self = hart_;
      add([self] { trace::kick(self, 0, true); }, 5);
      add([self] { trace::ipi_raise(self, trace::IpiReason::kKick, false); }, 10);
    }
    add([limit] { trace::balance_exit(false, limit, true, 0); }, 100);
    add([] { trace::irq_on(trace::Site::kSchedule); }, 2);
  }

  void take_kick() {
    const unsigned self = hart_;
    add([] { trace::irq_entry(trace::Cause::kSoftware); }, 40);
    add([] { trace::irq_work_run(trace::IrqWork::kKickCpus); }, 20);
    add([self] { trace::need_resched(self, true); }, 20);
    add([] { trace::irq_exit(trace::Cause::kSoftware); }, 10);
    add([] { trace::irq_on(trace::Site::kIrqExit); }, 2);
  }

  void tick() {
    const std::uint64_t jiffies = next_tick_ / tick_period();
    now_ = std::max(now_, next_tick_);
    next_tick_ += tick_period();
    add([] { trace::irq_entry(trace::Cause::kTimer); }, 40);
    add([jiffies] { trace::tick(jiffies, 0); }, 80);
    add([] { trace::irq_exit(trace::Cause::kTimer); }, 10);
    add([] { trace::irq_on(trace::Site::kIrqExit); }, 2);
  }

  void cycle() {
    burst();
    if (kernel_.breakout.retry == kernel::BreakoutRetry::kKick) {
      take_kick();
      if (now_ >= next_tick_) tick();
      return;
    }
    add([] { trace::irq_off(trace::Site::kIdle); }, 5);
    add([] { trace::wfi_enter(3); }, 5);  // sleeps on tasks until something else happens
    now_ = std::max(now_, next_tick_);
    add([] { trace::wfi_exit(); }, 5);
    add([] { trace::irq_on(trace::Site::kIdle); }, 2);
    tick();
  }

  // No breakout: one balance until the watchdog's second stage, or for ever.
  void endless_burst() {
    const kernel::Knobs::HwWatchdog& watchdog = kernel_.hw_watchdog;
    const sim::Cycle bark = watchdog.enable ? watchdog.bark_ns * kernel_.clock_mhz / 1000 : sim::kNever;
    const sim::Cycle bite = watchdog.enable ? watchdog.bite_ns * kernel_.clock_mhz / 1000 : sim::kNever;
    const unsigned self = hart_;
    bool barked = false;
    add([] { trace::irq_off(trace::Site::kSchedule); }, 60);
    add([] { trace::balance_enter(0); }, 30);
    for (unsigned i = 1; now_ < run_.cycles_max && now_ < bite; ++i) {
      if (now_ >= bark && !barked) {
        barked = true;
        add([] { trace::irq_entry(trace::Cause::kNmi); }, 10);
        add([self] { trace::hw_watchdog_bark(self, trace::Site::kOpsDispatch); }, 10);
        add([] { trace::irq_exit(trace::Cause::kNmi); }, 10);
      }
      call(i);
    }
    if (now_ < bite || hart_ != 0) return;
    add([self] { trace::hw_watchdog_bite(self); }, 1);
    add([] { trace::reset(1, true); }, 90);
    add([] { trace::task_new(10, "sleeper0", trace::Class::kFair, 1); }, 10);
    add(
        [] {
          trace::sched_switch(0, "swapper/0", trace::TaskState::kR, 10, "sleeper0", trace::Class::kIdle, trace::Class::kFair);
        },
        0);
  }

  const machine::RunConfig& run_;
  const kernel::KernelConfig& kernel_;
  sim::HartId hart_;
  sim::Cycle now_;
  sim::Cycle next_tick_;
  std::vector<Played> script_;
};

bool has_task(const kernel::KernelConfig& kernel, const char* name) {
  for (std::uint32_t i = 0; i < kernel.user.nr_tasks; ++i)
    if (std::strcmp(kernel.user.tasks[i].comm, name) == 0) return true;
  return false;
}

// What the tests ask for by the names of tasks.
constexpr sim::Cycle kMisbehaveAt = 260'000;
void misbehave(const kernel::KernelConfig& kernel) {
  // A fault that no sanitizer catches for itself.
  if (has_task(kernel, "crash")) std::raise(SIGILL);
  if (has_task(kernel, "abort")) std::abort();
  if (has_task(kernel, "throw")) throw std::runtime_error("the fake machine was told to throw");
  if (has_task(kernel, "hang"))
    for (std::atomic<bool> forever{true}; forever;) {
    }
}

std::vector<EncodedEvent> script_of(const machine::RunConfig& config, const kernel::KernelConfig& kernel) {
  std::vector<Played> script;
  for (sim::HartId hart = 0; hart < config.hardware.harts; ++hart) {
    auto part = StallScript(config, kernel, hart).play();
    script.insert(script.end(), part.begin(), part.end());
  }
  if (has_task(kernel, "perturb") && !config.fst_path.empty())
    script.push_back({30'000, 0, [] { trace::policy_print("waves are open"); }});
  const sim::Cycle late = config.skip ? 100 : 0;
  if (has_task(kernel, "oversleep")) script.push_back({kMisbehaveAt + late, 0, [] { trace::policy_print("woken"); }});
  if (has_task(kernel, "oversleep_late")) script.push_back({2'600'000 + late, 0, [] { trace::policy_print("woken"); }});
  if (has_task(kernel, "eject"))
    script.insert(script.end(), {{40'000, 0, [] { trace::scx_error(1026, "runnable task stall", "a[9] failed"); }},
                                 {40'010, 0, [] { trace::sched_ext_dump("a[9] triggered exit kind 1026:"); }},
                                 {40'011, 0, [] { trace::sched_ext_dump(""); }},
                                 {40'500, 0, [] { trace::bypass(0, true); }},
                                 {41'000, 0, [] { trace::scx_disable("qmap", 1026, 0, "runnable task stall", "a[9] failed"); }}});
  if (has_task(kernel, "wait"))
    script.insert(script.end(), {{21'000, 0, [] { trace::kick(1, 6, false); }},
                                 {21'100, 0, [] { trace::irq_work_run(trace::IrqWork::kKickCpus); }}});
  std::stable_sort(script.begin(), script.end(),
                   [](const Played& a, const Played& b) { return std::pair(a.cycle, a.hart) < std::pair(b.cycle, b.hart); });
  return encode(script);
}

constexpr const char* kSwitch[] = {"off", "on"};
constexpr const char* kEnqueue[] = {"v7", "v6.12"};
constexpr kernel::PolicyOption kQmapOptions[] = {
    {"slice_us", "slice in us", 1, 1'000'000, 20'000, nullptr, 0},
    {"dsp_inf_loop_after", "dispatches until the fixture loops; 0: never", 0, 1'000'000, 0, nullptr, 0},
    {"direct_dispatch", "dispatch inside enqueue", 0, 1, 1, kSwitch, 2},
    {"enqueue", "which series", 0, 1, 0, kEnqueue, 2},
    {"timeout_ms", "watchdog timeout in ms", 1, 30'000, 5'000, nullptr, 0},
};
constexpr kernel::Policy kSimple{"simple", "global FIFO", nullptr, 0, nullptr};
constexpr kernel::Policy kQmap{"qmap", "five FIFOs by weight", kQmapOptions, 5, nullptr};
constexpr const kernel::Policy* kPolicyList[] = {&kSimple, &kQmap};
const std::vector<unsigned> kHartCounts = {1, 2, 4, 8};

}  // namespace

std::vector<EncodedEvent> encode(const std::vector<Played>& script) {
  std::vector<EncodedEvent> events;
  for (const Played& played : script) events.push_back(encode_one(played.cycle, played.hart, played.emit));
  return events;
}

std::span<const kernel::Policy* const> fake_policies() { return kPolicyList; }

machine::RunResult fake_run_machine(const machine::RunConfig& config, const kernel::KernelConfig& kernel, sim::Observer& observer,
                                    const std::function<void(sim::Control&)>& setup) {
  FakeControl control(config.fst_path);
  setup(control);
  const auto events = script_of(config, kernel);
  observer.on_console(0, "fake machine\n");
  machine::RunResult result{};
  result.end = sim::End::kCyclesMax;
  for (const EncodedEvent& event : events) {
    if (event.cycle >= config.cycles_max || event.cycle > control.stop()) break;
    if (config.pulse && config.pulse->stop) {
      result.end = sim::End::kInterrupted;
      break;
    }
    control.run_to(event.cycle);
    if (config.pulse) config.pulse->cycle = event.cycle;
    if (event.cycle > kMisbehaveAt) misbehave(kernel);
    if (event.cycle > kMisbehaveAt && has_task(kernel, "dawdle") && !config.skip)
      while (!config.pulse->stop) {
      }
    if (event.cycle > kMisbehaveAt && (has_task(kernel, "stumble") || (has_task(kernel, "trip") && config.skip))) {
      result.end = sim::End::kRtlInvariant;
      result.message = "the fake machine was told to trip";
      control.stop_at(event.cycle);
      break;
    }
    observer.on_event(event.view());
    const bool reset = event.id == static_cast<std::uint8_t>(trace::Event::kReset) && event.cycle > 0;
    result.reboots += reset ? 1 : 0;
    if (result.reboots > config.reboots_max) {
      result.end = sim::End::kRebootsMax;
      control.stop_at(event.cycle);
    }
  }
  if (result.end == sim::End::kCyclesMax && control.stop() < config.cycles_max) result.end = sim::End::kStopped;
  if (has_task(kernel, "panic")) {
    result.end = sim::End::kPanic;
    result.message = "BUG: the fake machine was told to panic";
  }
  result.cycles = result.end == sim::End::kInterrupted ? control.now() : std::min(control.stop(), config.cycles_max);
  if (config.pulse) config.pulse->stopping = true;
  control.run_to(result.cycles);
  result.clocks = result.cycles;
  result.ops = events.size();
  result.host_seconds = 0.001;
  return result;
}

Backend fake_backend(const std::filesystem::path& configs) {
  Backend backend;
  backend.library = {fake_policies(), configs};
  backend.hart_counts = [] { return kHartCounts; };
  backend.run_machine = fake_run_machine;
  backend.write_save_file = [](const SaveFileRequest& request) {
    std::ofstream file(request.run_dir / "waves.gtkw");
    file << request.dumped.front().from << ' ' << request.dumped.back().to << '\n';
  };
  backend.rtl_hash = backend.shipped_rtl_hash = std::string("fake");
  backend.versions = {{"scx-cosim", "test"}};
  return backend;
}

}  // namespace tb::test
