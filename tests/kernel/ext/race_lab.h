// SPDX-License-Identifier: Apache-2.0
// Two harts brought together inside the kernel, to the cycle: races are not waited for but made, from both sides.
#pragma once

#include <cstdint>

#include "firmware/kernel/arch.h"

namespace kernel {

namespace test {

inline void burn(std::uint64_t cycles) {
  arch::charge(static_cast<std::uint32_t>(cycles));
  arch::flush();
}

// Two sides that come here leave at one cycle, each with its own delay added. Interrupts off, so that nothing comes between.
class Meeting {
 public:
  // The side with the positive offset leaves that much later than the other.
  void open(int offset_of_side_1) {
    *this = Meeting();
    delay_[0] = offset_of_side_1 < 0 ? static_cast<unsigned>(-offset_of_side_1) : 0;
    delay_[1] = offset_of_side_1 > 0 ? static_cast<unsigned>(offset_of_side_1) : 0;
  }
  // False: the other side did not come in time.
  bool join(unsigned side) {
    arch::flush();  // what it owes for the way here
    here_[side] = true;
    for (unsigned turn = 0; !here_[1 - side]; ++turn) {
      if (turn == kTurnsMax) return false;
      burn(kTurn);
    }
    if (at_ == 0) at_ = arch::cycles() + 2 * kTurn;  // who comes second; the other looks within a turn
    burn(at_ + delay_[side] - arch::cycles());
    return true;
  }

 private:
  static constexpr unsigned kTurn = 10;
  static constexpr unsigned kTurnsMax = 3'000;

  bool here_[2] = {};
  unsigned delay_[2] = {};
  std::uint64_t at_ = 0;
};

}  // namespace test

}  // namespace kernel
