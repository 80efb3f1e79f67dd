// SPDX-License-Identifier: Apache-2.0
// The files of a run's directory that the parent makes.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "tb/run/run_lock.h"

namespace tb::run {

inline constexpr const char* kReportFile = "report.html";      // the page of a run; beside its variants, that of a scenario
inline constexpr const char* kWavesPassFolder = "waves-pass";  // logs of the second pass; removed when they agree
inline constexpr const char* kReplayFolder = "replay";         // where `scx-cosim replay` goes by default
inline constexpr const char* kSeedPrefix = "seed-";            // of the folders of a variant that ran with several seeds
inline constexpr const char* kAlignedFolder = "aligned";       // beside runs: the waves of several runs in one dump

// Makes the directory, and it is this process's to write in as long as the lock lives. Throws config::ConfigError if that
// cannot be done or something else than a run is there, DirectoryInUse if another process has it. Changes no other file.
[[nodiscard]] RunLock claim(const std::filesystem::path& dir);
// Removes what an earlier run left in a claimed directory: it would be read as this one's.
void remove_former_run(const std::filesystem::path& dir);
// The file is there whole, or as it was before. Throws std::system_error.
void write_file(const std::filesystem::path& path, std::string_view text);
// An unfinished waveform file, and the files that its writer keeps beside it.
void remove_waves(const std::filesystem::path& dir);

}  // namespace tb::run
