// SPDX-License-Identifier: Apache-2.0
#include "tests/rtl/trapping_hart.h"

#include <gtest/gtest.h>

#include <numeric>

namespace bench {

using namespace platform;

unsigned TrappingHart::handled_in_all() const { return std::accumulate(handled_.begin(), handled_.end(), 0U); }

bool TrappingHart::settles(const Op& op) { return op.opcode >= Opcode::kCsrRead && op.opcode != Opcode::kWfi; }

Response TrappingHart::issue(const Op& op) {
  soc_.present(hart_, op);
  for (unsigned clocks = 0; clocks < 20000; ++clocks) {
    before_clock_();
    soc_.clock();
    if (soc_.asks(hart_)) return soc_.response(hart_);
  }
  ADD_FAILURE() << "opcode " << static_cast<int>(op.opcode) << " never ends";
  return {};
}

std::uint32_t TrappingHart::execute(const Op& op) {
  Op rest = op;
  for (;;) {
    const Response response = issue(rest);
    if (response.status == Status::kDone) {
      EXPECT_FALSE(response.error);
      return response.data;
    }
    traps_.push_back({soc_.now(), response.status, response.nmi ? 0 : response.cause, response.remaining});
    const std::uint64_t reported = soc_.now();
    const bool op_done = response.status == Status::kTrapped && settles(rest);
    ++depth_;
    handle(response);
    --depth_;
    // The edge that takes a trap does the work of an op that settles, and no work otherwise. Nested traps are inside
    // their outer one.
    if (depth_ == 0) trap_clocks_ += soc_.now() - reported + entry_latency_ + (op_done ? 1 : 2);
    if (op_done) return response.data;
    if (rest.opcode == Opcode::kWfi) return 0;
    if (rest.opcode == Opcode::kCompute) {
      EXPECT_EQ(response.status, Status::kTrapped);
      EXPECT_GE(response.remaining, 1U) << "a trap comes instead of a cycle, so one is left";
      EXPECT_LE(response.remaining, rest.data);
      rest.data = response.remaining;
    } else {
      EXPECT_EQ(response.status, Status::kNotStarted);
    }
  }
}

void TrappingHart::handle(const Response& trap) {
  if (trap.nmi) {
    ++handled_[0];
    EXPECT_EQ(trap.cause, 0U);
    execute(compute(3));
    execute(mnret());
    return;
  }
  ++handled_[trap.cause];
  EXPECT_EQ(execute(csr_read(csr::kMcause)), 0x8000'0000U | trap.cause);
  // Nobody else touches mstatus here, so a handler needs no copy of it: it never re-enables.
  switch (trap.cause) {
    case kIrqSoftware: execute(store(mswi::msip(hart_), 0)); break;
    case kIrqTimer: execute(store(mtimer::mtimecmp_hi(hart_), ~0U)); break;
    case kIrqExternal: {
      const std::uint32_t source = execute(load(plic::claim(hart_)));
      EXPECT_GE(source, kPlicSourceTest);
      soc_.set_source(source - kPlicSourceTest, false);
      execute(store(plic::claim(hart_), source));
      break;
    }
    default: ADD_FAILURE() << "cause " << trap.cause;
  }
  execute(compute(3));  // the device's line needs a clock or two to fall
  execute(mret());
}

}  // namespace bench
