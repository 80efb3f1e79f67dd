// SPDX-License-Identifier: Apache-2.0
// Software that does everything the hart port allows, at random: every op with and without a lead, refused ones, marks, shared
// words, IPIs, timers, interrupts from outside, and barks that come as NMI and tell the site they sampled.
#pragma once

#include <vector>

#include "tests/sim/reference_machine.h"

namespace sim_test {

inline constexpr std::uint8_t kPromptEvent = 1;  // whose observer acts on the machine
inline constexpr std::uint8_t kLazyEvent = 2;

class RandomSoftware final : public Software {
 public:
  RandomSoftware(unsigned harts, std::uint64_t seed);
  sim::Op next(sim::HartId hart, const sim::Completion* answer) override;

  // Answers so far, by kind: a run must have met all of them to have shown anything.
  struct Met {
    unsigned nmi = 0, external = 0, software = 0, timer = 0;
    unsigned computes_cut = 0, leads_cut = 0, not_started = 0, let_in = 0, refused = 0, woken = 0;
  };
  [[nodiscard]] const Met& met() const { return met_; }

 private:
  struct Random {
    std::uint64_t state;
    std::uint32_t below(std::uint32_t bound) {
      state = state * 6364136223846793005U + 1442695040888963407U;
      return static_cast<std::uint32_t>((state >> 33) % bound);
    }
  };
  // Something to do, kept until it is done.
  struct Task {
    sim::Op op{};
    std::vector<sim::Mark> marks{};
    bool add_answer = false;  // the operand is what the op before it has read, and this
  };
  struct Hart {
    Random random;
    std::vector<Task> todo = {};  // the next one last
    std::uint32_t read = 0;
    std::vector<std::uint8_t> payloads = {};
    bool in_nmi = false;  // what its handler reads is nobody else's
  };

  void after(Hart& hart, sim::HartId id, const sim::Completion& answer);
  void count(const sim::Op& op, const sim::Completion& answer);
  void handle(Hart& hart, sim::HartId id, const sim::Completion& trap);
  void plan(Hart& hart, sim::HartId id);
  void boot(Hart& hart, sim::HartId id);
  void arm_timer(Hart& hart, sim::HartId id);
  void push(Hart& hart, std::vector<Task> tasks);
  void add_marks(Hart& hart, sim::HartId id, Task& task, std::uint32_t cycles);

  unsigned harts_;
  std::vector<Hart> all_;
  Met met_;
};

}  // namespace sim_test
