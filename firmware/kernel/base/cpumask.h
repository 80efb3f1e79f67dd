// SPDX-License-Identifier: Apache-2.0
// Sets of CPUs. A Cpumask is a value; a SharedCpumask lives in RTL memory, one word per 32 harts, changed by AMOs.
#pragma once

#include <stdint.h>

#include "firmware/kernel/base/shared_ram.h"
#include "firmware/kernel/config.h"

namespace kernel {

using Cpumask = uint64_t;
static_assert(sizeof(Cpumask) * 8 == kNrCpusMax);

constexpr Cpumask cpumask_of(unsigned cpu) { return Cpumask{1} << cpu; }
constexpr bool cpumask_test(Cpumask mask, unsigned cpu) { return ((mask >> cpu) & 1) != 0; }
constexpr Cpumask cpumask_all(unsigned nr_cpus) { return nr_cpus >= kNrCpusMax ? ~Cpumask{0} : cpumask_of(nr_cpus) - 1; }
// Words of 32 bits, as registers with a bit per hart have them.
inline unsigned cpumask_words() { return (kernel_config->nr_cpus + 31) / 32; }
constexpr unsigned cpumask_weight(Cpumask mask) { return static_cast<unsigned>(__builtin_popcountll(mask)); }
// Undefined for the empty mask.
constexpr unsigned cpumask_first(Cpumask mask) { return static_cast<unsigned>(__builtin_ctzll(mask)); }
// Undefined for the empty mask.
constexpr unsigned cpumask_last(Cpumask mask) { return kNrCpusMax - 1 - static_cast<unsigned>(__builtin_clzll(mask)); }
// The first set bit after `cpu`, wrapping. Undefined for the empty mask.
constexpr unsigned cpumask_next_wrap(Cpumask mask, unsigned cpu) {
  const Cpumask above = cpu >= kNrCpusMax - 1 ? 0 : mask & ~(cpumask_of(cpu + 1) - 1);
  return cpumask_first(above != 0 ? above : mask);
}

class SharedCpumask {
 public:
  void place(Cpumask value) {
    for (unsigned word = 0; word < cpumask_words(); ++word) words_[word].place(part(value, word));
  }
  // One transfer per 32 CPUs: not a snapshot above that, like any cpumask read without a lock.
  [[nodiscard]] Cpumask load() const {
    Cpumask mask = 0;
    for (unsigned word = 0; word < cpumask_words(); ++word) mask |= Cpumask{words_[word].load()} << (32 * word);
    return mask;
  }
  void store(Cpumask value) const {
    for (unsigned word = 0; word < cpumask_words(); ++word) words_[word].store(part(value, word));
  }
  // Returns the old bit.
  bool test_and_set(unsigned cpu) const { return ((words_[cpu / 32].fetch_or(1u << (cpu % 32)) >> (cpu % 32)) & 1) != 0; }
  bool test_and_clear(unsigned cpu) const { return ((words_[cpu / 32].fetch_and(~(1u << (cpu % 32))) >> (cpu % 32)) & 1) != 0; }
  [[nodiscard]] uint32_t word_address(unsigned word) const { return words_[word].address(); }

 private:
  static uint32_t part(Cpumask value, unsigned word) { return static_cast<uint32_t>(value >> (32 * word)); }

  SharedWord words_[kNrCpusMax / 32];
};

}  // namespace kernel
