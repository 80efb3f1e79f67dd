// SPDX-License-Identifier: Apache-2.0
#include "tb/export/output.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <vector>

#include "tb/config/tree.h"

namespace tb::exports {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kBufferBytes = 64 * 1024;

}  // namespace

OutputFile::OutputFile(const fs::path& file) : file_(file), part_(file.string() + ".part") {
  buffer_.reserve(kBufferBytes);
  fd_ = ::open(part_.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (fd_ < 0) fail("cannot write");
}

OutputFile::~OutputFile() {
  if (fd_ < 0) return;
  ::close(fd_);
  ::unlink(part_.c_str());
}

void OutputFile::fail(const char* what) const { throw fs::filesystem_error(what, file_, {errno, std::generic_category()}); }

void OutputFile::write(std::string_view bytes) {
  size_ += bytes.size();
  while (buffer_.size() + bytes.size() > kBufferBytes) {
    const std::size_t fits = kBufferBytes - buffer_.size();
    buffer_.append(bytes.substr(0, fits));
    bytes.remove_prefix(fits);
    flush();
  }
  buffer_.append(bytes);
}

void OutputFile::flush() {
  std::string_view rest = buffer_;
  while (!rest.empty()) {
    const ssize_t done = ::write(fd_, rest.data(), rest.size());
    if (done < 0 && errno != EINTR) fail("cannot write");
    if (done > 0) rest.remove_prefix(static_cast<std::size_t>(done));
  }
  buffer_.clear();
}

void OutputFile::copy_to(OutputFile& other) {
  flush();
  std::vector<char> block(kBufferBytes);
  for (std::uint64_t at = 0; at < size_;) {
    const ssize_t got = ::pread(fd_, block.data(), block.size(), static_cast<off_t>(at));
    if (got <= 0) fail("cannot read");
    other.write({block.data(), static_cast<std::size_t>(got)});
    at += static_cast<std::uint64_t>(got);
  }
}

void OutputFile::commit() {
  flush();
  const int fd = fd_;
  fd_ = -1;
  if (::close(fd) != 0 || ::rename(part_.c_str(), file_.c_str()) != 0) {
    const int error = errno;
    ::unlink(part_.c_str());
    errno = error;
    fail("cannot write");
  }
}

void check_file(const char* option, const fs::path& file, const fs::path& run_dir) {
  if (!fs::exists(file)) return;
  if (!fs::is_regular_file(file))
    throw config::ConfigError(fmt::format("{} {}: is there, and is not a regular file", option, file.string()));
  for (const char* name : {"events.bin", "config.yaml", "result.json", "report.html", "waves.fst", "console.log", "dump.txt",
                           "simulator.log", ".scx-cosim.lock"})
    if (fs::exists(run_dir / name) && fs::equivalent(file, run_dir / name))
      throw config::ConfigError(fmt::format("{} {}: is a file of the run", option, file.string()));
}

void make_directory(const char* option, const fs::path& dir, const std::function<bool(const std::string&)>& ours) {
  if (fs::exists(dir) && !fs::is_directory(dir))
    throw config::ConfigError(fmt::format("{} {}: is not a directory", option, dir.string()));
  fs::create_directories(dir);
  std::vector<fs::path> old;
  for (const auto& entry : fs::directory_iterator(dir)) {
    const fs::path name = entry.path().filename();
    if (!entry.is_regular_file() || !ours((name.extension() == ".part" ? name.stem() : name).string()))
      throw config::ConfigError(
          fmt::format("{} {}: holds {}, which is no file of an export", option, dir.string(), name.string()));
    old.push_back(entry.path());
  }
  for (const fs::path& file : old) fs::remove(file);
}

}  // namespace tb::exports
