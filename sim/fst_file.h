// SPDX-License-Identifier: Apache-2.0
// What a waveform file lacks after its writer has closed it: whether it was written to its end, as the writer reports no full
// disk; and where nothing was dumped, which the writer of Verilator cannot say.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

namespace sim {

// The file's blocks follow each other to its very end, and geometry and hierarchy are among them. False if there is no file.
[[nodiscard]] bool fst_complete(const std::filesystem::path& path);

// Times of the file: nothing was dumped between them.
struct FstGap {
  std::uint64_t from;
  std::uint64_t to;
};

// Adds to a complete file where its gaps are, in order; viewers draw them as such. False: it could not be written.
bool fst_add_gaps(const std::filesystem::path& path, const std::vector<FstGap>& gaps);

}  // namespace sim
