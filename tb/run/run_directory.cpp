// SPDX-License-Identifier: Apache-2.0
#include "tb/run/run_directory.h"

#include <cerrno>
#include <cstdio>
#include <string_view>
#include <system_error>
#include <vector>

namespace tb::run {

namespace fs = std::filesystem;

namespace {

constexpr const char* kProducts[] = {"config.yaml", "events.bin", "console.log", "simulator.log",
                                     "dump.txt",    "result.json", "result.json.new"};
constexpr std::string_view kWavesPrefix = "waves";  // of all that is made of or from waves

}  // namespace

void prepare_directory(const fs::path& dir) {
  fs::create_directories(dir);
  for (const char* product : kProducts) fs::remove(dir / product);
  for (const char* folder : {kReplayFolder, "translate", ".surfer"}) fs::remove_all(dir / folder);
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
