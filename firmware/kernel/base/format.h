// SPDX-License-Identifier: Apache-2.0
// The few printf conversions the kernel needs: %s %c %d %u %x %llu %lld %llx, with a width, padded by blanks, by zeros (0)
// or on the right (-), and with the sign always shown (+). Unknown ones are copied.
#pragma once

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

namespace kernel {

// Writes at most size - 1 characters and a NUL; returns the number written.
size_t format(char* out, size_t size, const char* pattern, va_list args);
size_t format_text(char* out, size_t size, const char* pattern, ...) __attribute__((format(printf, 3, 4)));

}  // namespace kernel
