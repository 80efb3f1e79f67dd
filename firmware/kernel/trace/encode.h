// SPDX-License-Identifier: Apache-2.0
// Encodes one event's fields: unsigned LEB128 numbers (zigzag for signed), texts as length and bytes.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "firmware/kernel/arch.h"

namespace trace {

inline constexpr size_t kTextMax = 1023;     // SCX_EXIT_MSG_LEN - 1: longer texts are cut
inline constexpr size_t kPayloadMax = 2304;  // two full texts and the numbers beside them

class Encoder {
 public:
  void put_u64(uint64_t value) {
    while (value >= 0x80) {
      bytes_[length_++] = static_cast<uint8_t>(value | 0x80);
      value >>= 7;
    }
    bytes_[length_++] = static_cast<uint8_t>(value);
  }
  void put_s64(int64_t value) { put_u64((static_cast<uint64_t>(value) << 1) ^ static_cast<uint64_t>(value >> 63)); }
  void put_text(const char* text) {
    size_t length = 0;
    while (length < kTextMax && text[length] != '\0') ++length;
    put_u64(length);
    for (size_t i = 0; i < length; ++i) bytes_[length_++] = static_cast<uint8_t>(text[i]);
  }
  void emit(uint8_t id) const { arch::trace_event(id, length_ == 0 ? nullptr : bytes_, length_); }

 private:
  size_t length_ = 0;
  uint8_t bytes_[kPayloadMax];  // deliberately not cleared: only [0, length_) is ever read
};

}  // namespace trace
