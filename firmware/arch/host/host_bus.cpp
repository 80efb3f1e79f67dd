// SPDX-License-Identifier: Apache-2.0
// The bus of the host machine: RAM, the timer and software interrupts of the harts, the PLIC, and plain registers for all
// that is not modelled.
#include <algorithm>

#include "firmware/arch/host/host_hart.h"

namespace host {

namespace {

bool in_ram(std::uint32_t addr, std::size_t words) {
  return addr >= platform::ram::kBase && addr - platform::ram::kBase < words * 4;
}
std::size_t ram_word(std::uint32_t addr) { return (addr - platform::ram::kBase) / 4; }

}  // namespace

std::uint32_t HostMachine::peek(std::uint32_t addr) const {
  if (in_ram(addr, ram_.size())) return ram_[ram_word(addr)];
  const auto found = registers_.find(addr);
  return found == registers_.end() ? 0 : found->second;
}

void HostMachine::poke(std::uint32_t addr, std::uint32_t value) { bus_write(addr, value); }

std::uint32_t HostMachine::bus_read(std::uint32_t addr) {
  if (in_ram(addr, ram_.size())) return ram_[ram_word(addr)];
  const auto value = external_.read(addr);
  if (!value) return peek(addr);
  show_external();  // a claim changes the notification
  return *value;
}

void HostMachine::bus_write(std::uint32_t addr, std::uint32_t value) {
  if (in_ram(addr, ram_.size())) {
    ram_[ram_word(addr)] = value;
    return;
  }
  if (external_.write(addr, value)) {
    show_external();
    return;
  }
  registers_[addr] = value;
  for (const auto& hart : harts_) {
    if (device_write(*hart, addr, value)) return;
  }
  for (const auto& hart : harts_) {
    const bool released = addr == platform::hart_control::run(hart->id / 32) && ((value >> (hart->id % 32)) & 1) != 0;
    if (released) start_hart(hart->id);
  }
}

// True if it is one of the hart's own registers.
bool HostMachine::device_write(Hart& hart, std::uint32_t addr, std::uint32_t value) {
  if (addr == platform::mswi::msip(hart.id)) {
    hart.msip_visible = (value & 1) != 0 ? std::min(hart.msip_visible, now_ + timing_.ipi) : sim::kNever;
  } else if (addr == platform::mtimer::mtimecmp_lo(hart.id)) {
    hart.mtimecmp = (hart.mtimecmp & ~std::uint64_t{0xffffffff}) | value;
  } else if (addr == platform::mtimer::mtimecmp_hi(hart.id)) {
    hart.mtimecmp = (hart.mtimecmp & 0xffffffff) | (std::uint64_t{value} << 32);
  } else {
    return false;
  }
  return true;
}

void HostMachine::set_irq_source(unsigned index, bool level) {
  external_.set_level(platform::kPlicSourceTest + index, level);
  show_external();
}

void HostMachine::show_external() {
  for (const auto& hart : harts_) {
    const bool notified = external_.notifies(hart->id);
    hart->meip_visible = notified ? std::min(hart->meip_visible, now_ + timing_.plic) : sim::kNever;
  }
}

}  // namespace host
