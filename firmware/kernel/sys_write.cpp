// SPDX-License-Identifier: Apache-2.0
// The prints of user space: line by line to the console's sideband, as it is, and into the event log.
#include "firmware/kernel/base/charge.h"
#include "firmware/kernel/kernel.h"
#include "firmware/kernel/sched/core.h"
#include "firmware/kernel/user.h"

namespace kernel {

namespace {

constexpr size_t kLineMax = 1024;

// Copies up to the end of the line; returns where the next one begins, null after the last.
const char* take_line(const char* text, char* line) {
  size_t length = 0;
  for (; *text != '\0' && *text != '\n'; ++text) {
    if (length + 2 < kLineMax) line[length++] = *text;
  }
  line[length] = '\0';
  if (*text == '\n') ++text;
  return *text == '\0' ? nullptr : text;
}

void write_line(trace::Stream stream, char* line) {
  charge(Cost::printk);
  trace::user_print(current()->pid, stream, line);
  size_t length = 0;
  while (line[length] != '\0') ++length;
  line[length++] = '\n';
  arch::console_write(line, length);
}

}  // namespace

void sys_write(trace::Stream stream, const char* text) {
  Frame frame(trace::Site::kPrintk);
  charge(Cost::syscall);
  char line[kLineMax];
  for (const char* rest = text[0] == '\0' ? nullptr : text; rest != nullptr;) {
    rest = take_line(rest, line);
    write_line(stream, line);
  }
  exit_to_user_mode();
}

}  // namespace kernel
