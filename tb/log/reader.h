// SPDX-License-Identifier: Apache-2.0
// Reads events.bin, one event after the other. A log cut in the middle of a record ends at the last complete one and
// says so; bytes that cannot be a record are an error.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>

#include "tb/log/decode.h"

namespace tb::log {

class LogError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
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

 private:
  [[noreturn]] void corrupt(std::size_t offset, const std::string& what) const;

  std::string path_;
  std::span<const std::uint8_t> file_;  // mapped
  std::span<const std::uint8_t> rest_;
  std::span<const std::uint8_t> payload_;
  Decoder decoder_;
  sim::Cycle cycle_ = 0;
  bool truncated_ = false;
};

}  // namespace tb::log
