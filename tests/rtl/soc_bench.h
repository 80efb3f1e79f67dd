// SPDX-License-Identifier: Apache-2.0
// The four-hart SoC on a bench: clocks, ops and responses, in verbs. A broken RTL invariant throws sim::RtlInvariant.
#pragma once

#include <cstdint>
#include <memory>

#include "Vsoc.h"
#include "platform.h"

namespace bench {

using platform::hart::Opcode;
using platform::hart::Status;

inline constexpr unsigned kHarts = 4;

struct Op {
  Opcode opcode;
  std::uint32_t addr = 0;
  std::uint32_t data = 0;
  std::uint32_t cmp = 0;
  std::uint32_t lead = 0;
};

struct Response {
  Status status;
  bool nmi;
  bool error;
  std::uint32_t cause;
  std::uint32_t data;
  std::uint32_t remaining;
};

struct Knobs {
  std::uint16_t mem_latency = 2;
  std::uint16_t ipi_latency = 4;
  std::uint16_t irq_entry_latency = 6;
  std::uint16_t timer_prescale = 0;
};

inline Op compute(std::uint32_t cycles) { return {Opcode::kCompute, 0, cycles}; }
inline Op load(std::uint32_t addr) { return {Opcode::kLoad, addr}; }
inline Op store(std::uint32_t addr, std::uint32_t data) { return {Opcode::kStore, addr, data}; }
inline Op csr_read(std::uint32_t csr) { return {Opcode::kCsrRead, csr}; }
inline Op csr_write(std::uint32_t csr, std::uint32_t data) { return {Opcode::kCsrWrite, csr, data}; }
inline Op csr_set(std::uint32_t csr, std::uint32_t data) { return {Opcode::kCsrSet, csr, data}; }
inline Op csr_clear(std::uint32_t csr, std::uint32_t data) { return {Opcode::kCsrClear, csr, data}; }
inline Op wfi() { return {Opcode::kWfi}; }
inline Op mret() { return {Opcode::kMret}; }
inline Op mnret() { return {Opcode::kMnret}; }

class SocBench {
 public:
  explicit SocBench(Knobs knobs = {}, std::uint64_t seed = 1);
  ~SocBench();

  // Power-on reset, then clocks until hart 0 asks.
  void boot();
  // boot(), then hart 0 releases the others. All harts ask afterwards.
  void boot_all();
  void hold_reset(bool hold) { dut_->rst_n = hold ? 0 : 1; }

  // One clock edge standing for max(skip, 1) cycles.
  void clock(std::uint32_t skip = 0);
  void clocks(unsigned count) {
    for (unsigned i = 0; i < count; ++i) clock();
  }
  [[nodiscard]] std::uint64_t now() const { return now_; }

  [[nodiscard]] bool asks(unsigned hart) const { return (dut_->attn_o >> hart & 1U) != 0; }
  void present(unsigned hart, const Op& op);
  [[nodiscard]] Response response(unsigned hart) const;
  // Clocks until the hart asks again; fails the test after limit.
  unsigned wait(unsigned hart, unsigned limit = 100000);
  // present + wait; the clocks it took are in took().
  Response run(unsigned hart, const Op& op);
  // The same; the op must be done without trap or error. Returns the data.
  std::uint32_t must(unsigned hart, const Op& op);
  [[nodiscard]] unsigned took() const { return took_; }

  [[nodiscard]] std::uint32_t csr(unsigned hart, std::uint32_t number) { return must(hart, csr_read(number)); }
  void set_source(unsigned index, bool level);
  Vsoc& pins() { return *dut_; }

 private:
  VerilatedContext context_;
  std::unique_ptr<Vsoc> dut_;
  std::uint64_t now_ = 0;
  unsigned took_ = 0;
};

}  // namespace bench
