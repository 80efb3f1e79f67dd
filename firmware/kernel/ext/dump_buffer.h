// SPDX-License-Identifier: Apache-2.0
// The text of a debug dump, line by line: each line leaves an event and, as long as there is room, goes to the exit record.
#pragma once

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

namespace kernel {

class DumpBuffer {
 public:
  // size 0: events only.
  DumpBuffer(char* out, uint32_t size);

  void line(const char* pattern, ...) __attribute__((format(printf, 2, 3)));
  void newline() { emit(""); }
  void emit(const char* text);

  // Lines from here on are kept back until keep(), or forgotten by forget().
  void hold() { holding_ = true; }
  void keep();
  void forget();

  // Ends the text; if it did not fit, its end says so.
  void finish();

 private:
  static constexpr size_t kHeldMax = 512;

  void append(const char* text);

  char* out_;
  uint32_t size_;
  uint32_t used_ = 0;
  bool overflow_ = false;
  bool holding_ = false;
  char held_[kHeldMax];  // lines kept back, each with its newline
  size_t held_length_ = 0;
};

}  // namespace kernel
