// SPDX-License-Identifier: Apache-2.0
#include "firmware/arch/host/external_interrupts.h"

#include "platform.h"

namespace host {

namespace plic = platform::plic;
namespace test_source = platform::test_source;

namespace {

constexpr std::uint32_t bit(std::uint32_t source) { return 1u << source; }
bool within(std::uint32_t addr, std::uint32_t base, std::uint32_t size) { return addr - base < size; }

}  // namespace

void ExternalInterrupts::set_level(std::uint32_t source, bool level) {
  levels_ = level ? levels_ | bit(source) : levels_ & ~bit(source);
  forward();  // a request once made is not taken back
}

std::optional<std::uint32_t> ExternalInterrupts::read(std::uint32_t addr) {
  if (within(addr, test_source::kBase, test_source::kSize)) {
    if (addr == test_source::key()) return key_;
    return addr == test_source::src_level() ? levels_ >> platform::kPlicSourceTest : 0;
  }
  if (!within(addr, plic::kBase, plic::kSize)) return std::nullopt;
  if (addr == plic::pending(0)) return pending_;
  for (std::uint32_t source = 1; source < kNrSources; ++source) {
    if (addr == plic::priority(source)) return priority_[source];
  }
  for (std::uint32_t hart = 0; hart < enable_.size(); ++hart) {
    if (addr == plic::enable(hart, 0)) return enable_[hart];
    if (addr == plic::threshold(hart)) return threshold_[hart];
    if (addr == plic::claim(hart)) return claim(hart);
  }
  return 0;
}

bool ExternalInterrupts::write(std::uint32_t addr, std::uint32_t value) {
  if (within(addr, test_source::kBase, test_source::kSize)) return true;
  if (!within(addr, plic::kBase, plic::kSize)) return false;
  for (std::uint32_t source = 1; source < kNrSources; ++source) {
    if (addr == plic::priority(source)) priority_[source] = value & plic::kPriorityLevel;
  }
  for (std::uint32_t hart = 0; hart < enable_.size(); ++hart) {
    if (addr == plic::enable(hart, 0)) enable_[hart] = value & ~bit(0);
    if (addr == plic::threshold(hart)) threshold_[hart] = value & plic::kThresholdLevel;
    if (addr == plic::claim(hart)) complete(hart, value);
  }
  return true;
}

bool ExternalInterrupts::notifies(unsigned hart) const {
  for (std::uint32_t source = 1; source < kNrSources; ++source) {
    if ((pending_ & enable_[hart] & bit(source)) != 0 && priority_[source] > threshold_[hart]) return true;
  }
  return false;
}

// Highest priority, then lowest id.
std::uint32_t ExternalInterrupts::claim(unsigned hart) {
  std::uint32_t best = 0;
  for (std::uint32_t source = 1; source < kNrSources; ++source) {
    const bool asks = (pending_ & enable_[hart] & bit(source)) != 0 && priority_[source] != 0;
    if (asks && (best == 0 || priority_[source] > priority_[best])) best = source;
  }
  if (best != 0) {
    pending_ &= ~bit(best);
    in_service_ |= bit(best);
  }
  return best;
}

// Ignored unless the source is enabled for that hart.
void ExternalInterrupts::complete(unsigned hart, std::uint32_t source) {
  if (source >= kNrSources || (enable_[hart] & bit(source)) == 0) return;
  in_service_ &= ~bit(source);
  forward();
}

}  // namespace host
