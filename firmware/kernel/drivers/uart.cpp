// SPDX-License-Identifier: Apache-2.0
#include "firmware/kernel/drivers/uart.h"

#include "firmware/kernel/base/charge.h"
#include "firmware/kernel/kernel.h"
#include "platform.h"

namespace kernel {

void uart_write(const char* text, size_t length) {
  SpinLockIrqSave guard(kernel().console_lock);
  for (size_t i = 0; i < length; ++i) {
    while ((arch::load(platform::console::status()) & platform::console::kStatusTxReady) == 0) charge(Cost::spin);
    arch::store(platform::console::tx(), static_cast<uint8_t>(text[i]));
  }
}

}  // namespace kernel
