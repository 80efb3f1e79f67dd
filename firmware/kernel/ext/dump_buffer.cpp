// SPDX-License-Identifier: Apache-2.0
#include "firmware/kernel/ext/dump_buffer.h"

#include "firmware/kernel/base/charge.h"
#include "firmware/kernel/base/format.h"
#include "trace_events.h"

namespace kernel {

namespace {

constexpr size_t kLineMax = 1200;
constexpr char kTruncated[] = "\n\n~~~~ TRUNCATED ~~~~\n";

}  // namespace

DumpBuffer::DumpBuffer(char* out, uint32_t size) : out_(out), size_(size) {
  if (size_ != 0) out_[0] = '\0';
}

void DumpBuffer::append(const char* text) {
  for (; *text != '\0' && !overflow_; ++text) {
    if (used_ + 1 >= size_) {
      overflow_ = true;
      break;
    }
    out_[used_++] = *text;
  }
  if (size_ != 0) out_[used_] = '\0';
}

void DumpBuffer::emit(const char* text) {
  if (holding_) {
    for (const char* p = text; *p != '\0' && held_length_ + 1 < kHeldMax; ++p) held_[held_length_++] = *p;
    if (held_length_ < kHeldMax) held_[held_length_++] = '\n';
    return;
  }
  charge(Cost::printk);
  trace::sched_ext_dump(text);
  append(text);
  append("\n");
}

void DumpBuffer::line(const char* pattern, ...) {
  char text[kLineMax];
  va_list args;
  va_start(args, pattern);
  format(text, sizeof(text), pattern, args);
  va_end(args);
  emit(text);
}

void DumpBuffer::keep() {
  if (!holding_) return;
  holding_ = false;
  size_t start = 0;
  for (size_t i = 0; i < held_length_; ++i) {
    if (held_[i] != '\n') continue;
    held_[i] = '\0';
    emit(held_ + start);
    start = i + 1;
  }
  held_length_ = 0;
}

void DumpBuffer::forget() {
  holding_ = false;
  held_length_ = 0;
}

void DumpBuffer::finish() {
  if (!overflow_ || size_ < sizeof(kTruncated)) return;
  char* const mark = out_ + size_ - sizeof(kTruncated);
  for (size_t i = 0; i < sizeof(kTruncated); ++i) mark[i] = kTruncated[i];
}

}  // namespace kernel
