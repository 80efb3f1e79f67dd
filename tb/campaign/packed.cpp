// SPDX-License-Identifier: Apache-2.0
#include "tb/campaign/packed.h"

#include <zlib.h>

#include <cstdint>
#include <new>

namespace tb::campaign {
namespace {

constexpr std::size_t kSizeBytes = 4;  // of the text, least significant first
constexpr std::uint64_t kTextMax = 1U << 28;

const Bytef* bytes_of(std::string_view text) { return reinterpret_cast<const Bytef*>(text.data()); }

}  // namespace

std::string packed(std::string_view text) {
  uLongf size = compressBound(text.size());
  std::string out(kSizeBytes + size, '\0');
  for (std::size_t i = 0; i < kSizeBytes; ++i) out[i] = static_cast<char>(text.size() >> (8 * i) & 0xff);
  if (compress2(reinterpret_cast<Bytef*>(out.data() + kSizeBytes), &size, bytes_of(text), text.size(), Z_BEST_SPEED) != Z_OK)
    throw std::bad_alloc();
  out.resize(kSizeBytes + size);
  return out;
}

std::string unpacked(std::string_view bytes) {
  std::uint64_t wanted = 0;
  for (std::size_t i = 0; i < kSizeBytes && i < bytes.size(); ++i)
    wanted |= std::uint64_t{static_cast<std::uint8_t>(bytes[i])} << (8 * i);
  if (bytes.size() < kSizeBytes || wanted > kTextMax) throw std::runtime_error("no packed text");
  std::string out(wanted, '\0');
  uLongf size = wanted;
  const std::string_view rest = bytes.substr(kSizeBytes);
  if (uncompress(reinterpret_cast<Bytef*>(out.data()), &size, bytes_of(rest), rest.size()) != Z_OK || size != wanted)
    throw std::runtime_error("no packed text, or a damaged one");
  return out;
}

}  // namespace tb::campaign
