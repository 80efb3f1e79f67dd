// SPDX-License-Identifier: Apache-2.0
#include "firmware/kernel/base/shared_ram.h"

#include "firmware/kernel/base/format.h"
#include "firmware/kernel/config.h"
#include "firmware/kernel/kernel.h"
#include "platform.h"

namespace kernel {

bool SharedRam::has_room(unsigned words) const { return words <= (kernel_config->ram_bytes - used_bytes_) / 4; }

arch::Addr SharedRam::allocate_word() {
  if (!has_room(1)) {
    char message[96];
    format_text(message, sizeof(message), "out of RAM: hardware.ram_kib (%u) is too small for what this machine runs",
                static_cast<unsigned>(kernel_config->ram_bytes / 1024));
    arch::panic(message);
  }
  const arch::Addr addr = platform::ram::kBase + used_bytes_;
  used_bytes_ += 4;
  return addr;
}

void SharedWord::place(uint32_t value) { place_at(kernel().shared_ram.allocate_word(), value); }

void SharedWord::place_at(arch::Addr addr, uint32_t value) {
  addr_ = addr;
  store(value);
}

}  // namespace kernel
