// SPDX-License-Identifier: Apache-2.0
// An NMI arrives at each clock from before an interrupt is taken to after its handler has begun, for each cause and entry latency.
// What must happen is computed from the documented rules alone: an NMI that is pending at the edge that would take the interrupt
// comes first, and the interrupt with the MNRET at the earliest; one that becomes pending later waits for the end of the entry and
// comes instead of the handler's next clock. Neither is lost, and neither touches what the other keeps.
#include <gtest/gtest.h>

#include <string>
#include <tuple>

#include "tests/rtl/soc_bench.h"

namespace bench {
namespace {

using namespace platform;

constexpr std::uint32_t kWork = 2000;  // cycles of the interrupted COMPUTE
constexpr unsigned kMargin = 14;       // clocks swept before the interrupt and after its report
constexpr std::uint32_t kMieOn = csr::kMstatusMpp | csr::kMstatusMpie | csr::kMstatusMie;
constexpr std::uint32_t kInHandler = csr::kMstatusMpp | csr::kMstatusMpie;

class NmiEntry : public testing::TestWithParam<std::tuple<std::uint32_t, std::uint16_t>> {
 protected:
  static std::uint32_t cause() { return std::get<0>(GetParam()); }
  static std::uint16_t latency() { return std::get<1>(GetParam()); }
};

// Hart 0 computes, hart 1 arranges an interrupt and a bark for it, both to come at known edges.
class Bout {
 public:
  Bout(std::uint32_t cause, std::uint16_t latency)
      : cause_(cause), soc_({.mem_latency = 2, .ipi_latency = 4, .irq_entry_latency = latency}) {
    soc_.boot_all();
    soc_.must(1, store(plic::priority(kPlicSourceTest), 1));
    soc_.must(1, store(plic::enable(0, 0), 1U << kPlicSourceTest));
    soc_.must(0, csr_write(csr::kMie, 1U << cause));
    soc_.must(0, csr_write(csr::kMstatus, csr::kMstatusMie | csr::kMstatusMpie));
  }

  // The interrupt is taken at the edge `edge` from now if nothing else is: the only thing that differs between causes.
  // The bark is seen by the hart's judgement of traps from the edge `nmi` on. Returns once both are on their way.
  void arrange(std::uint64_t edge, std::uint64_t nmi) {
    const std::uint64_t start = soc_.now();
    edge_ = start + edge;
    const std::uint64_t judged = start + nmi;
    soc_.must(1, store(swdt::channel_ctrl(0),
                       swdt::kChannelCtrlEnable | swdt::kChannelCtrlBarkRouteNmi << swdt::kChannelCtrlBarkRouteShift));
    // A transfer takes five clocks. Behind the one that enables it the watchdog counts each clock, and barks in the first that finds
    // its threshold reached; the pulse makes the NMI pending a clock later, which the next judges.
    const std::uint64_t enabled = soc_.now() + 10;
    soc_.must(1, store(swdt::channel_bark_thold(0), static_cast<std::uint32_t>(judged - enabled - 3)));
    soc_.must(1, store(swdt::gctrl(), swdt::kGctrlEnable));
    EXPECT_EQ(soc_.now(), enabled);
    if (cause_ == kIrqTimer) {  // MTIP rises in the clock behind the one that reaches the time, and is judged in the next
      const std::uint32_t time = soc_.csr(1, csr::kTime);  // as before the edge that read it
      soc_.must(1, store(mtimer::mtimecmp_lo(0), static_cast<std::uint32_t>(time + (edge_ - 2) - (soc_.now() - 1))));
      soc_.must(1, store(mtimer::mtimecmp_hi(0), 0));
    }
    presented_ = soc_.now();
    soc_.present(0, compute(kWork));
  }

  // Clocks until hart 0 asks.
  Response next() {
    for (unsigned clocks = 0; clocks < 2 * kWork; ++clocks) {
      // A level shows as pending a clock later, on the line in the next, and is judged in the one behind.
      if (cause_ == kIrqExternal && soc_.now() == edge_ - 3) soc_.set_source(0, true);
      // Five clocks to the register, four to the line, and one to be judged.
      if (cause_ == kIrqSoftware && soc_.now() == edge_ - 10) soc_.present(1, store(mswi::msip(0), 1));
      soc_.clock();
      if (soc_.asks(0)) return soc_.response(0);
    }
    ADD_FAILURE() << "hart 0 does not ask";
    return {};
  }
  Response run(const Op& op) {
    soc_.present(0, op);
    return next();
  }
  std::uint32_t read(std::uint32_t number) {
    const Response done = run(csr_read(number));
    EXPECT_EQ(done.status, Status::kDone) << "CSR " << number;
    return done.data;
  }
  void silence() {
    if (cause_ == kIrqTimer) run(store(mtimer::mtimecmp_hi(0), ~0U));
    if (cause_ == kIrqSoftware) run(store(mswi::msip(0), 0));
    if (cause_ == kIrqExternal) {
      EXPECT_EQ(run(load(plic::claim(0))).data, kPlicSourceTest);
      soc_.set_source(0, false);
      run(store(plic::claim(0), kPlicSourceTest));
    }
    run(compute(3));
  }

  [[nodiscard]] std::uint64_t now() const { return soc_.now(); }
  [[nodiscard]] std::uint64_t edge() const { return edge_; }
  [[nodiscard]] std::uint64_t presented() const { return presented_; }

