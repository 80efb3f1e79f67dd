// SPDX-License-Identifier: Apache-2.0
// Items of one type, made when they are needed and there until the next boot: no fixed number of them, and none ever moves.
// They lie in chunks, each twice as large as the one before. An item's user keeps the items that it is done with.
#pragma once

#include <stdint.h>

#include "firmware/kernel/arch.h"
#include "firmware/kernel/base/placement.h"

namespace kernel {

// kFirst: items of the first chunk.
template <class T, unsigned kFirst>
class Pool {
 public:
  [[nodiscard]] unsigned size() const { return size_; }
  // Of those made so far, in the order they were made.
  T& operator[](unsigned index) {
    const unsigned chunk = chunk_of(index);
    return chunks_[chunk][index - begin_of(chunk)];
  }
  // The next one, as constructed; null: the machine has no memory left.
  T* add() {
    const unsigned chunk = chunk_of(size_);
    if (chunks_[chunk] == nullptr && !make_chunk(chunk)) return nullptr;
    return &(*this)[size_++];
  }

 private:
  static constexpr unsigned kChunks = 24;

  // Chunk n begins at index kFirst * (2^n - 1) and holds kFirst * 2^n.
  static constexpr unsigned chunk_of(unsigned index) { return 31 - static_cast<unsigned>(__builtin_clz(index / kFirst + 1)); }
  static constexpr unsigned begin_of(unsigned chunk) { return kFirst * ((1u << chunk) - 1); }

  bool make_chunk(unsigned chunk) {
    if (chunk == kChunks) return false;
    const unsigned count = kFirst << chunk;
    auto* const items = static_cast<T*>(arch::memory(count * sizeof(T)));
    if (items == nullptr) return false;
    for (unsigned i = 0; i < count; ++i) new (Placement{&items[i]}) T;
    chunks_[chunk] = items;
    return true;
  }

  T* chunks_[kChunks] = {};
  unsigned size_ = 0;
};

}  // namespace kernel
