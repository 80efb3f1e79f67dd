// SPDX-License-Identifier: Apache-2.0
// Whether a waveform file was written to its end. Its writer reports no full disk.
#pragma once

#include <filesystem>

namespace sim {

// The file's blocks follow each other to its very end, and geometry and hierarchy are among them. False if there is no file.
[[nodiscard]] bool fst_complete(const std::filesystem::path& path);

}  // namespace sim
