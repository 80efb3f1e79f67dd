// SPDX-License-Identifier: Apache-2.0
#include "firmware/arch/host/devices.h"

#include <algorithm>
#include <utility>

#include "platform.h"

namespace host {

namespace plic = platform::plic;
namespace swdt = platform::swdt;
namespace test_source = platform::test_source;

using model::Access;
using sim::Cycle;
using sim::HartId;

namespace {

bool within(std::uint32_t addr, std::uint32_t base, std::uint32_t size) { return addr - base < size; }
bool in_mswi(std::uint32_t addr) { return within(addr, platform::mswi::kBase, platform::mswi::kSize); }
// Its offsets count from the begin of the CLINT's window, where MSWI is.
bool in_mtimer(std::uint32_t addr) {
  return within(addr, platform::mtimer::kBase + platform::mswi::kSize, platform::mtimer::kSize);
}
bool in_plic(std::uint32_t addr) { return within(addr, plic::kBase, plic::kSize); }
bool in_test_source(std::uint32_t addr) { return within(addr, test_source::kBase, test_source::kSize); }
std::uint32_t bit(std::uint32_t number) { return 1U << number; }

}  // namespace

Devices::Devices(const Parameters& parameters)
    : parameters_(parameters),
      mswi_(parameters.harts, parameters.ipi_latency),
      mtimer_(parameters.harts, parameters.timer_prescale),
      plic_(parameters.harts, platform::kPlicSourceHotplug, 0) {
  for (HartId first = 0; first < parameters.harts; first += swdt::kPerInstance) {
    const auto channels = std::min<std::uint32_t>(parameters.harts - first, swdt::kPerInstance);
    Watchdog& watchdog = watchdogs_.emplace_back(Watchdog{model::Swdt(channels, first, parameters.harts), {}, first});
    watchdog.inputs.sites.resize(channels);
  }
}

// --- time -------------------------------------------------------------------------------------------------------------

void Devices::update(Cycle now) {
  run_to(now);
  if (clocked_ == now) shown_ = outputs();  // else an access has clocked them beyond it
  plan();
}

Devices::Barks Devices::take_barks() {
  if (!barked_) return {};
  barked_ = false;
  plan();
  return std::exchange(barks_, {});
}

void Devices::plan() {
  if (barked_ || outputs() != shown_) {
    next_change_ = clocked_;
    return;
  }
  constexpr std::uint64_t kBeyondAnyRun = sim::kNever >> 20;  // a comparator that is off holds a time, too
  const std::uint64_t quiet = horizon();
  next_change_ = quiet < kBeyondAnyRun ? clocked_ + quiet + 1 : sim::kNever;
}

std::uint64_t Devices::horizon() const {
  std::uint64_t clocks = std::min({mswi_.horizon(), mtimer_.horizon(), plic_.horizon(levels())});
  for (const Watchdog& watchdog : watchdogs_) clocks = std::min(clocks, watchdog.device.horizon(watchdog.inputs));
  return clocks;
}

void Devices::run_to(Cycle cycle) {
  while (clocked_ < cycle) {
    const std::uint64_t quiet = std::min(horizon(), cycle - clocked_);
    if (quiet == 0) clock({});
    else jump(quiet);
  }
}

void Devices::jump(std::uint64_t clocks) {
  mswi_.advance(clocks);
  plic_.advance(clocks, levels());
  for (Watchdog& watchdog : watchdogs_) watchdog.device.advance(clocks, watchdog.inputs);
  mtimer_.advance(clocks);
  clocked_ += clocks;
}

// All of them at once: each takes what the others showed before this clock.
void Devices::clock(const Access& access) {
  const std::uint64_t levels_before = levels();
  const std::uint64_t time = mtimer_.time();
  std::uint64_t bark_msip = 0;
  for (const Watchdog& watchdog : watchdogs_) bark_msip |= watchdog.device.outputs().bark_msip;
  mswi_.clock(access, bark_msip);
  mtimer_.clock(access);
  if (in_plic(access.address)) plic_.clock(access, levels_before);
  else plic_.advance(1, levels_before);
  for (unsigned i = 0; i < watchdogs_.size(); ++i) {
    Watchdog& watchdog = watchdogs_[i];
    watchdog.inputs.access = to_watchdog(i, access);
    watchdog.inputs.mtime = time;
    watchdog.device.clock(watchdog.inputs);
    watchdog.inputs.access = {};
    const model::Swdt::Outputs out = watchdog.device.outputs();
    barks_.nmi |= out.bark_nmi;
    barks_.bitten |= std::uint64_t{out.bite_evt} << watchdog.first_hart;
    barks_.hart_reset |= out.hart_rst;
    barks_.system_reset |= out.sys_rst;
    barked_ |= (out.bark_nmi | out.bite_evt) != 0;
  }
  ++clocked_;
}

// --- lines ------------------------------------------------------------------------------------------------------------

std::uint64_t Devices::levels() const {
  const auto barks = [](const Watchdog& watchdog) { return watchdog.device.outputs().irq; };
  return sources_ | (std::any_of(watchdogs_.begin(), watchdogs_.end(), barks) ? bit(platform::kPlicSourceSwdt) : 0);
}

Devices::Lines Devices::outputs() const {
  return {.external = plic_.eip_line(), .software = mswi_.msip_line(), .timer = mtimer_.mtip_line()};
}

void Devices::set_source(std::uint32_t source, bool level, Cycle now) {
  const std::uint64_t levels = level ? sources_ | bit(source) : sources_ & ~std::uint64_t{bit(source)};
  if (levels == sources_) return;
  run_to(now);
  sources_ = levels;
  plan();
}

void Devices::set_wfi(HartId hart, bool sleeps, Cycle now) {
  Watchdog& watchdog = watchdogs_[hart / swdt::kPerInstance];
  const std::uint32_t channel = hart - watchdog.first_hart;
  const bool counts = watchdog.device.pauses_in_wfi(channel);
  if (counts) run_to(now);
  watchdog.inputs.wfi = sleeps ? watchdog.inputs.wfi | bit(channel) : watchdog.inputs.wfi & ~bit(channel);
  if (counts) plan();
}

void Devices::set_site(HartId hart, std::uint32_t site) {
  Watchdog& watchdog = watchdogs_[hart / swdt::kPerInstance];
  watchdog.inputs.sites[hart - watchdog.first_hart] = site;
}

// --- bus --------------------------------------------------------------------------------------------------------------

// Instances differ in nothing but their place.
Access Devices::to_watchdog(unsigned instance, const Access& access) const {
  Access own = access;
  own.address -= instance * swdt::kSize;
  if (!within(own.address, swdt::kBase, swdt::kSize)) own.kind = Access::Kind::kNone;
  return own;
}

// It keeps nothing: no clock, and no write, changes it.
model::Answer Devices::test_source_answer(const Access& access) const {
  constexpr unsigned kNrSources = platform::kPlicSourceHotplug - platform::kPlicSourceTest;
  const auto levels = static_cast<std::uint32_t>(sources_ >> platform::kPlicSourceTest) & (bit(kNrSources) - 1);
  if (access.reads(test_source::key())) return {.data = key_};
  return {.data = access.reads(test_source::src_level()) ? levels : 0};
}

model::Answer Devices::answer(const Access& access) const {
  if (in_test_source(access.address)) return test_source_answer(access);
  if (in_plic(access.address)) return plic_.answer(access);
  if (in_mtimer(access.address)) return mtimer_.answer(access);
  if (in_mswi(access.address)) return mswi_.answer(access);
  const unsigned instance = (access.address - swdt::kBase) / swdt::kSize;
  model::Swdt::Inputs inputs = watchdogs_[instance].inputs;
  inputs.access = to_watchdog(instance, access);
  return watchdogs_[instance].device.answer(inputs);
}

bool Devices::decodes(std::uint32_t addr) const {
  return in_test_source(addr) || in_plic(addr) || in_mtimer(addr) || in_mswi(addr) ||
         within(addr, swdt::kBase, static_cast<std::uint32_t>(watchdogs_.size()) * swdt::kSize);
}

std::optional<model::Answer> Devices::access(const Access& access, Cycle now) {
  if (!decodes(access.address)) return std::nullopt;
  run_to(now);
  const model::Answer given = answer(access);
  if (!in_test_source(access.address)) clock(access);
  plan();
  return given;
}

std::optional<model::Answer> Devices::peek(std::uint32_t addr, Cycle now) {
  if (!decodes(addr)) return std::nullopt;
  run_to(now);
  return answer({.kind = Access::Kind::kRead, .address = addr});
}

// --- reset ------------------------------------------------------------------------------------------------------------

void Devices::reset(Cycle now) {
  run_to(now);
  mswi_ = model::Mswi(parameters_.harts, parameters_.ipi_latency);
  mtimer_ = model::Mtimer(parameters_.harts, parameters_.timer_prescale);
  plic_ = model::Plic(parameters_.harts, platform::kPlicSourceHotplug, 0);
  for (Watchdog& watchdog : watchdogs_) watchdog.device.reset();
  barks_ = {};
  barked_ = false;
  plan();
}

}  // namespace host
