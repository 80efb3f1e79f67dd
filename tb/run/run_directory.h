// SPDX-License-Identifier: Apache-2.0
// The files of a run's directory that the parent makes.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace tb::run {

inline constexpr const char* kWavesPassFolder = "waves-pass";  // logs of the second pass; removed when they agree
inline constexpr const char* kReplayFolder = "replay";         // where `scx-cosim replay` goes by default

// Nothing is there, or an empty directory, or what a run has left: only that may be overwritten.
[[nodiscard]] bool may_be_overwritten(const std::filesystem::path& dir);
// Makes the directory. Throws config::ConfigError if that cannot be done, or it may not be overwritten.
void make_room(const std::filesystem::path& dir);
// Makes room and removes what an earlier run left there: it would be read as this one's.
void prepare_directory(const std::filesystem::path& dir);
// The file is there whole, or as it was before. Throws std::system_error.
void write_file(const std::filesystem::path& path, std::string_view text);
// A waveform file that nobody can read, and what its writer keeps beside it.
void remove_waves(const std::filesystem::path& dir);

}  // namespace tb::run
