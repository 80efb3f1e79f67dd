// SPDX-License-Identifier: Apache-2.0
// The identity of a run: XXH3-128 over its events at the default level, as the log encodes them. Verbose events are
// left out, so that looking closer does not change it.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "sim/hart_op.h"

struct XXH3_state_s;

namespace tb::log {

// Appends one record: cycle as the distance from `previous`, hart, id, payload length, payload.
void encode_record(std::vector<std::uint8_t>& out, sim::Cycle previous, sim::Cycle cycle, sim::HartId hart,
                   std::uint8_t id, std::span<const std::uint8_t> payload);

class EventHash {
 public:
  EventHash();
  void add(sim::Cycle cycle, sim::HartId hart, std::uint8_t id, std::span<const std::uint8_t> payload);
  // 32 hexadecimal digits.
  [[nodiscard]] std::string digest() const;

 private:
  struct Free {
    void operator()(XXH3_state_s* state) const;
  };
  std::unique_ptr<XXH3_state_s, Free> state_;
  sim::Cycle previous_ = 0;
  std::vector<std::uint8_t> record_;
};

// XXH3-128 of a text, for configurations.
[[nodiscard]] std::string hash_text(std::string_view text);

}  // namespace tb::log
