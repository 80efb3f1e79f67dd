// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/random_harts.h"

#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <memory>
#include <stdexcept>
#include <vector>

int sc_main(int, char*[]) { return 0; }  // libsystemc's own main() refers to it

namespace sim_test {

namespace {

using sim::Opcode;
using sim::Status;

std::uint64_t fold(std::uint64_t hash, std::uint64_t value) { return (hash ^ value) * 0x100000001b3u; }

struct Random {
  std::uint64_t state;
  std::uint32_t below(std::uint32_t bound) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return static_cast<std::uint32_t>((state >> 33) % bound);
  }
};

class MarkHash final : public sim::Observer {
 public:
  void on_event(const sim::Event& event) override {
    hash = fold(fold(hash, event.cycle), event.hart);
    for (const std::uint8_t byte : event.payload) hash = fold(hash, byte);
  }
  void on_console(sim::HartId, std::string_view) override {}
  // So the bridge is lazy where it may be: without skipping, and under waves, it stops at every mark.
  [[nodiscard]] bool wants_at_once(std::uint8_t) const override { return false; }
  std::uint64_t hash = 1;
};

class RandomHarts final : public sc_core::sc_module, public sim::ResetHandler {
 public:
  RandomHarts(const sc_core::sc_module_name& name, sim::Soc& soc, const Traffic& traffic)
      : sc_module(name), soc_(soc), traffic_(traffic), hashes_(traffic.harts, 1) {}

  bool on_system_reset(bool) override { return true; }
  void on_hart_reset(sim::HartId hart) override {
    sc_core::sc_spawn([this, hart] { Hart(*this, hart).live(); }, sc_core::sc_gen_unique_name("hart"));
  }

  [[nodiscard]] std::uint64_t hash() const {
    std::uint64_t all = 1;
    for (const std::uint64_t hash : hashes_) all = fold(all, hash);
    return all;
  }
  std::uint64_t traps = 0;

 private:
  // The software of one hart; lives on its thread's stack.
  class Hart {
   public:
    Hart(RandomHarts& owner, sim::HartId hart)
        : owner_(owner), hart_(hart), random_{owner.traffic_.seed * 1000 + hart}, splits_{owner.traffic_.seed * 77 + hart} {}

    [[noreturn]] void live() {
      if (hart_ == 0) perform({.opcode = Opcode::kStore, .addr = platform::hart_control::run(0), .data = 0xff});
      arm_timer();
      perform({.opcode = Opcode::kCsrWrite,
               .addr = platform::csr::kMie,
               .data = platform::csr::kMieSoftware | platform::csr::kMieTimer});
      perform({.opcode = Opcode::kCsrSet, .addr = platform::csr::kMstatus, .data = platform::csr::kMstatusMie});
      for (;;) step();
    }

   private:
    void step() {
      const std::uint32_t ram = platform::ram::kBase + 4 * random_.below(64);
      switch (random_.below(12)) {
        case 0: return void(perform({.opcode = Opcode::kStore, .addr = ram, .data = random_.below(1000)}));
        case 1: return void(perform({.opcode = Opcode::kAmoAdd, .addr = ram, .data = 3}));
        case 2:
          return void(perform({.opcode = Opcode::kCas, .addr = ram, .data = random_.below(9), .compare = random_.below(9)}));
        case 3:
          return void(
              perform({.opcode = Opcode::kStore, .addr = platform::mswi::msip(random_.below(owner_.traffic_.harts)), .data = 1}));
        case 4:
          return void(
              perform({.opcode = Opcode::kCsrClear, .addr = platform::csr::kMstatus, .data = platform::csr::kMstatusMie}));
        case 5:
        case 6:
          return void(perform({.opcode = Opcode::kCsrSet, .addr = platform::csr::kMstatus, .data = platform::csr::kMstatusMie}));
        case 7: return void(perform({.opcode = Opcode::kWfi}));
        default: return compute();
      }
    }

    void compute() {
      const std::uint32_t cycles = 1 + random_.below(random_.below(8) == 0 ? 3000 : 60);
      std::vector<sim::Mark> marks;
      const std::uint8_t payload[] = {static_cast<std::uint8_t>(random_.below(100))};
      for (std::uint32_t at = random_.below(20); at <= cycles && marks.size() < 4; at += 1 + random_.below(40)) {
        marks.push_back({.offset = at,
                         .reg = sim::kEventMark,
                         .event = 1,
                         .hart = static_cast<std::uint16_t>(hart_),
                         .value = 0,
                         .length = 1});
      }
      if (!owner_.traffic_.split_computes || cycles < 2) return compute_with(cycles, marks, payload);
      const std::uint32_t first = 1 + splits_.below(cycles - 1);
      std::vector<sim::Mark> before;
      std::vector<sim::Mark> after;
      for (sim::Mark mark : marks) {
        if (mark.offset <= first) {
          before.push_back(mark);
        } else {
          mark.offset -= first;
          after.push_back(mark);
        }
      }
      compute_with(first, before, payload);
      compute_with(cycles - first, after, payload);
    }

