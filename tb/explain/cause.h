// SPDX-License-Identifier: Apache-2.0
// Why a task does not run at one moment: a cause, and the cause behind it where there is one.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "sim/hart_op.h"

namespace tb::explain {

enum class CauseKind : std::uint8_t {
#define CAUSE(name, meaning) name,
#include "tb/explain/causes.def"
#undef CAUSE
};

struct CauseInfo {
  std::string_view name;
  std::string_view meaning;
};

inline constexpr std::array kCauses = std::to_array<CauseInfo>({
#define CAUSE(name, meaning) {#name, meaning},
#include "tb/explain/causes.def"
#undef CAUSE
});

[[nodiscard]] constexpr std::string_view name_of(CauseKind kind) { return kCauses[static_cast<std::size_t>(kind)].name; }

inline constexpr sim::HartId kNoHart = ~sim::HartId{0};

struct Cause {
  CauseKind kind = CauseKind::unknown;
  sim::HartId hart = kNoHart;  // the hart that should run the task
  std::uint64_t pid = 0;       // the task it runs instead, the owner of a mutex, the task whose dispatch is refused; 0: none
  std::uint64_t what =
      0;  // of a lock: its kind; of interrupts: the cause; of irqs_off and scheduling: the site; of in_flight: the reason;
          // of dispatch_loop: 1 if the hart sleeps after the breakout
  std::uint64_t id = 0;  // of a lock or DSQ
  sim::Cycle since = 0;  // the hart has been in this state since then; of no part in a comparison

  [[nodiscard]] bool same_as(const Cause& other) const {
    return kind == other.kind && hart == other.hart && pid == other.pid && what == other.what && id == other.id;
  }
};

// A cause, the cause of that, and so on: a hart waits for a lock whose owner is in a dispatch loop.
class Chain {
 public:
  static constexpr std::size_t kLongest = 4;

  void add(const Cause& cause) {
    if (length_ < kLongest) links_[length_++] = cause;
  }
  [[nodiscard]] std::size_t size() const { return length_; }
  [[nodiscard]] const Cause& operator[](std::size_t i) const { return links_[i]; }
  [[nodiscard]] Cause& operator[](std::size_t i) { return links_[i]; }
  [[nodiscard]] const Cause& first() const { return links_[0]; }
  [[nodiscard]] const Cause& root() const { return links_[length_ - 1]; }
  // What is behind the last link has been seen before: harts wait for each other. A long circle has more links than the chain can hold.
  void close() { circular_ = true; }
  [[nodiscard]] bool circular() const { return circular_; }
  [[nodiscard]] bool same_as(const Chain& other) const {
    if (length_ != other.length_ || circular_ != other.circular_) return false;
    for (std::size_t i = 0; i < length_; ++i)
      if (!links_[i].same_as(other.links_[i])) return false;
    return true;
  }

 private:
  std::array<Cause, kLongest> links_{};
  std::size_t length_ = 0;
  bool circular_ = false;
};

}  // namespace tb::explain
