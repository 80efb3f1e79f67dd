// SPDX-License-Identifier: Apache-2.0
// The text format of /sys/kernel/tracing/trace, with nanoseconds.
#pragma once

#include <filesystem>
#include <memory>

#include "tb/export/record.h"

namespace tb::exports {

[[nodiscard]] std::unique_ptr<Writer> ftrace_text_writer(const std::filesystem::path& file, const Machine& machine);

}  // namespace tb::exports
