// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "firmware/kernel/base/format.h"
#include "platform.h"
#include "tests/kernel/kernel_run.h"

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

// The configured console: through the device, byte by byte, the same text.
TEST(PrintkTest, UartCarriesTheText) {
  testing_kernel::KernelRun run(1);
  run.config.console = ConsoleKind::kUart;
  run.machine().at(0, [&run] { run.machine().poke(platform::console::status(), 1); });  // always ready to send
  run.run_us(500);
  EXPECT_EQ(run.log.console(), "") << "nothing goes the other way";
  EXPECT_EQ(run.machine().peek(platform::console::tx()), static_cast<std::uint32_t>('\n')) << "the last byte of the last line";
}
