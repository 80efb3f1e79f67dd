// SPDX-License-Identifier: Apache-2.0
// The bus of the host machine: RAM, the timer and software interrupts of the harts, the PLIC, and plain registers for all
// that is not modelled.
#include <algorithm>

#include "firmware/arch/host/host_hart.h"

namespace host {

using sim::HartId;

namespace {

bool in_ram(std::uint32_t addr, std::size_t words) {
  return addr >= platform::ram::kBase && addr - platform::ram::kBase < words * 4;
}
std::size_t ram_word(std::uint32_t addr) { return (addr - platform::ram::kBase) / 4; }

}  // namespace

// As the RTL's decoder, but that devices have no gaps between them here.
bool HostMachine::decoded(std::uint32_t addr) { return addr >= platform::mswi::kBase; }

std::uint32_t HostMachine::peek(std::uint32_t addr) const {
  if (in_ram(addr, ram_.size())) return ram_[ram_word(addr)];
  if (addr >= kTraceRegisters && addr < trace_register(static_cast<unsigned>(harts_.size()), arch::TraceReg{})) {
    const std::uint32_t index = addr - kTraceRegisters;
    return harts_[index / kTraceRegistersPerHart]->trace_registers[index % kTraceRegistersPerHart];
  }
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
  hart_control_write(addr, value);
}

void HostMachine::hart_control_write(std::uint32_t addr, std::uint32_t value) {
  namespace control = platform::hart_control;
  for (const auto& hart : harts_) {
    if (((value >> (hart->id % 32)) & 1) == 0) continue;
    if (addr == control::run(hart->id / 32)) start_hart(hart->id);
    if (addr == control::stop(hart->id / 32)) stop_hart(hart->id);
  }
  if (addr == control::power_seen(0)) power_seen_ = (power_seen_ & ~std::uint64_t{0xffffffff}) | value;
  if (addr == control::power_seen(1)) power_seen_ = (power_seen_ & 0xffffffff) | (std::uint64_t{value} << 32);
  show_power_switches();
}

void HostMachine::set_power_switch(HartId hart, bool on) {
  power_wanted_ = on ? power_wanted_ | (std::uint64_t{1} << hart) : power_wanted_ & ~(std::uint64_t{1} << hart);
  show_power_switches();
}

void HostMachine::show_power_switches() {
  registers_[platform::hart_control::power_wanted(0)] = static_cast<std::uint32_t>(power_wanted_);
  registers_[platform::hart_control::power_wanted(1)] = static_cast<std::uint32_t>(power_wanted_ >> 32);
  external_.set_level(platform::kPlicSourceHotplug, power_wanted_ != power_seen_);
  show_external();
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
