// SPDX-License-Identifier: Apache-2.0
// Writes events.bin. The buffer lies in memory shared with the supervising parent, so that a writer killed at any
// instruction loses no record: the parent appends what the buffer still holds. Should the parent be killed with it, the file
// holds what the last full buffer or the last sync_log() has written.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <span>
#include <string>

#include "log/event_hash.h"
#include "sim/observer.h"

namespace event_log {

// The file: magic, schema digest (8 bytes, little endian), records (event_hash.h) to the end.
inline constexpr std::array<std::uint8_t, 8> kMagic = {'s', 'c', 'x', 'e', 'v', 't', '0', '1'};
inline constexpr std::size_t kHeaderBytes = 16;

struct LogBuffer {
  static constexpr std::size_t kBytes = 256 * 1024;
  static constexpr unsigned kUsedBits = 20;
  static constexpr std::uint64_t kUsedMask = (std::uint64_t{1} << kUsedBits) - 1;
  static_assert(kBytes <= kUsedMask);

  // Bytes in the file for sure, and below them the bytes of complete records waiting here: one word, so that both
  // change at one instant and a writer killed in between neither loses a record nor leaves it twice.
  std::atomic<std::uint64_t> state;
  std::atomic<int> fd{-1};   // of the writer, in its process; -1: nothing more comes
  std::uint64_t synced = 0;  // `state` at the last sync_log()
  std::uint8_t bytes[kBytes];

  [[nodiscard]] std::uint64_t used() const { return state.load(std::memory_order_acquire) & kUsedMask; }
  [[nodiscard]] std::uint64_t file_bytes() const { return state.load(std::memory_order_acquire) >> kUsedBits; }
  void set(std::uint64_t file_bytes, std::uint64_t used) {
    state.store(file_bytes << kUsedBits | used, std::memory_order_release);
  }
};
static_assert(std::atomic<std::uint64_t>::is_always_lock_free, "shared between processes");

class LogWriter {
 public:
  // Creates the file. Throws std::system_error.
  LogWriter(const std::string& path, LogBuffer& buffer, bool verbose);
  ~LogWriter();
  LogWriter(const LogWriter&) = delete;
  LogWriter& operator=(const LogWriter&) = delete;

  // Throws std::logic_error on an event out of order: a log that is not ordered means nothing.
  void add(const sim::Event& event);
  // Everything is in the file when this returns.
  void close();

  // After close().
  [[nodiscard]] std::string digest() { return hash_.digest(); }
  [[nodiscard]] std::uint64_t events() const { return events_; }

 private:
  [[noreturn]] void refuse(const sim::Event& event) const;
  void flush();

  int fd_ = -1;
  LogBuffer& buffer_;
  const bool verbose_;
  EventHash hash_;             // by the event with verbose ones in the log, else by what is flushed
  sim::Cycle previous_ = 0;    // of the last record written
  sim::Cycle last_cycle_ = 0;  // of the last event seen
  sim::HartId last_hart_ = 0;
  std::uint64_t events_ = 0;
  std::uint64_t file_bytes_ = 0, used_ = 0;  // as in the buffer
};

// Writes to the file what waits in the buffer, between any two instructions of the writer in whose process it is called: for
// signal handlers. The writer will write the same bytes to the same place. What cannot be written is the writer's to report.
void sync_log(LogBuffer& buffer) noexcept;

// After the writer's process has died: completes the file from the buffer. Does nothing if the writer closed it.
void rescue_log(const std::string& path, LogBuffer& buffer);

}  // namespace event_log
