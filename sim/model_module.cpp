// SPDX-License-Identifier: Apache-2.0
// The module of a model: scripts/build_model compiles this file once for each number of harts, SOC_HARTS, beside what Verilator
// made of the RTL.
#include "Vsoc.h"
#include "Vsoc___024root.h"
#include "sim/verilated_soc.h"

SIM_DECLARE_REGIONS(Vsoc)

extern "C" [[gnu::visibility("default")]] sim::Model* scx_make_model(std::uint64_t seed, std::uint32_t ps_per_cycle);
extern "C" sim::Model* scx_make_model(std::uint64_t seed, std::uint32_t ps_per_cycle) {
  return std::make_unique<sim::VerilatedSoc<Vsoc>>(SOC_HARTS, seed, ps_per_cycle).release();
}