    void compute_with(std::uint32_t cycles, std::vector<sim::Mark> marks, const std::uint8_t* payload) {
      perform({.opcode = Opcode::kCompute, .data = cycles, .marks = {.marks = marks, .payloads = payload}});
    }

    sim::Completion execute(const sim::Op& op) { return owner_.soc_.harts[hart_]->execute(op); }

    // The op's effect once, with every trap it meets handled on the way.
    void perform(sim::Op op) {
      std::vector<sim::Mark> left;
      for (;;) {
        const sim::Completion done = execute(op);
        if (done.bus_error) throw std::logic_error("bus error");
        if (op.opcode != Opcode::kCompute) account(done);
        if (done.status == Status::kDone) return;
        account(done);
        handle_trap(done);
        if (done.status == Status::kTrapped && op.opcode != Opcode::kCompute) return;
        if (op.opcode != Opcode::kCompute) continue;
        if (done.remaining == 0) return;
        std::vector<sim::Mark> rest(op.marks.marks.begin() + done.marks_done, op.marks.marks.end());
        for (sim::Mark& mark : rest) mark.offset -= op.data - done.remaining;
        left.swap(rest);
        op.marks.marks = left;
        op.data = done.remaining;
      }
    }

    void handle_trap(const sim::Completion& taken) {
      ++owner_.traps;
      if (taken.cause == platform::kIrqSoftware) {
        account(execute({.opcode = Opcode::kStore, .addr = platform::mswi::msip(hart_), .data = 0}));
      } else {
        arm_timer();
      }
      const sim::Completion back = execute({.opcode = Opcode::kMret});
      account(back);
      if (back.status == Status::kTrapped) handle_trap(back);
    }

    void arm_timer() {
      const std::uint32_t ticks =
          static_cast<std::uint32_t>(owner_.soc_.now() - owner_.soc_.boot_cycle()) / (owner_.traffic_.knobs.timer_prescale + 1u);
      account(execute(
          {.opcode = Opcode::kStore, .addr = platform::mtimer::mtimecmp_lo(hart_), .data = ticks + 20 + random_.below(900)}));
      account(execute({.opcode = Opcode::kStore, .addr = platform::mtimer::mtimecmp_hi(hart_), .data = 0}));
    }

    void account(const sim::Completion& done) {
      std::uint64_t& hash = owner_.hashes_[hart_];
      hash = fold(hash, owner_.soc_.now());
      hash = fold(hash, (static_cast<std::uint64_t>(done.status) << 40) | (std::uint64_t{done.cause} << 32) | done.data);
    }

    RandomHarts& owner_;
    sim::HartId hart_;
    Random random_;
    Random splits_;
  };

  sim::Soc& soc_;
  const Traffic& traffic_;
  std::vector<std::uint64_t> hashes_;
};

Seen run_here(const Traffic& traffic) {
  MarkHash observer;
  sim::Soc soc("soc",
               {.harts = traffic.harts,
                .clock_mhz = 100,
                .knobs = traffic.knobs,
                .seed = 7,
                .skip = traffic.skip,
                .fst_path = traffic.fst_path,
                .cycles_max = traffic.cycles},
               observer);
  RandomHarts harts("harts", soc, traffic);
  soc.set_reset_handler(harts);
  if (!traffic.fst_path.empty()) {
    soc.at(2000, [&soc] { soc.waves_on(); });
    soc.at(6000, [&soc] { soc.waves_off(); });
  }
  sc_core::sc_start();
  soc.close_waves();
  if (soc.end() != sim::End::kCyclesMax) throw std::runtime_error("run ended early: " + soc.stop_message());
  return {.services = harts.hash(), .marks = observer.hash, .traps = harts.traps, .clocks = soc.clocks(), .ops = soc.ops()};
}

// The child must never return into the test that forked it.
int report(const Traffic& traffic, int out) {
  try {
    const Seen seen = run_here(traffic);
    return write(out, &seen, sizeof seen) == static_cast<ssize_t>(sizeof seen) ? 0 : 1;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}

}  // namespace

Seen run(const Traffic& traffic) {
  int ends[2];
  if (pipe(ends) != 0) throw std::runtime_error("pipe failed");
  const pid_t child = fork();
  if (child == 0) {
    _exit(report(traffic, ends[1]));
  }
  close(ends[1]);
  Seen seen;
  const bool complete = read(ends[0], &seen, sizeof seen) == static_cast<ssize_t>(sizeof seen);
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  if (!complete || status != 0) throw std::runtime_error("the run's process died");
  return seen;
}

}  // namespace sim_test
