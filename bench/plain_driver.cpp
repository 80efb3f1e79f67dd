// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <memory>
#include <vector>

#include "Vsoc_h4.h"
#include "Vsoc_h4___024root.h"
#include "bench/workload.h"
#include "sim/falling_edge.h"
#include "verilated.h"

namespace bench {

namespace {

constexpr sim::Cycle kResetClocks = 5;  // as the bridge holds it

struct PlainHarts {
  explicit PlainHarts(std::uint32_t op_cycles) : op_cycles_(op_cycles) {
    for (unsigned hart = 0; hart < kHarts; ++hart) streams.emplace_back(hart, op_cycles);
  }

  void present(Vsoc_h4& soc, unsigned hart, const sim::Op& op) {
    soc.op_ctl[hart] = static_cast<std::uint32_t>(op.opcode);
    soc.op_addr[hart] = op.addr;
    soc.op_data[hart] = op.data;
    soc.op_cmp[hart] = op.compare;
    soc.op_tgl = static_cast<CData>(soc.op_tgl ^ (1u << hart));
  }

  void serve(Vsoc_h4& soc, sim::Cycle now) {
    for (unsigned hart = 0; hart < kHarts; ++hart) {
      if ((soc.attn >> hart & 1) == 0) continue;
      if (hart == 0 && !released_) {
        released_ = true;
        present(soc, hart, {.opcode = sim::Opcode::kStore, .addr = platform::hart_control::run(0), .data = (1u << kHarts) - 1});
        continue;
      }
      if (started_[hart]) streams[hart].account(now);
      if (op_cycles_ == kAllComputing) {
        present(soc, hart, {.opcode = sim::Opcode::kCompute, .data = 0xffffffff});
      } else {
        present(soc, hart, streams[hart].next());
      }
      started_[hart] = true;
    }
  }

  std::vector<OpStream> streams;

 private:
  std::uint32_t op_cycles_;
  bool released_ = false;
  bool started_[kHarts] = {};
};

}  // namespace

Measurement plain_driver(std::uint32_t op_cycles, sim::Cycle cycles) {
  VerilatedContext context;
  context.threads(1);
  context.traceEverOn(true);  // as in the product: compiled in, not opened
  const auto soc = std::make_unique<Vsoc_h4>(&context, "");
  PlainHarts harts(op_cycles);
  const auto clock = [&soc] {
    soc->clk = 1;
    soc->eval();
    sim::leave_falling_edge_out(*soc);  // as the bridge does: what differs is the driver alone
  };
  soc->mem_latency = 2;
  soc->ipi_latency = 4;
  soc->irq_entry_latency = 6;
  for (sim::Cycle cycle = 0; cycle < kResetClocks; ++cycle) {
    soc->rst_n = cycle == kResetClocks - 1;
    clock();
  }

  const auto start = std::chrono::steady_clock::now();
  for (sim::Cycle cycle = kResetClocks; cycle < cycles; ++cycle) {
    clock();
    if (soc->attn != 0) harts.serve(*soc, cycle + 1);
  }
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
  Measurement result{.mega_cycles_per_s = static_cast<double>(cycles) / elapsed.count() / 1e6};
  for (const auto& stream : harts.streams) result.hash ^= stream.hash();
  soc->final();
  return result;
}

}  // namespace bench
