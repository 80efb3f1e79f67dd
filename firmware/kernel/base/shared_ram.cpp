// SPDX-License-Identifier: Apache-2.0
#include "firmware/kernel/base/shared_ram.h"

#include "firmware/kernel/config.h"
#include "firmware/kernel/kernel.h"
#include "platform.h"

arch::Addr SharedRam::allocate_word() {
  if (used_bytes_ + 4 > kernel_config->ram_bytes) arch::panic("RAM exhausted: raise the hardware's RAM size");
  const arch::Addr addr = platform::ram::kBase + used_bytes_;
  used_bytes_ += 4;
  return addr;
}

void SharedWord::place(uint32_t value) { place_at(kernel().shared_ram.allocate_word(), value); }

void SharedWord::place_at(arch::Addr addr, uint32_t value) {
  addr_ = addr;
  store(value);
}
