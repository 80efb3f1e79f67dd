// SPDX-License-Identifier: Apache-2.0
// The PLIC: one state machine per gateway, and a notification computed anew in every clock that may change it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "models/access.h"
#include "platform.h"

namespace model {

class Plic {
 public:
  // Bit s of by_edge: source s asks by a rising edge.
  Plic(std::uint32_t contexts, std::uint32_t sources, std::uint64_t by_edge) : sources_(sources + 1), contexts_(contexts) {
    for (std::uint32_t s = 1; s <= sources; ++s) sources_[s].by_edge = (by_edge >> s & 1U) != 0;
    for (Context& context : contexts_) context.enabled.resize(sources + 1);
  }

  [[nodiscard]] Answer answer(const Access& access) const {
    if (access.kind == Access::Kind::kNone) return {};
    if (access.address % 4 != 0) return {.data = 0, .error = true};
    if (access.kind == Access::Kind::kWrite) return {};
    return {.data = read(access.address), .error = false};
  }

  // levels: bit s is the level of source s in this clock.
  void clock(const Access& access, std::uint64_t levels) {
    for (Context& context : contexts_) context.notified = notifies(context);
    const std::uint32_t claimed = claimed_by(access);
    const std::uint32_t completed = completed_by(access);
    for (std::uint32_t s = 1; s < sources_.size(); ++s)
      step_gateway(sources_[s], (levels >> s & 1U) != 0, (levels_ >> s & 1U) != 0, claimed == s, completed == s);
    if (access.kind == Access::Kind::kWrite) write(access.address, access.data);
    settled_ = access.kind == Access::Kind::kNone && levels == levels_;
    levels_ = levels;
  }

  void advance(std::uint64_t clocks, std::uint64_t levels) {
    for (; clocks > 0 && horizon(levels) == 0; --clocks) clock({}, levels);
  }

  // 0 until a change has come through to the notifications, also if it will not change them.
  [[nodiscard]] std::uint64_t horizon(std::uint64_t levels) const { return settled_ && levels == levels_ ? kForever : 0; }

  // Bit c: the notification of context c, MEIP of hart c.
  [[nodiscard]] std::uint64_t eip_line() const {
    std::uint64_t line = 0;
    for (std::uint32_t c = 0; c < contexts_.size(); ++c) line |= std::uint64_t{contexts_[c].notified} << c;
    return line;
  }

 private:
  static constexpr std::uint32_t kLevelMax = 7;
  enum class Gateway : std::uint8_t { kIdle, kPending, kInService };
  struct Source {
    Gateway state = Gateway::kIdle;
    bool by_edge = false;
    std::uint32_t priority = 0;
  };
  struct Context {
    std::vector<bool> enabled;
    std::uint32_t threshold = 0;
    bool notified = false;
  };

  void step_gateway(Source& source, bool level, bool level_before, bool claim, bool complete) {
    const bool edge = level && !level_before;
    const bool asks = source.by_edge ? edge : level;
    switch (source.state) {
      case Gateway::kIdle:
        if (asks) source.state = Gateway::kPending;
        return;
      case Gateway::kPending:
        if (claim) source.state = Gateway::kInService;
        break;
      case Gateway::kInService:
        if (complete) source.state = !source.by_edge && level ? Gateway::kPending : Gateway::kIdle;
        break;
    }
    if (source.by_edge && edge && dropped_edges_ != ~std::uint32_t{0}) ++dropped_edges_;
  }

  [[nodiscard]] bool notifies(const Context& context) const {
    for (std::uint32_t s = 1; s < sources_.size(); ++s)
      if (sources_[s].state == Gateway::kPending && context.enabled[s] && sources_[s].priority > context.threshold) return true;
    return false;
  }

  [[nodiscard]] std::uint32_t best(const Context& context) const {
    std::uint32_t id = 0;
    std::uint32_t priority = 0;  // a source must beat it, so 0 never wins and the lowest id keeps a tie
    for (std::uint32_t s = 1; s < sources_.size(); ++s) {
      if (sources_[s].state != Gateway::kPending || !context.enabled[s] || sources_[s].priority <= priority) continue;
      id = s;
      priority = sources_[s].priority;
    }
    return id;
  }

  [[nodiscard]] std::uint32_t claimed_by(const Access& access) const {
    for (std::uint32_t c = 0; c < contexts_.size(); ++c)
      if (access.reads(platform::plic::claim(c))) return best(contexts_[c]);
    return 0;
  }
  [[nodiscard]] std::uint32_t completed_by(const Access& access) const {
    for (std::uint32_t c = 0; c < contexts_.size(); ++c)
      if (access.writes(platform::plic::claim(c)) && access.data < sources_.size() && contexts_[c].enabled[access.data])
        return access.data;
    return 0;
  }

  [[nodiscard]] std::uint32_t words() const { return static_cast<std::uint32_t>(sources_.size() + 31) / 32; }
  template <class Bit>
  [[nodiscard]] std::uint32_t word_of(std::uint32_t word, Bit bit) const {
    std::uint32_t value = 0;
    for (std::uint32_t s = std::max(1U, 32 * word); s < std::min<std::uint32_t>(32 * word + 32, count()); ++s)
      value |= static_cast<std::uint32_t>(bit(s)) << s % 32;
    return value;
  }
  [[nodiscard]] std::uint32_t count() const { return static_cast<std::uint32_t>(sources_.size()); }

  [[nodiscard]] std::uint32_t read(std::uint32_t address) const {
    namespace plic = platform::plic;
    for (std::uint32_t s = 1; s < count(); ++s)
      if (address == plic::priority(s)) return sources_[s].priority;
    for (std::uint32_t w = 0; w < words(); ++w)
      if (address == plic::pending(w)) return word_of(w, [&](auto s) { return sources_[s].state == Gateway::kPending; });
    for (std::uint32_t c = 0; c < contexts_.size(); ++c) {
      for (std::uint32_t w = 0; w < words(); ++w)
        if (address == plic::enable(c, w)) return word_of(w, [&](auto s) { return contexts_[c].enabled[s]; });
      if (address == plic::threshold(c)) return contexts_[c].threshold;
      if (address == plic::claim(c)) return best(contexts_[c]);
    }
    return address == plic::dropped_edges() ? dropped_edges_ : 0;
  }

  void write(std::uint32_t address, std::uint32_t data) {
    namespace plic = platform::plic;
    for (std::uint32_t s = 1; s < count(); ++s)
      if (address == plic::priority(s)) sources_[s].priority = data & kLevelMax;
    for (std::uint32_t c = 0; c < contexts_.size(); ++c) {
      for (std::uint32_t s = 1; s < count(); ++s)
        if (address == plic::enable(c, s / 32)) contexts_[c].enabled[s] = (data >> s % 32 & 1U) != 0;
      if (address == plic::threshold(c)) contexts_[c].threshold = data & kLevelMax;
    }
  }

  std::vector<Source> sources_;  // by id; 0 is not one
  std::vector<Context> contexts_;
  std::uint64_t levels_ = 0;  // of the last clock
  bool settled_ = true;       // the last clock changed nothing that the next one would show
  std::uint32_t dropped_edges_ = 0;
};

}  // namespace model
