// SPDX-License-Identifier: Apache-2.0
// The directory of a run whose events a test writes.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "tests/log/write_log.h"
#include "tests/tb/support.h"

namespace tb::test {

// A machine at 100 MHz and 1000 ticks per second, killed before it had a result.
inline void write_run(const std::filesystem::path& dir, const std::vector<Played>& script, unsigned harts = 2) {
  std::filesystem::create_directories(dir);
  std::ofstream(dir / "config.yaml") << "hardware: { harts: " << harts << ", clock_mhz: 100 }\nkernel: { hz: 1000 }\n";
  write_log(dir / "events.bin", script);
}

}  // namespace tb::test
