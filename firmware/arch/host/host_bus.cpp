// SPDX-License-Identifier: Apache-2.0
// The bus of the host machine: RAM, the devices, hart control, and plain registers for all that is not modelled.
#include "firmware/arch/host/host_hart.h"

namespace host {

using sim::HartId;

namespace {

bool in_ram(std::uint32_t addr, std::size_t words) {
  return addr >= platform::ram::kBase && addr - platform::ram::kBase < words * 4;
}
std::size_t ram_word(std::uint32_t addr) { return (addr - platform::ram::kBase) / 4; }

}  // namespace

// As the RTL's decoder, but that what no model has has no gaps here.
bool HostMachine::decoded(std::uint32_t addr) { return addr >= platform::mswi::kBase; }

std::uint32_t HostMachine::peek(std::uint32_t addr) {
  if (in_ram(addr, ram_.size())) return ram_[ram_word(addr)];
  if (addr >= kTraceRegisters && addr < trace_register(static_cast<unsigned>(harts_.size()), arch::TraceReg{})) {
    const std::uint32_t index = addr - kTraceRegisters;
    return harts_[index / kTraceRegistersPerHart]->trace_registers[index % kTraceRegistersPerHart];
  }
  if (const auto answer = devices_.peek(addr, now_)) return answer->data;
  const auto found = registers_.find(addr);
  return found == registers_.end() ? 0 : found->second;
}

void HostMachine::poke(std::uint32_t addr, std::uint32_t value) { bus_write(addr, value); }

model::Answer HostMachine::bus_read(std::uint32_t addr) {
  if (in_ram(addr, ram_.size())) return {.data = ram_[ram_word(addr)]};
  if (const auto answer = devices_.access({.kind = model::Access::Kind::kRead, .address = addr}, now_)) return *answer;
  return {.data = peek(addr), .error = !decoded(addr)};
}

bool HostMachine::bus_write(std::uint32_t addr, std::uint32_t value) {
  if (in_ram(addr, ram_.size())) {
    ram_[ram_word(addr)] = value;
    return true;
  }
  if (const auto answer = devices_.access({.kind = model::Access::Kind::kWrite, .address = addr, .data = value}, now_))
    return !answer->error;
  if (!decoded(addr)) return false;
  registers_[addr] = value;
  hart_control_write(addr, value);
  return true;
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
  devices_.set_source(platform::kPlicSourceHotplug, power_wanted_ != power_seen_, now_);
}

void HostMachine::set_irq_source(unsigned index, bool level) {
  devices_.set_source(platform::kPlicSourceTest + index, level, now_);
}

}  // namespace host
