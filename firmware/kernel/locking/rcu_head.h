// SPDX-License-Identifier: Apache-2.0
// A callback that waits for a grace period (rcu.h), embedded in the object that it gives back after it.
#pragma once

#include <stdint.h>

#include "firmware/kernel/base/list.h"

namespace kernel {

struct RcuHead {
  void (*function)(RcuHead&) = nullptr;
  uint32_t target = 0;  // Rcu::seq at which it is called
  ListNode<RcuHead> node;
};

}  // namespace kernel
