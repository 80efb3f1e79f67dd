// SPDX-License-Identifier: Apache-2.0
#include "firmware/kernel/printk.h"

#include "firmware/kernel/base/charge.h"
#include "firmware/kernel/base/format.h"
#include "firmware/kernel/drivers/uart.h"
#include "firmware/kernel/kernel.h"
#include "firmware/kernel/time/clock.h"

namespace kernel {

namespace {

constexpr size_t kLineMax = 1200;  // a full exit message and the words around it

size_t stamp(char* line, size_t size, ...) {
  va_list args;
  va_start(args, size);
  const size_t length = format(line, size, "[%5llu.%06llu] ", args);
  va_end(args);
  return length;
}

}  // namespace

void printk(const char* pattern, ...) {
  Frame frame(trace::Site::kPrintk);
  charge(Cost::printk);
  char line[kLineMax];
  const uint64_t us = ktime_get_ns() / 1000;
  size_t length =
      stamp(line, sizeof(line), static_cast<unsigned long long>(us / 1'000'000), static_cast<unsigned long long>(us % 1'000'000));
  va_list args;
  va_start(args, pattern);
  length += format(line + length, sizeof(line) - length - 1, pattern, args);
  va_end(args);
  line[length++] = '\n';
  if (kernel_config->console == ConsoleKind::kUart) {
    uart_write(line, length);
  } else {
    arch::console_write(line, length);
  }
}

}  // namespace kernel
