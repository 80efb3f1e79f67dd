// SPDX-License-Identifier: Apache-2.0
#include "log/writer.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <stdexcept>
#include <system_error>

#include "log/decode.h"

namespace event_log {

namespace {

void write_all(int fd, const std::uint8_t* bytes, std::size_t size) {
  while (size > 0) {
    const ssize_t written = ::write(fd, bytes, size);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw std::system_error(errno, std::generic_category(), "writing the event log");
    bytes += written;
    size -= static_cast<std::size_t>(written);
  }
}

}  // namespace

LogWriter::LogWriter(const std::string& path, LogBuffer& buffer, bool verbose)
    : fd_(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644)), buffer_(buffer), verbose_(verbose) {
  if (fd_ < 0) throw std::system_error(errno, std::generic_category(), path);
  buffer_.set(0, 0);
  buffer_.synced = 0;
  std::array<std::uint8_t, kHeaderBytes> header{};
  std::copy(kMagic.begin(), kMagic.end(), header.begin());
  for (std::size_t i = 0; i < 8; ++i) header[8 + i] = static_cast<std::uint8_t>(trace::schema::kDigest >> (8 * i));
  write_all(fd_, header.data(), header.size());  // from here on the file can be read, whatever happens
  file_bytes_ = header.size();
  buffer_.set(file_bytes_, 0);
  buffer_.fd = fd_;
}

LogWriter::~LogWriter() {
  buffer_.fd = -1;
  if (fd_ >= 0) ::close(fd_);  // not closed by close(): the parent completes the file
}

void LogWriter::refuse(const sim::Event& event) const {
  throw std::logic_error(fmt::format("event {} of hart {} at cycle {} came after hart {} at cycle {}", type_of(event.id).name,
                                     event.hart, event.cycle, last_hart_, last_cycle_));
}

void LogWriter::add(const sim::Event& event) {
  const bool ordered = event.cycle > last_cycle_ || (event.cycle == last_cycle_ && event.hart >= last_hart_);
  if (!ordered) [[unlikely]]
    refuse(event);
  last_cycle_ = event.cycle;
  last_hart_ = event.hart;
  ++events_;
  if (verbose_) hash_.add(event.cycle, event.hart, event.id, event.payload);
  else if (type_of(event.id).verbose) return;
  const std::size_t room = kRecordHeadMax + event.payload.size();
  assert(room <= LogBuffer::kBytes);
  if (used_ + room > LogBuffer::kBytes) flush();
  const std::uint8_t* const end =
      write_record(buffer_.bytes + used_, event.cycle - previous_, event.hart, event.id, event.payload);
  previous_ = event.cycle;
  used_ = static_cast<std::uint64_t>(end - buffer_.bytes);
  buffer_.set(file_bytes_, used_);
}

void LogWriter::flush() {
  write_all(fd_, buffer_.bytes, used_);
  if (!verbose_) hash_.add_records({buffer_.bytes, used_});
  file_bytes_ += used_;
  used_ = 0;
  buffer_.set(file_bytes_, 0);
}

void LogWriter::close() {
  flush();
  buffer_.fd = -1;
  if (::close(fd_) != 0) throw std::system_error(errno, std::generic_category(), "closing the event log");
  fd_ = -1;
}

void sync_log(LogBuffer& buffer) noexcept {
  const int fd = buffer.fd;
  const std::uint64_t state = buffer.state.load(std::memory_order_acquire);
  if (fd < 0 || state == buffer.synced) return;
  const std::uint64_t used = state & LogBuffer::kUsedMask, file_bytes = state >> LogBuffer::kUsedBits;
  const bool more_of_the_same = buffer.synced >> LogBuffer::kUsedBits == file_bytes;
  std::uint64_t done = more_of_the_same ? buffer.synced & LogBuffer::kUsedMask : 0;
  while (done < used) {
    const ssize_t written = ::pwrite(fd, buffer.bytes + done, used - done, static_cast<off_t>(file_bytes + done));
    if (written <= 0) break;
    done += static_cast<std::uint64_t>(written);
  }
  buffer.synced = file_bytes << LogBuffer::kUsedBits | done;
}

void rescue_log(const std::string& path, LogBuffer& buffer) {
  if (buffer.used() == 0) return;
  const int fd = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (fd < 0) throw std::system_error(errno, std::generic_category(), path);
  try {
    // What lies behind file_bytes was written while the writer died, and is still in the buffer.
    if (::ftruncate(fd, static_cast<off_t>(buffer.file_bytes())) != 0 || ::lseek(fd, 0, SEEK_END) < 0)
      throw std::system_error(errno, std::generic_category(), path);
    write_all(fd, buffer.bytes, buffer.used());
  } catch (...) {
    ::close(fd);
    throw;
  }
  ::close(fd);
  buffer.set(buffer.file_bytes() + buffer.used(), 0);
}

}  // namespace event_log
