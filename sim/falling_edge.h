// SPDX-License-Identifier: Apache-2.0
// The design looks at rising edges only, so nobody need evaluate a falling one.
#pragma once

namespace sim {

// Ends a clock of a Verilated model: sets the clock low and, where the model lets us, what it takes for the clock's last
// value. A model of another Verilator, which calls that otherwise, is clocked both ways. Include the model's ___024root.h.
template <typename Soc>
inline void leave_falling_edge_out(Soc& soc) {
  soc.clk = 0;
  if constexpr (requires { soc.rootp->__Vtrigrprev__TOP__clk = 0; }) {
    soc.rootp->__Vtrigrprev__TOP__clk = 0;
  } else {
    soc.eval();
  }
}

}  // namespace sim
