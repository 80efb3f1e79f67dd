// SPDX-License-Identifier: Apache-2.0
// The PLIC and the test sources of the host machine: registers, gateways and notification as the RTL has them, without
// its clocks. All sources are levels.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace host {

class ExternalInterrupts {
 public:
  explicit ExternalInterrupts(unsigned nr_harts) : enable_(nr_harts, 0), threshold_(nr_harts, 0) {}

  // The testbench's side.
  void set_level(std::uint32_t source, bool level);
  void set_key(char key) { key_ = static_cast<std::uint8_t>(key); }

  // The bus's side: nothing if the address is not one of these devices'. A read of CLAIM claims.
  std::optional<std::uint32_t> read(std::uint32_t addr);
  bool write(std::uint32_t addr, std::uint32_t value);

  // What the hart's MEIP shows.
  [[nodiscard]] bool notifies(unsigned hart) const;

 private:
  static constexpr unsigned kNrSources = 32;  // id 0 is none

  std::uint32_t claim(unsigned hart);
  void complete(unsigned hart, std::uint32_t source);
  void forward() { pending_ |= levels_ & ~in_service_; }

  std::uint32_t levels_ = 0;
  std::uint32_t pending_ = 0;
  std::uint32_t in_service_ = 0;
  std::uint32_t priority_[kNrSources] = {};
  std::vector<std::uint32_t> enable_;
  std::vector<std::uint32_t> threshold_;
  std::uint8_t key_ = 0;
};

}  // namespace host
