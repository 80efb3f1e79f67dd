// SPDX-License-Identifier: Apache-2.0
// Numbers as text that a page can hold: LEB128, deflated (zlib), base64.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace tb::page {

class Packer {
 public:
  void put(std::uint64_t number);
  void put(std::span<const std::uint8_t> bytes) { bytes_.insert(bytes_.end(), bytes.begin(), bytes.end()); }
  [[nodiscard]] const std::vector<std::uint8_t>& bytes() const { return bytes_; }
  // Throws std::bad_alloc.
  [[nodiscard]] std::string text() const;

 private:
  std::vector<std::uint8_t> bytes_;
};

[[nodiscard]] std::string base64(std::span<const std::uint8_t> bytes);

}  // namespace tb::page
