// SPDX-License-Identifier: Apache-2.0
#include "tests/rtl/soc_bench.h"

#include <gtest/gtest.h>

#include "soc_pins.h"  // generated

namespace bench {

SocBench::SocBench(Knobs knobs, std::uint64_t seed) {
  context_.randReset(2);  // registers nobody resets must not be 0 by luck
  context_.randSeed(static_cast<int>((seed * 0x9e3779b97f4a7c15ULL) >> 33U | 1U));
  dut_ = std::make_unique<Vsoc>(&context_, "");
  sim::clear_inputs(*dut_);
  dut_->power_wanted_i = 0xf;
  dut_->mem_latency_i = knobs.mem_latency;
  dut_->ipi_latency_i = knobs.ipi_latency;
  dut_->irq_entry_latency_i = knobs.irq_entry_latency;
  dut_->timer_prescale_i = knobs.timer_prescale;
}

SocBench::~SocBench() {
  Verilated::threadContextp(&context_);  // the model looks there when it goes; another bench may have been the last to run
  dut_->final();
}

void SocBench::clock(std::uint32_t skip) {
  dut_->sim_skip_i = skip;
  dut_->clk = 0;
  dut_->eval();
  dut_->clk = 1;
  dut_->eval();
  now_ += skip == 0 ? 1 : skip;
}

void SocBench::boot() {
  hold_reset(true);
  clocks(4);
  hold_reset(false);
  ASSERT_LE(wait(0), 4U);
  ASSERT_EQ(response(0).status, Status::kReset);
}

void SocBench::boot_all() {
  boot();
  must(0, store(platform::hart_control::run(0), (1U << kHarts) - 1));
  for (unsigned hart = 1; hart < kHarts; ++hart) {
    if (!asks(hart)) wait(hart);
    ASSERT_EQ(response(hart).status, Status::kReset);
  }
}

void SocBench::present(unsigned hart, const Op& op) {
  ASSERT_TRUE(asks(hart)) << "hart " << hart << " does not wait for an op";
  dut_->op_ctl_i[hart] = static_cast<std::uint32_t>(op.opcode);
  dut_->op_addr_i[hart] = op.addr;
  dut_->op_data_i[hart] = op.data;
  dut_->op_cmp_i[hart] = op.cmp;
  dut_->op_lead_i[hart] = op.lead;
  dut_->op_tgl_i = static_cast<CData>(dut_->op_tgl_i ^ (1U << hart));
}

Response SocBench::response(unsigned hart) const {
  const std::uint32_t byte = dut_->rsp_status_o >> (8 * hart) & 0xffU;
  return {.status = static_cast<Status>(byte & platform::hart::kRspStatus),
          .nmi = (byte & platform::hart::kRspNmi) != 0,
          .error = (byte & platform::hart::kRspBusError) != 0,
          .cause = (byte & platform::hart::kRspCause) >> platform::hart::kRspCauseShift,
          .data = dut_->rsp_data_o[hart],
          .remaining = dut_->rsp_remaining_o[hart]};
}

unsigned SocBench::wait(unsigned hart, unsigned limit) {
  for (unsigned count = 1; count <= limit; ++count) {
    clock();
    if (asks(hart)) return count;
  }
  ADD_FAILURE() << "hart " << hart << " does not ask within " << limit << " clocks";
  return limit;
}

Response SocBench::run(unsigned hart, const Op& op) {
  present(hart, op);
  took_ = wait(hart);
  return response(hart);
}

std::uint32_t SocBench::must(unsigned hart, const Op& op) {
  const Response done = run(hart, op);
  EXPECT_EQ(done.status, Status::kDone) << "opcode " << static_cast<int>(op.opcode) << " address " << op.addr;
  EXPECT_FALSE(done.error) << "opcode " << static_cast<int>(op.opcode) << " address " << op.addr;
  return done.data;
}

void SocBench::set_source(unsigned index, bool level) {
  const auto bit = static_cast<CData>(1U << index);
  dut_->irq_src_i = static_cast<CData>(level ? dut_->irq_src_i | bit : dut_->irq_src_i & ~bit);
}

}  // namespace bench
