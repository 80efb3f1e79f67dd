// SPDX-License-Identifier: Apache-2.0
// Goal: what lazily charged code marks happens exactly once and at its own cycle, whenever an interrupt cuts in and
// whatever its handler charges and marks last. A kernel of a few lines runs on the host machine.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "firmware/arch/host/host_machine.h"
#include "firmware/kernel/arch.h"
#include "trace_events.h"

namespace {

constexpr std::uint64_t kFirst = 1;
constexpr std::uint64_t kSecond = 2;
constexpr std::uint64_t kThird = 3;
constexpr std::uint64_t kInHandler = 100;

struct Script {
  std::uint32_t timer_at = 0;  // cycle; mtime runs with it
};
Script script;

struct Tick {
  sim::Cycle cycle;
  std::uint64_t number;
};

class Ticks final : public sim::Observer {
 public:
  void on_event(const sim::Event& event) override {
    if (event.id == static_cast<std::uint8_t>(trace::Event::kTick)) all.push_back({event.cycle, event.payload[0]});
  }
  void on_console(sim::HartId, std::string_view) override {}
  std::vector<Tick> all;
};

}  // namespace

void kernel::boot_reset() {}

void kernel::entry() {
  arch::store(platform::mtimer::mtimecmp_lo(0), script.timer_at);
  arch::store(platform::mtimer::mtimecmp_hi(0), 0);
  arch::enable_interrupt_sources(1u << platform::kIrqTimer);
  arch::local_irq_restore(true);
  arch::charge(40);
  trace::tick(kFirst, 0);
  arch::charge(30);
  trace::tick(kSecond, 0);
  trace::tick(kThird, 0);
  arch::charge(50);
  arch::flush();
  for (;;) arch::wait_for_interrupt();
}

void kernel::trap(uint32_t) { arch::store(platform::mtimer::mtimecmp_lo(0), 0xffffffff); }

// Ends with cost and a mark that no op follows: they burn with the return.
void kernel::trap_return() {
  arch::charge(7);
  trace::tick(kInHandler, 0);
  arch::charge(5);
}

void kernel::nmi() {}

namespace {

std::vector<Tick> run_with_timer_at(std::uint32_t cycle) {
  script.timer_at = cycle;
  kernel::KernelConfig config{};
  config.nr_cpus = 1;
  config.ram_bytes = 1u << 16;
  Ticks ticks;
  host::HostMachine machine(config, ticks);
  machine.run_until(2000);
  return ticks.all;
}

TEST(TrapMarksTest, EachMarkOnceAtItsOwnCycleWheneverTheTrapComes) {
  const auto quiet = run_with_timer_at(1500);
  ASSERT_GE(quiet.size(), 3u);
  const sim::Cycle start = quiet[0].cycle - 40;  // of the charged stretch, without any interrupt
  for (std::uint32_t at = 5; at < start + 140; ++at) {
    const auto ticks = run_with_timer_at(at);
    SCOPED_TRACE("timer at " + std::to_string(at));
    ASSERT_EQ(ticks.size(), 4u);
    sim::Cycle handler = 0;
    std::vector<Tick> marks;
    for (const Tick& tick : ticks) {
      if (tick.number == kInHandler) handler = tick.cycle;
      else marks.push_back(tick);
    }
    ASSERT_EQ(marks[0].number, kFirst);
    ASSERT_EQ(marks[1].number, kSecond);
    ASSERT_EQ(marks[2].number, kThird);
    EXPECT_EQ(marks[1].cycle, marks[2].cycle);
    const sim::Cycle between = marks[1].cycle - marks[0].cycle;
    const bool cut = handler > marks[0].cycle && handler < marks[1].cycle;
    if (cut) {
      EXPECT_GT(between, 30u + 12u) << "the handler's cost is in between";
    } else {
      EXPECT_EQ(between, 30u);
    }
  }
}

}  // namespace
