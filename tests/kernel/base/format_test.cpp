// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cstdio>

#include "firmware/kernel/base/format.h"
#include "platform.h"
#include "tests/kernel/kernel_run.h"

namespace kernel {

namespace {

std::string formatted(std::size_t size, const char* pattern, ...) {
  std::string out(size, '?');
  va_list args;
  va_start(args, pattern);
  const std::size_t length = format(out.data(), size, pattern, args);
  va_end(args);
  EXPECT_EQ(out[length], '\0');
  out.resize(length);
  return out;
}

}  // namespace

TEST(FormatTest, Conversions) {
  EXPECT_EQ(formatted(64, "%s[%d]: %u, 0x%x%%", "slp", -7, 42u, 0xbeefu), "slp[-7]: 42, 0xbeef%");
  EXPECT_EQ(formatted(64, "0x%016llx", 0x8000000000000001ull), "0x8000000000000001");
  EXPECT_EQ(formatted(64, "%5llu.%03u", 5ull, 4u), "    5.004");
  EXPECT_EQ(formatted(64, "%lld", -9223372036854775807ll - 1), "-9223372036854775808");
}

TEST(FormatTest, CutsAtTheBuffersEnd) {
  EXPECT_EQ(formatted(6, "%s", "abcdefgh"), "abcde");
  EXPECT_EQ(formatted(1, "%u", 17u), "");
}

// As the C library does it, whatever stands between the % and the conversion.
TEST(FormatTest, AsTheCLibrary) {
  for (const char* flags : {"", "0", "-", "+", "+0", "-+"}) {
    for (const char* width : {"", "1", "7", "12", "20"}) {
      const auto expect_like = [&](const char* conversion, auto value) {
        const std::string pattern = std::string("<%") + flags + width + conversion + ">";
        char wanted[64];
        std::snprintf(wanted, sizeof(wanted), pattern.c_str(), value);
        EXPECT_EQ(formatted(64, pattern.c_str(), value), wanted) << pattern;
      };
      for (const int value : {0, 9, -9, 10, -10, 2147483647, -2147483647 - 1}) expect_like("d", value);
      for (const long long value : {0ll, -1ll, 9223372036854775807ll}) expect_like("lld", value);
      if (std::string(flags).find('+') != std::string::npos) continue;  // the C library has no opinion
      for (const unsigned value : {0u, 9u, 10u, 15u, 16u, 0xfau, 4294967295u}) {
        expect_like("u", value);
        expect_like("x", value);
      }
      for (const unsigned long long value : {0ull, 18446744073709551615ull}) {
        expect_like("llu", value);
        expect_like("llx", value);
      }
    }
  }
  EXPECT_EQ(formatted(64, "%c%c", 'a', 'z'), "az");
}

TEST(FormatTest, UnknownConversionsAreCopied) { EXPECT_EQ(formatted(64, "100%% %q %"), "100% q "); }

// The configured console: through the device, byte by byte, the same text.
TEST(PrintkTest, UartCarriesTheText) {
  test::KernelRun run(1);
  run.config.console = ConsoleKind::kUart;
  run.machine().at(0, [&run] { run.machine().poke(platform::console::status(), 1); });  // always ready to send
  run.run_us(500);
  EXPECT_EQ(run.log.console(), "") << "nothing goes the other way";
  EXPECT_EQ(run.machine().peek(platform::console::tx()), static_cast<std::uint32_t>('\n')) << "the last byte of the last line";
}

}  // namespace kernel
