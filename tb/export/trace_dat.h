// SPDX-License-Identifier: Apache-2.0
// trace.dat, version 6: the file of trace-cmd and KernelShark.
#pragma once

#include <filesystem>
#include <memory>

#include "tb/export/record.h"

namespace tb::exports {

[[nodiscard]] std::unique_ptr<Writer> trace_dat_writer(const std::filesystem::path& file, const Machine& machine);

}  // namespace tb::exports
