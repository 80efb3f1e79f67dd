// SPDX-License-Identifier: Apache-2.0
// Construction in given storage. Tagged, so that it cannot clash with the standard <new> a hosted build may include.
#pragma once

#include <stddef.h>

namespace kernel {

struct Placement {
  void* at;
};

}  // namespace kernel

inline void* operator new(size_t, kernel::Placement placement) noexcept { return placement.at; }
inline void operator delete(void*, kernel::Placement) noexcept {}
