// SPDX-License-Identifier: Apache-2.0
#include "log/reader.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "log/leb128.h"
#include "log/writer.h"

namespace event_log {

namespace {

constexpr std::uint64_t kPayloadBytesMax = 1 << 16;  // above it, the length itself is garbage
constexpr std::size_t kGiveBackBytes = 4 << 20;      // of a long log: a multiple of any page

std::span<const std::uint8_t> map_file(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) throw LogError(fmt::format("{}: {}", path, std::strerror(errno)));
  struct stat info {};
  const bool known = ::fstat(fd, &info) == 0 && S_ISREG(info.st_mode);
  const auto size = static_cast<std::size_t>(known ? info.st_size : 0);
  void* bytes = size ? ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0) : MAP_FAILED;
  ::close(fd);
  if (bytes == MAP_FAILED) throw LogError(fmt::format("{}: not an event log", path));
  return {static_cast<const std::uint8_t*>(bytes), size};
}

}  // namespace

LogReader::LogReader(const std::string& path) : path_(path), file_(map_file(path)) {
  std::uint64_t digest = 0;
  if (file_.size() >= kHeaderBytes)
    for (std::size_t i = 0; i < 8; ++i) digest |= std::uint64_t{file_[8 + i]} << (8 * i);
  const bool magic = file_.size() >= kHeaderBytes && std::equal(kMagic.begin(), kMagic.end(), file_.begin());
  if (!magic || digest != trace::schema::kDigest) {
    ::munmap(const_cast<std::uint8_t*>(file_.data()), file_.size());
    if (!magic) throw LogError(fmt::format("{}: not an event log", path));
    throw LogError(fmt::format("{}: written by a version with another event list ({:016x}, this one has {:016x})", path, digest,
                               trace::schema::kDigest));
  }
  rest_ = file_.subspan(kHeaderBytes);
}

LogReader::~LogReader() { ::munmap(const_cast<std::uint8_t*>(file_.data()), file_.size()); }

bool LogReader::next(EventView& event) {
  if (rest_.empty() || truncated_) return false;
  const std::size_t offset = file_.size() - rest_.size();
  if (offset - given_back_ > 2 * kGiveBackBytes) give_back();
  std::span<const std::uint8_t> bytes = rest_;
  std::uint64_t delta = 0, hart = 0, length = 0;
  truncated_ = true;  // until the record is complete
  if (!take_leb128(bytes, delta) || !take_leb128(bytes, hart) || bytes.empty()) return false;
  const std::uint8_t id = bytes[0];
  bytes = bytes.subspan(1);
  if (!take_leb128(bytes, length)) return false;
  if (length > kPayloadBytesMax) corrupt(offset, fmt::format("a payload of {} bytes", length));
  if (length > bytes.size()) return false;
  truncated_ = false;
  payload_ = bytes.first(static_cast<std::size_t>(length));
  rest_ = bytes.subspan(static_cast<std::size_t>(length));
  cycle_ += delta;
  ++events_;
  if (!decoder_.decode(id, payload_)) corrupt(offset, fmt::format("event id {} with fields that do not fit", id));
  event = {cycle_, static_cast<sim::HartId>(hart), id, decoder_.fields()};
  return true;
}

void LogReader::give_back() {
  ::madvise(const_cast<std::uint8_t*>(file_.data()) + given_back_, kGiveBackBytes, MADV_DONTNEED);
  given_back_ += kGiveBackBytes;
}

void LogReader::corrupt(std::size_t offset, const std::string& what) const {
  throw LogError(fmt::format("{}: damaged at byte {}: {}", path_, offset, what));
}

LogExtent extent_of(const std::string& path) {
  LogReader reader(path);
  EventView event;
  while (reader.next(event)) {
  }
  return reader.extent();
}

}  // namespace event_log
