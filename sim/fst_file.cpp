// SPDX-License-Identifier: Apache-2.0
#include "sim/fst_file.h"

#include <array>
#include <cstdint>
#include <fstream>
#include <string>
#include <utility>

namespace sim {

namespace {

// Block types, as far as they matter here: each block is its type (one byte), its length without that byte (8 bytes, big
// endian), its content.
constexpr int kHeader = 0;
constexpr char kBlackout = 2;
constexpr int kGeometry = 3;
constexpr int kHierarchy = 4;
constexpr int kHierarchyLz4 = 6;
constexpr int kHierarchyLz4Duo = 7;
constexpr int kUnfinished = 255;

// Seven bits a byte, the lowest first.
void add_varint(std::string& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) out += static_cast<char>(value | 0x80);
  out += static_cast<char>(value);
}

}  // namespace

bool fst_complete(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(path, error);
  if (!file || error || size == 0) return false;
  bool geometry = false, hierarchy = false;
  std::uintmax_t at = 0;
  while (at < size) {
    std::array<unsigned char, 9> head{};
    file.seekg(static_cast<std::streamoff>(at));
    if (!file.read(reinterpret_cast<char*>(head.data()), head.size())) return false;
    std::uint64_t length = 0;
    for (std::size_t i = 1; i < head.size(); ++i) length = length << 8 | head[i];
    const int type = head[0];
    if (type == kUnfinished || (at == 0 && type != kHeader) || length < 8 || length > size - at - 1) return false;
    geometry |= type == kGeometry;
    hierarchy |= type == kHierarchy || type == kHierarchyLz4 || type == kHierarchyLz4Duo;
    at += 1 + length;
  }
  return geometry && hierarchy;
}

// A block that holds their number, and of each change whether dumping goes on, and the time since the last one.
bool fst_add_gaps(const std::filesystem::path& path, const std::vector<FstGap>& gaps) {
  if (gaps.empty()) return true;
  std::string content;
  add_varint(content, 2 * gaps.size());
  std::uint64_t last = 0;
  for (const FstGap& gap : gaps) {
    for (const auto& [goes_on, time] : {std::pair{'\0', gap.from}, {'\1', gap.to}}) {
      content += goes_on;
      add_varint(content, time - last);
      last = time;
    }
  }
  std::string block{kBlackout};
  const std::uint64_t length = content.size() + sizeof(length);
  for (int shift = 56; shift >= 0; shift -= 8) block += static_cast<char>(length >> shift);
  std::ofstream file(path, std::ios::binary | std::ios::app);
  file << block << content;
  file.close();
  return static_cast<bool>(file);
}

}  // namespace sim
