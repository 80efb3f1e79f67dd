// SPDX-License-Identifier: Apache-2.0
#include "tb/run/run_directory.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <string_view>
#include <system_error>
#include <vector>

#include "tb/config/tree.h"
#include "tb/run/skip_check.h"

namespace tb::run {

namespace fs = std::filesystem;

namespace {

constexpr const char* kProducts[] = {"config.yaml", "events.bin",  "console.log",     "simulator.log",
                                     "dump.txt",    "result.json", "result.json.new", kReportFile};
constexpr std::string_view kWavesPrefix = "waves";  // of all that is made of or from waves

// Nothing, or what a run has left, in whatever state: only that may be overwritten.
bool may_be_overwritten(const fs::path& dir) {
  if (!fs::is_directory(dir)) return false;
  if (fs::exists(dir / kLockFile) || (fs::exists(dir / "config.yaml") && fs::exists(dir / "simulator.log"))) return true;
  return std::all_of(fs::directory_iterator(dir), fs::directory_iterator(), [](const fs::directory_entry& entry) {
    const std::string name = entry.path().filename().string();
    return entry.is_directory() && (name.starts_with(kSeedPrefix) || name == kAlignedFolder);
  });
}

}  // namespace

RunLock claim(const fs::path& dir) {
  std::error_code error;
  fs::create_directories(dir, error);
  if (!error && ::access(dir.c_str(), W_OK | X_OK) != 0) error.assign(errno, std::generic_category());
  if (error) throw config::ConfigError("cannot write to " + dir.string() + ": " + error.message());
  if (!may_be_overwritten(dir))
    throw config::ConfigError(dir.string() + ": holds something else than a run, and would be overwritten");
  return RunLock::to_write(dir);
}

void remove_former_run(const fs::path& dir) {
  for (const char* product : kProducts) fs::remove(dir / product);
  for (const char* folder : {kReplayFolder, kSkipCheckFolder, "translate", ".surfer"}) fs::remove_all(dir / folder);
  std::vector<fs::path> waves;
  for (const auto& entry : fs::directory_iterator(dir))
    if (entry.path().filename().string().starts_with(kWavesPrefix)) waves.push_back(entry.path());
  for (const fs::path& path : waves) fs::remove_all(path);
}

void write_file(const fs::path& path, std::string_view text) {
  const std::string fresh = path.string() + ".new";
  const auto fail = [&] {
    const std::error_code error(errno, std::generic_category());
    std::remove(fresh.c_str());
    throw std::system_error(error, path.string());
  };
  std::FILE* file = std::fopen(fresh.c_str(), "wb");
  if (!file) fail();
  const bool written = std::fwrite(text.data(), 1, text.size(), file) == text.size() && std::fflush(file) == 0;
  const int error = errno;
  if (std::fclose(file) != 0 || !written) {
    if (!written) errno = error;
    fail();
  }
  if (std::rename(fresh.c_str(), path.c_str()) != 0) fail();
}

void remove_waves(const fs::path& dir) {
  std::error_code ignored;
  for (const char* file : {"waves.fst", "waves.fst.hier"}) fs::remove(dir / file, ignored);
}

}  // namespace tb::run
