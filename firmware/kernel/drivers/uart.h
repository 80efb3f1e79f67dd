// SPDX-License-Identifier: Apache-2.0
// The console device.
#pragma once

#include <stddef.h>

namespace kernel {

// Byte by byte, each once the device is ready for it. Any context; the CPU waits.
void uart_write(const char* text, size_t length);

}  // namespace kernel
