// SPDX-License-Identifier: Apache-2.0
// CTF 1.8: DIR/metadata, and a stream for each hart, DIR/hart_N.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "tb/export/record.h"

namespace tb::exports {

[[nodiscard]] std::unique_ptr<Writer> ctf_writer(const std::filesystem::path& dir, const Machine& machine);

// The description of the streams, in TSDL. The UUID of the trace is the event hash.
[[nodiscard]] std::string ctf_metadata(const Machine& machine, const std::string& event_hash);

}  // namespace tb::exports