 private:
  std::uint32_t cause_;
  SocBench soc_;
  std::uint64_t edge_ = 0;
  std::uint64_t presented_ = 0;
};

void expect_nmi(const Response& response, Status status) {
  EXPECT_EQ(response.status, status);
  EXPECT_TRUE(response.nmi);
  EXPECT_EQ(response.cause, 0U);
}

void expect_interrupt(const Response& response, std::uint32_t cause) {
  EXPECT_EQ(response.status, Status::kTrapped);
  EXPECT_FALSE(response.nmi);
  EXPECT_EQ(response.cause, cause);
}

TEST_P(NmiEntry, InEachClockBothComeOnceAndInTheirOrder) {
  constexpr std::uint64_t kEdge = 200;  // from the arrangement to the edge that takes the interrupt
  const std::uint64_t entry = latency() + 1U;
  unsigned before = 0, within = 0, after = 0;
  for (std::uint64_t nmi = kEdge - kMargin; nmi <= kEdge + entry + kMargin; ++nmi) {
    SCOPED_TRACE("NMI judged " + std::to_string(static_cast<int>(nmi) - static_cast<int>(kEdge)) +
                 " clocks behind the interrupt");
    Bout bout(cause(), latency());
    bout.arrange(kEdge, nmi);
    const std::uint64_t interrupt_edge = bout.edge(), nmi_edge = interrupt_edge - kEdge + nmi;
    std::uint32_t left = 0;
    Response response = bout.next();
    if (nmi <= kEdge) {
      ++before;
      expect_nmi(response, Status::kTrapped);
      EXPECT_EQ(bout.now(), nmi_edge + entry);
      left = kWork - static_cast<std::uint32_t>(nmi_edge - 1 - bout.presented());
      EXPECT_EQ(response.remaining, left);
      const std::uint64_t mnret_edge = bout.now() + 1;
      response = bout.run(mnret());
      if (interrupt_edge <= mnret_edge) {  // the return lets it in
        expect_interrupt(response, cause());
        EXPECT_EQ(bout.now(), mnret_edge + entry);
      } else {
        EXPECT_EQ(response.status, Status::kDone);
        EXPECT_EQ(bout.now(), mnret_edge);
        response = bout.run(compute(left));
        expect_interrupt(response, cause());
        EXPECT_EQ(bout.now(), interrupt_edge + entry);
        left -= static_cast<std::uint32_t>(interrupt_edge - 1 - mnret_edge);
        EXPECT_EQ(response.remaining, left);
      }
      EXPECT_EQ(bout.read(csr::kMcause), 0x8000'0000U | cause());
    } else {
      expect_interrupt(response, cause());
      const std::uint64_t reported = bout.now();
      EXPECT_EQ(reported, interrupt_edge + entry);
      left = kWork - static_cast<std::uint32_t>(interrupt_edge - 1 - bout.presented());
      EXPECT_EQ(response.remaining, left);
      response = bout.run(csr_read(csr::kMcause));
      if (nmi_edge <= reported + 1) {  // it waited for the end of the entry
        ++within;
        expect_nmi(response, Status::kNotStarted);
        EXPECT_EQ(bout.now(), reported + 1 + entry);
      } else {
        ++after;
        EXPECT_EQ(response.status, Status::kDone);
        response = bout.run(compute(kWork));
        expect_nmi(response, Status::kTrapped);
        EXPECT_EQ(bout.now(), nmi_edge + entry);
        EXPECT_EQ(response.remaining, kWork - static_cast<std::uint32_t>(nmi_edge - 1 - (reported + 1)));
      }
      EXPECT_EQ(bout.read(csr::kMstatus), kInHandler) << "an NMI leaves the stack of interrupt enables alone";
      EXPECT_EQ(bout.read(csr::kMnstatus), 0U);
      const std::uint64_t mnret_edge = bout.now() + 1;
      EXPECT_EQ(bout.run(mnret()).status, Status::kDone) << "interrupts are off";
      EXPECT_EQ(bout.now(), mnret_edge);
      EXPECT_EQ(bout.read(csr::kMcause), 0x8000'0000U | cause()) << "the NMI left the interrupt's cause alone";
    }
    EXPECT_EQ(bout.read(csr::kMncause), 0x8000'0000U);
    EXPECT_EQ(bout.read(csr::kMnstatus), csr::kMnstatusNmie);
    EXPECT_EQ(bout.read(csr::kMstatus), kInHandler);
    bout.silence();
    EXPECT_EQ(bout.run(mret()).status, Status::kDone) << "the interrupt came once";
    EXPECT_EQ(bout.read(csr::kMstatus), kMieOn);
    EXPECT_EQ(bout.run(compute(left)).status, Status::kDone) << "and the NMI too";
  }
  EXPECT_EQ(before, kMargin + 1);
  EXPECT_EQ(within, entry + 1);
  EXPECT_EQ(after, kMargin - 1);
}

std::string name_of(const testing::TestParamInfo<std::tuple<std::uint32_t, std::uint16_t>>& info) {
  const std::uint32_t cause = std::get<0>(info.param);
  const std::string name = cause == kIrqExternal ? "External" : cause == kIrqSoftware ? "Software" : "Timer";
  return name + "Latency" + std::to_string(std::get<1>(info.param));
}

INSTANTIATE_TEST_SUITE_P(Sweep, NmiEntry,
                         testing::Combine(testing::Values(kIrqExternal, kIrqSoftware, kIrqTimer),
                                          testing::Values<std::uint16_t>(0, 1, 6, 75)),
                         name_of);

}  // namespace
}  // namespace bench
