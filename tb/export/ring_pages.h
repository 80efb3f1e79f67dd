// SPDX-License-Identifier: Apache-2.0
// The pages of ftrace's ring buffer for one CPU: time stamp, length, events with the time since the one before.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "tb/export/output.h"

namespace tb::exports {

inline constexpr std::size_t kPageBytes = 4096;
inline constexpr std::size_t kPageHeadBytes = 16;

class RingPages {
 public:
  // Collects the pages in a file beside the one that they will be a part of.
  explicit RingPages(const std::filesystem::path& spool) : spool_(spool) {}

  // Throws std::length_error if the event does not fit a page.
  void add(std::uint64_t ns, std::string_view event);
  // Appends all pages. Nothing may be added after it.
  void copy_to(OutputFile& file);
  // Of all pages. After copy_to().
  [[nodiscard]] std::uint64_t size() const { return spool_.size(); }
  void close() { flush(); }

 private:
  void flush();

  OutputFile spool_;
  std::string page_;  // the one that is being filled; empty: none
  std::uint64_t last_ns_ = 0;
};

}  // namespace tb::exports
