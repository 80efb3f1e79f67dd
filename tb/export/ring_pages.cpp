// SPDX-License-Identifier: Apache-2.0
#include "tb/export/ring_pages.h"

#include <stdexcept>

#include "tb/export/bytes.h"

namespace tb::exports {
namespace {

// An event begins with a word: its type, or a quarter of its length, and in the bits above it the time since the event before.
constexpr unsigned kTypeBits = 5, kDeltaBits = 27;
constexpr std::uint64_t kTimeExtend = 30;
constexpr std::size_t kShortMax = 28 * 4;  // bytes of an event whose length fits the type
constexpr std::size_t kEventBytesMax = kPageBytes - kPageHeadBytes - 8;

}  // namespace

void RingPages::add(std::uint64_t ns, std::string_view event) {
  if (event.size() > kEventBytesMax) throw std::length_error("an event does not fit a page of ftrace's ring buffer");
  const std::size_t padded = (event.size() + 3) / 4 * 4;
  const bool is_short = padded > 0 && padded <= kShortMax;
  const std::size_t room = padded + (is_short ? 4 : 8) + 8;  // with a time extend
  if (!page_.empty() && page_.size() + room > kPageBytes) flush();
  if (page_.empty()) {
    put(page_, ns, 8);
    put(page_, 0, 8);  // the length, when it is known
    last_ns_ = ns;
  }
  std::uint64_t delta = ns - last_ns_;
  if (delta >> kDeltaBits != 0) {
    put(page_, kTimeExtend | (delta & ((1U << kDeltaBits) - 1)) << kTypeBits, 4);
    put(page_, delta >> kDeltaBits, 4);
    delta = 0;
  }
  put(page_, (is_short ? padded / 4 : 0) | delta << kTypeBits, 4);
  if (!is_short) put(page_, padded + 4, 4);
  page_.append(event);
  page_.append(padded - event.size(), '\0');
  last_ns_ = ns;
}

void RingPages::flush() {
  if (page_.empty()) return;
  put_at(page_, 8, page_.size() - kPageHeadBytes, 8);
  page_.resize(kPageBytes, '\0');
  spool_.write(page_);
  page_.clear();
}

void RingPages::copy_to(OutputFile& file) {
  flush();
  spool_.copy_to(file);
}

}  // namespace tb::exports
