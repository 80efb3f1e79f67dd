// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/bridge_run.h"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <sstream>
#include <stdexcept>

#include "sim/soc.h"
#include "trace_events.h"  // generated

namespace sim_test {

namespace {

class Watcher final : public sim::Observer {
 public:
  Watcher(BridgeTrace& trace, const std::bitset<256>& prompt) : trace_(trace), prompt_(prompt) {}
  void watch(const sim::Soc& soc) { soc_ = &soc; }

  void on_event(const sim::Event& event) override {
    if (event.id != kResetEvent) {
      trace_.shown.push_back({event.cycle, event.hart, event.id, event.payload.empty() ? std::uint8_t{0} : event.payload[0]});
      trace_.delivered_at.push_back(soc_->now());
    }
  }
  [[nodiscard]] bool wants_at_once(std::uint8_t id) const override { return prompt_[id]; }
  void on_console(sim::HartId, std::string_view) override {}

 private:
  static constexpr std::uint8_t kResetEvent = static_cast<std::uint8_t>(trace::Event::kReset);
  BridgeTrace& trace_;
  std::bitset<256> prompt_;
  const sim::Soc* soc_ = nullptr;
};

class Harts final : public sc_core::sc_module, public sim::ResetHandler {
 public:
  Harts(const sc_core::sc_module_name& name, sim::Soc& soc, Software& software, BridgeTrace& trace)
      : sc_module(name), soc_(soc), software_(software), trace_(trace) {}

  bool on_system_reset(bool) override { return true; }
  void on_hart_reset(sim::HartId hart) override {
    sc_core::sc_spawn([this, hart] { live(hart); }, sc_core::sc_gen_unique_name("hart"));
  }

 private:
  void live(sim::HartId hart) {
    sim::Op op = software_.next(hart, nullptr);
    for (;;) {
      const sim::Completion done = soc_.harts[hart]->execute(op);
      const bool data = gives_data(op.opcode) && done.status != sim::Status::kNotStarted && !done.bus_error;
      trace_.served.push_back({soc_.now(), hart, done.status, done.bus_error, done.nmi, done.cause, data ? done.data : 0,
                               done.remaining, done.marks_done});
      trace_.known.emplace_back(soc_.now(), trace_.shown.size());
      op = software_.next(hart, &done);
    }
  }

  sim::Soc& soc_;
  Software& software_;
  BridgeTrace& trace_;
};

std::string text_of(const Served& s) {
  std::ostringstream text;
  text << "cycle " << s.cycle << " hart " << s.hart << " status " << static_cast<int>(s.status) << " error " << s.bus_error
       << " nmi " << s.nmi << " cause " << s.cause << " data " << s.data << " remaining " << s.remaining << " marks "
       << s.marks_done;
  return text.str();
}

std::string text_of(const Shown& s) {
  return "cycle " + std::to_string(s.cycle) + " hart " + std::to_string(s.hart) + " event " + std::to_string(s.event) +
         " value " + std::to_string(s.value);
}

template <typename Item>
std::string difference(const char* what, const std::vector<Item>& expected, const std::vector<Item>& found) {
  const auto [e, f] = std::mismatch(expected.begin(), expected.end(), found.begin(), found.end());
  if (e == expected.end() && f == found.end()) return {};
  const auto shown = [](const auto& list, const auto& at) {
    return at == list.end() ? std::string("nothing more") : text_of(*at);
  };
  return std::string(what) + " " + std::to_string(e - expected.begin()) + ": expected " + shown(expected, e) + "; found " +
         shown(found, f) + "\n";
}

}  // namespace

BridgeTrace run_on_bridge(const Setup& setup, Software& software, const BridgeOptions& options) {
  BridgeTrace trace;
  Watcher watcher(trace, options.prompt);
  sim::Soc soc("soc",
               {.harts = setup.harts,
                .clock_mhz = 100,
                .knobs = setup.knobs,
                .seed = 7,
                .skip = options.skip,
                .fst_path = options.fst_path,
                .cycles_max = setup.cycles},
               watcher);
  watcher.watch(soc);
  Harts harts("harts", soc, software, trace);
  soc.set_reset_handler(harts);
  for (const Stimulus& stimulus : setup.stimuli)
    soc.at(stimulus.at, [&soc, stimulus] { soc.set_irq_source(stimulus.source, stimulus.level); });
  if (!options.fst_path.empty()) {
    soc.at(options.wave_from, [&soc] { soc.waves_on(); });
    soc.at(options.wave_to, [&soc] { soc.waves_off(); });
  }
  sc_core::sc_start();
  soc.close_waves();
  if (soc.end() != sim::End::kCyclesMax) trace.trouble = "the run ended early: " + soc.stop_message() + "\n";
  trace.boot = soc.boot_cycle();
  trace.end = soc.now();
  trace.clocks = soc.clocks();
  const auto earlier = [](const Served& a, const Served& b) { return std::pair(a.cycle, a.hart) < std::pair(b.cycle, b.hart); };
  std::stable_sort(trace.served.begin(), trace.served.end(), earlier);  // within a cycle the harts' order is SystemC's
  return trace;
}

std::string difference(const Trace& expected, const Trace& found) {
  return difference("op", expected.served, found.served) + difference("event", expected.shown, found.shown);
}

std::string in_child(const std::function<std::string()>& body) {
  int ends[2];
  if (pipe(ends) != 0) throw std::runtime_error("pipe failed");
  const pid_t child = fork();
  if (child == 0) {
    close(ends[0]);
    std::string text;
    try {
      text = body();
    } catch (const std::exception& error) {
      text = error.what();
    }
    text += '\0';  // its last byte: it came to its end
    for (std::size_t sent = 0; sent < text.size();) {
      const ssize_t count = write(ends[1], text.data() + sent, text.size() - sent);
      if (count <= 0) _exit(1);
      sent += static_cast<std::size_t>(count);
    }
    _exit(0);
  }
  close(ends[1]);
  std::string text;
  char buffer[4096];
  for (ssize_t count = 0; (count = read(ends[0], buffer, sizeof buffer)) > 0;)
    text.append(buffer, static_cast<std::size_t>(count));
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  if (text.empty() || text.back() != '\0' || status != 0) return text + "the process died\n";
  text.pop_back();
  return text;
}

}  // namespace sim_test
