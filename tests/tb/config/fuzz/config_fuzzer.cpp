// SPDX-License-Identifier: Apache-2.0
// libFuzzer target: any text to the loader of scenarios. Build with the preset `fuzz`, see CMakeLists.txt here.
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "tests/tb/config/fuzz/config_property.h"
#include "tests/tb/fake_machine.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const tb::Backend backend = tb::test::fake_backend(SCX_TEST_CONFIGS);
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::string broken = tb::fuzz::broken_property(text, backend.library);
  if (broken.empty()) return 0;
  std::fprintf(stderr, "%s\n", broken.c_str());
  std::abort();
}
