// SPDX-License-Identifier: Apache-2.0
// The identity of a run: XXH3-128 over its events at the default level, as the log encodes them. Verbose events are
// left out, so that looking closer does not change it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "log/leb128.h"
#include "sim/hart_op.h"

struct XXH3_state_s;

namespace event_log {

// Bytes of a record at most, without its payload.
inline constexpr std::size_t kRecordHeadMax = 3 * kLeb128Max + 1;

// Writes one record: `cycles` since the one before, hart, id, payload length, payload. Returns its end; there must be room
// for kRecordHeadMax bytes and the payload.
inline std::uint8_t* write_record(std::uint8_t* out, sim::Cycle cycles, sim::HartId hart, std::uint8_t id,
                                  std::span<const std::uint8_t> payload) {
  out = write_leb128(out, cycles);
  out = write_leb128(out, hart);
  *out++ = id;
  out = write_leb128(out, payload.size());
  return std::copy(payload.begin(), payload.end(), out);
}

class EventHash {
 public:
  EventHash();
  // One event; those of verbose types are left out.
  void add(sim::Cycle cycle, sim::HartId hart, std::uint8_t id, std::span<const std::uint8_t> payload);
  // Whole records, none of them verbose, as write_record() has made them. Either this or add() is used, not both.
  void add_records(std::span<const std::uint8_t> records);
  // Of all so far: 32 hexadecimal digits.
  [[nodiscard]] std::string digest();

 private:
  struct Free {
    void operator()(XXH3_state_s* state) const;
  };
  std::unique_ptr<XXH3_state_s, Free> state_;
  sim::Cycle previous_ = 0;
  std::vector<std::uint8_t> block_;  // records of add() that are not hashed yet
};

// XXH3-128 of a text, for configurations.
[[nodiscard]] std::string hash_text(std::string_view text);

}  // namespace event_log
