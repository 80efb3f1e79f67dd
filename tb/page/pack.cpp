// SPDX-License-Identifier: Apache-2.0
#include "tb/page/pack.h"

#include <zlib.h>

#include <array>
#include <new>

#include "log/leb128.h"

namespace tb::page {

void Packer::put(std::uint64_t number) {
  std::array<std::uint8_t, event_log::kLeb128Max> bytes{};
  bytes_.insert(bytes_.end(), bytes.data(), event_log::write_leb128(bytes.data(), number));
}

std::string Packer::text() const {
  constexpr int kLevel = 6;
  uLongf size = compressBound(bytes_.size());
  std::vector<std::uint8_t> deflated(size);
  if (compress2(deflated.data(), &size, bytes_.data(), bytes_.size(), kLevel) != Z_OK) throw std::bad_alloc();
  return base64({deflated.data(), size});
}

std::string base64(std::span<const std::uint8_t> bytes) {
  constexpr const char* kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const auto byte = [&](std::size_t k) { return i + k < bytes.size() ? std::uint32_t{bytes[i + k]} : 0U; };
    const std::uint32_t three = byte(0) << 16 | byte(1) << 8 | byte(2);
    text += kDigits[three >> 18];
    text += kDigits[three >> 12 & 63];
    text += i + 1 < bytes.size() ? kDigits[three >> 6 & 63] : '=';
    text += i + 2 < bytes.size() ? kDigits[three & 63] : '=';
  }
  return text;
}

}  // namespace tb::page
