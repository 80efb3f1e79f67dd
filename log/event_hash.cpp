// SPDX-License-Identifier: Apache-2.0
#include "log/event_hash.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <new>

#include "log/decode.h"

namespace event_log {

namespace {

constexpr std::size_t kBlockBytes = 16 * 1024;  // stays in the nearest cache

std::string hex(XXH128_hash_t hash) { return fmt::format("{:016x}{:016x}", hash.high64, hash.low64); }

}  // namespace

void EventHash::Free::operator()(XXH3_state_s* state) const { XXH3_freeState(state); }

EventHash::EventHash() : state_(XXH3_createState()) {
  if (!state_ || XXH3_128bits_reset(state_.get()) != XXH_OK) throw std::bad_alloc();
}

void EventHash::add(sim::Cycle cycle, sim::HartId hart, std::uint8_t id, std::span<const std::uint8_t> payload) {
  if (type_of(id).verbose) return;
  const std::size_t used = block_.size();
  block_.resize(used + kRecordHeadMax + payload.size());
  const std::uint8_t* const end = write_record(block_.data() + used, cycle - previous_, hart, id, payload);
  block_.resize(static_cast<std::size_t>(end - block_.data()));
  previous_ = cycle;
  if (block_.size() < kBlockBytes) return;
  add_records(block_);
  block_.clear();
}

void EventHash::add_records(std::span<const std::uint8_t> records) {
  XXH3_128bits_update(state_.get(), records.data(), records.size());
}

std::string EventHash::digest() {
  add_records(block_);
  block_.clear();
  return hex(XXH3_128bits_digest(state_.get()));
}

std::string hash_text(std::string_view text) { return hex(XXH3_128bits(text.data(), text.size())); }

}  // namespace event_log
