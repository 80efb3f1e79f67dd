// SPDX-License-Identifier: Apache-2.0
// RTL memory for the words harts share: handed out once at boot, never given back.
#pragma once

#include <stdint.h>

#include "firmware/kernel/arch.h"

namespace kernel {

class SharedRam {
 public:
  // The next free word. Ends the run when the configured RAM does not suffice: who can do without asks has_room() first.
  arch::Addr allocate_word();
  [[nodiscard]] bool has_room(unsigned words) const;
  [[nodiscard]] uint32_t used_bytes() const { return used_bytes_; }

 private:
  uint32_t used_bytes_ = 0;
};

// One 32-bit word in RTL memory. Every access is a bus transfer; AMO and CAS are atomic on the bus.
class SharedWord {
 public:
  // Allocates the word and stores its first value.
  void place(uint32_t value);
  // At a word that is allocated already.
  void place_at(arch::Addr addr, uint32_t value);

  [[nodiscard]] uint32_t load() const { return arch::load(addr_); }
  void store(uint32_t value) const { arch::store(addr_, value); }
  uint32_t fetch_or(uint32_t bits) const { return arch::amo(arch::Amo::kOr, addr_, bits); }
  uint32_t fetch_and(uint32_t bits) const { return arch::amo(arch::Amo::kAnd, addr_, bits); }
  uint32_t fetch_add(uint32_t value) const { return arch::amo(arch::Amo::kAdd, addr_, value); }
  uint32_t exchange(uint32_t value) const { return arch::amo(arch::Amo::kSwap, addr_, value); }
  // Returns the old value: equal to expected iff desired was stored.
  uint32_t compare_exchange(uint32_t expected, uint32_t desired) const { return arch::cas(addr_, expected, desired); }
  [[nodiscard]] arch::Addr address() const { return addr_; }

 private:
  arch::Addr addr_ = 0;
};

}  // namespace kernel
