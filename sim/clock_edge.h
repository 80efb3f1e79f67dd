// SPDX-License-Identifier: Apache-2.0
// One clock of a Verilated design that looks at rising edges of `clk` only. A falling edge need not be evaluated, nor eval() ask
// which edge it is: eval() spends a seventh of its time on that. Include the model's ___024root.h, and declare its
// regions.
#pragma once

#include <verilated.h>

#include <utility>

namespace sim {

// At namespace scope, once per unit that clocks the model. Verilator defines these two in every model, and declares them
// nowhere.
#define SIM_DECLARE_REGIONS(model)                                                          \
  void model##___024root___eval_ico(model##___024root*);                                    \
  void model##___024root___eval_nba(model##___024root*);                                    \
  inline void eval_inputs(model##___024root& root) { model##___024root___eval_ico(&root); } \
  inline void eval_registers(model##___024root& root) { model##___024root___eval_nba(&root); }

// Whether everything can be left out that is not this edge: of Verilator's insides this version's are known.
template <typename Soc>
inline constexpr bool kEdgeKnown =
#if VERILATOR_VERSION_INTEGER == 5006000
    requires(Soc& soc) {
  soc.rootp->__VicoTriggered.at(0) = true;
}
&&sizeof(std::declval<Soc&>().rootp->__VnbaTriggered) == 1;
#else
    false;
#endif

// Call after a change of inputs, ahead of the edge that is to see them.
template <typename Soc>
inline void settle_inputs(Soc& soc) {
  if constexpr (kEdgeKnown<Soc>) {
    soc.rootp->__VicoTriggered.at(0) = true;
    eval_inputs(*soc.rootp);
  }
}

// A rising edge; `clk` is low before and after. The model has to be evaluated once before the first, and for waves: an
// edge that they show by eval(), and once before they are opened.
template <typename Soc>
inline void clock_edge(Soc& soc) {
  if constexpr (kEdgeKnown<Soc>) {
    soc.rootp->__VnbaTriggered.at(0) = true;
    eval_registers(*soc.rootp);
  } else {
    soc.clk = 1;
    soc.eval();
    soc.clk = 0;
    soc.eval();
  }
}

}  // namespace sim
