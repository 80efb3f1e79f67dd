// SPDX-License-Identifier: Apache-2.0
// Reads events.bin, one event after the other. A log cut in the middle of a record ends at the last complete one and
// says so; bytes that cannot be a record are an error.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>

#include "log/decode.h"

namespace event_log {

class LogError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// How far a log goes.
struct LogExtent {
  std::uint64_t events = 0;  // whole ones, verbose ones too
  sim::Cycle last = 0;       // cycle of the last
  bool cut = false;          // it ends inside a record
};

class LogReader {
 public:
  // Throws LogError: no such file, no log, or a log of another event list.
  explicit LogReader(const std::string& path);
  ~LogReader();
  LogReader(const LogReader&) = delete;
  LogReader& operator=(const LogReader&) = delete;

  // False at the end. `event` is valid until the next call. Throws LogError.
  [[nodiscard]] bool next(EventView& event);
  [[nodiscard]] std::span<const std::uint8_t> payload() const { return payload_; }
  [[nodiscard]] bool truncated() const { return truncated_; }
  // Of what has been read; after the last next(), of the log.
  [[nodiscard]] LogExtent extent() const { return {events_, cycle_, truncated_}; }

 private:
  void give_back();
  [[noreturn]] void corrupt(std::size_t offset, const std::string& what) const;

  std::string path_;
  std::span<const std::uint8_t> file_;  // mapped
  std::span<const std::uint8_t> rest_;
  std::size_t given_back_ = 0;  // bytes of the file that memory need not hold any more; what points there is read again
  std::span<const std::uint8_t> payload_;
  Decoder decoder_;
  sim::Cycle cycle_ = 0;
  std::uint64_t events_ = 0;
  bool truncated_ = false;
};

// Reads it all. Throws LogError.
[[nodiscard]] LogExtent extent_of(const std::string& path);

}  // namespace event_log
