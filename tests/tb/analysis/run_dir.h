// SPDX-License-Identifier: Apache-2.0
// The directory of a run whose events a test writes.
#pragma once

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "log/writer.h"
#include "tests/tb/support.h"

namespace tb::test {

// A machine at 100 MHz and 1000 ticks per second, killed before it had a result.
inline void write_run(const std::filesystem::path& dir, const std::vector<Played>& script, unsigned harts = 2) {
  std::filesystem::create_directories(dir);
  std::ofstream(dir / "config.yaml") << "hardware: { harts: " << harts << ", clock_mhz: 100 }\nkernel: { hz: 1000 }\n";
  const auto buffer = std::make_unique<event_log::LogBuffer>();
  event_log::LogWriter writer((dir / "events.bin").string(), *buffer, true);
  for (const EncodedEvent& event : encode(script)) writer.add(event.view());
  writer.close();
}

}  // namespace tb::test
