// SPDX-License-Identifier: Apache-2.0
#include "tb/log/event_hash.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <new>

#include "tb/log/decode.h"
#include "tb/log/leb128.h"

namespace tb::log {

namespace {

std::string hex(XXH128_hash_t hash) { return fmt::format("{:016x}{:016x}", hash.high64, hash.low64); }

}  // namespace

void encode_record(std::vector<std::uint8_t>& out, sim::Cycle previous, sim::Cycle cycle, sim::HartId hart,
                   std::uint8_t id, std::span<const std::uint8_t> payload) {
  put_leb128(out, cycle - previous);
  put_leb128(out, hart);
  out.push_back(id);
  put_leb128(out, payload.size());
  out.insert(out.end(), payload.begin(), payload.end());
}

void EventHash::Free::operator()(XXH3_state_s* state) const { XXH3_freeState(state); }

EventHash::EventHash() : state_(XXH3_createState()) {
  if (!state_ || XXH3_128bits_reset(state_.get()) != XXH_OK) throw std::bad_alloc();
}

void EventHash::add(sim::Cycle cycle, sim::HartId hart, std::uint8_t id, std::span<const std::uint8_t> payload) {
  if (type_of(id).verbose) return;
  record_.clear();
  encode_record(record_, previous_, cycle, hart, id, payload);
  previous_ = cycle;
  XXH3_128bits_update(state_.get(), record_.data(), record_.size());
}

std::string EventHash::digest() const { return hex(XXH3_128bits_digest(state_.get())); }

std::string hash_text(std::string_view text) { return hex(XXH3_128bits(text.data(), text.size())); }

}  // namespace tb::log
