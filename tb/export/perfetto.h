// SPDX-License-Identifier: Apache-2.0
// Perfetto's own format: tracks for each hart, and the events of Linux for Perfetto's tables.
#pragma once

#include <filesystem>
#include <memory>

#include "tb/export/record.h"

namespace tb::exports {

[[nodiscard]] std::unique_ptr<Writer> perfetto_writer(const std::filesystem::path& file, const Machine& machine);

}  // namespace tb::exports
