// SPDX-License-Identifier: Apache-2.0
// CSV (RFC 4180): a file for each event, DIR/EVENT.csv, with a column for each field.
#pragma once

#include <filesystem>
#include <memory>

#include "tb/export/record.h"

namespace tb::exports {

[[nodiscard]] std::unique_ptr<Writer> csv_writer(const std::filesystem::path& dir);

}  // namespace tb::exports
