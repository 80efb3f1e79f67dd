// SPDX-License-Identifier: Apache-2.0
// A plain loop over a Verilated class of four harts.
#pragma once

#include <array>
#include <memory>
#include <vector>

#include "bench/drivers.h"
#include "sim/clock_edge.h"
#include "verilated.h"

namespace bench {

// The software side: serves every hart that wants attention.
template <typename Soc>
class PlainHarts {
 public:
  explicit PlainHarts(const Workload& load) {
    for (unsigned hart = 0; hart < kHarts; ++hart) streams_.emplace_back(hart, load);
  }

  void serve(Soc& soc, sim::Cycle now) {
    for (unsigned hart = 0; hart < kHarts; ++hart) {
      if ((soc.attn_o >> hart & 1) == 0) continue;
      if (hart == 0 && !released_) {
        released_ = true;
        present(soc, hart, release(kHarts, 0));
        continue;
      }
      if (started_[hart]) streams_[hart].account(now);
      present(soc, hart, streams_[hart].next());
      started_[hart] = true;
    }
  }

  [[nodiscard]] std::uint64_t hash() const {
    std::uint64_t hash = 0;
    for (const auto& stream : streams_) hash ^= stream.hash();
    return hash;
  }

 private:
  static constexpr unsigned kHarts = 4;

  static void present(Soc& soc, unsigned hart, const sim::Op& op) {
    soc.op_ctl_i[hart] = static_cast<std::uint32_t>(op.opcode);
    soc.op_addr_i[hart] = op.addr;
    soc.op_data_i[hart] = op.data;
    soc.op_cmp_i[hart] = op.compare;
    soc.op_tgl_i = static_cast<CData>(soc.op_tgl_i ^ (1u << hart));
  }

  std::vector<OpStream> streams_;
  bool released_ = false;
  std::array<bool, kHarts> started_{};
};

template <typename Soc>
Driven drive_plainly(const Workload& load) {
  VerilatedContext context;
  context.threads(1);
  context.traceEverOn(true);  // as in the product: compiled in, not opened
  const auto soc = std::make_unique<Soc>(&context, "");
  PlainHarts<Soc> harts(load);
  soc->mem_latency_i = kMemLatency;
  soc->ipi_latency_i = kIpiLatency;
  soc->irq_entry_latency_i = kIrqEntryLatency;
  soc->eval();
  for (sim::Cycle cycle = 0; cycle < kResetClocks; ++cycle) {
    soc->rst_n = cycle == kResetClocks - 1;
    sim::settle_inputs(*soc);
    sim::clock_edge(*soc);
  }

  const Stopwatch watch;
  for (sim::Cycle cycle = kResetClocks; cycle < load.cycles; ++cycle) {
    sim::clock_edge(*soc);  // as the bridge clocks: what differs is the driver alone
    if (soc->attn_o == 0) continue;
    harts.serve(*soc, cycle + 1);
    sim::settle_inputs(*soc);
  }
  const double seconds = watch.seconds();
  soc->final();
  return {.seconds = seconds, .hash = harts.hash()};
}

}  // namespace bench
