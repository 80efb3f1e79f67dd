// SPDX-License-Identifier: Apache-2.0
#include "firmware/kernel/base/format.h"

namespace kernel {

namespace {

struct Spec {
  unsigned width = 0;
  bool left = false;
  bool zeros = false;
  bool plus = false;
};

class Writer {
 public:
  Writer(char* out, size_t size) : out_(out), size_(size) {}

  void put(char c) {
    if (length_ + 1 < size_) out_[length_++] = c;
  }
  void put_text(const char* text) {
    while (*text != '\0') put(*text++);
  }
  void put_number(uint64_t value, unsigned base, const Spec& spec, char sign = '\0') {
    char digits[24];
    unsigned count = 0;
    do {
      const unsigned digit = static_cast<unsigned>(value % base);
      digits[count++] = static_cast<char>(digit < 10 ? '0' + digit : 'a' + (digit - 10));
      value /= base;
    } while (value != 0);
    const unsigned length = count + (sign != '\0' ? 1 : 0);
    const unsigned fill = length < spec.width ? spec.width - length : 0;
    if (!spec.left && !spec.zeros) repeat(' ', fill);
    if (sign != '\0') put(sign);
    if (!spec.left && spec.zeros) repeat('0', fill);
    while (count > 0) put(digits[--count]);
    if (spec.left) repeat(' ', fill);
  }
  void put_signed(int64_t value, const Spec& spec) {
    const uint64_t magnitude = value < 0 ? ~static_cast<uint64_t>(value) + 1 : static_cast<uint64_t>(value);
    put_number(magnitude, 10, spec, value < 0 ? '-' : spec.plus ? '+' : '\0');
  }
  size_t finish() {
    out_[length_] = '\0';
    return length_;
  }

 private:
  void repeat(char c, unsigned times) {
    while (times-- > 0) put(c);
  }

  char* out_;
  size_t size_;
  size_t length_ = 0;
};

// The flags and width between the % and the conversion; `p` is left at the first character after them.
Spec read_spec(const char*& p) {
  Spec spec;
  for (;; ++p) {
    if (*p == '0') {
      spec.zeros = true;
    } else if (*p == '-') {
      spec.left = true;
    } else if (*p == '+') {
      spec.plus = true;
    } else {
      break;
    }
  }
  while (*p >= '0' && *p <= '9') spec.width = spec.width * 10 + static_cast<unsigned>(*p++ - '0');
  return spec;
}

}  // namespace

size_t format(char* out, size_t size, const char* pattern, va_list args) {
  Writer writer(out, size);
  for (const char* p = pattern; *p != '\0'; ++p) {
    if (*p != '%') {
      writer.put(*p);
      continue;
    }
    ++p;
    const Spec spec = read_spec(p);
    unsigned longs = 0;
    while (*p == 'l') {
      ++longs;
      ++p;
    }
    const bool wide = longs >= 2;
    switch (*p) {
      case 's': writer.put_text(va_arg(args, const char*)); break;
      case 'c': writer.put(static_cast<char>(va_arg(args, int))); break;
      case 'd': writer.put_signed(wide ? va_arg(args, long long) : va_arg(args, int), spec); break;
      case 'u': writer.put_number(wide ? va_arg(args, unsigned long long) : va_arg(args, unsigned), 10, spec); break;
      case 'x': writer.put_number(wide ? va_arg(args, unsigned long long) : va_arg(args, unsigned), 16, spec); break;
      case '\0': return writer.finish();
      default: writer.put(*p); break;
    }
  }
  return writer.finish();
}

size_t format_text(char* out, size_t size, const char* pattern, ...) {
  va_list args;
  va_start(args, pattern);
  const size_t length = format(out, size, pattern, args);
  va_end(args);
  return length;
}

}  // namespace kernel
