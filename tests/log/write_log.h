// SPDX-License-Identifier: Apache-2.0
// A log of events that a test writes.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "log/writer.h"
#include "tests/tb/fake_machine.h"

namespace tb::test {

// Verbose events too. Returns the path, as readers want it.
inline std::string write_log(const std::filesystem::path& path, const std::vector<Played>& script) {
  const auto buffer = std::make_unique<event_log::LogBuffer>();
  event_log::LogWriter writer(path.string(), *buffer, true);
  for (const EncodedEvent& event : encode(script)) writer.add(event.view());
  writer.close();
  return path.string();
}

}  // namespace tb::test
