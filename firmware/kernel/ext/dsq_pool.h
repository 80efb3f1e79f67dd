// SPDX-License-Identifier: Apache-2.0
// The policy's own queues, by id. A queue that is destroyed while somebody holds it keeps its memory for a grace period, with
// SCX_DSQ_INVALID as its id.
#pragma once

#include "firmware/kernel/ext/dsq.h"
#include "firmware/kernel/rcu.h"

inline constexpr unsigned kUserDsqsMax = 32;

enum class DsqSlotState : uint8_t { kFree, kLive, kDying };

// Gives a destroyed queue's slot back.
struct DsqRcu : RcuHead {
  unsigned slot = 0;
};

struct DsqPool {
  SpinLock lock;  // create and destroy; a look-up takes none
  Dsq dsqs[kUserDsqsMax];
  DsqSlotState states[kUserDsqsMax] = {};
  DsqRcu rcu[kUserDsqsMax];

  // Makes the words of all queues, once per boot.
  void place();
};

// GLOBAL or a user queue; null: there is none.
Dsq* find_dsq(uint64_t id);
// 0, or a negative errno.
int create_dsq(uint64_t id);
// An unknown id is no error; a queue with tasks on it is, and stays.
void destroy_dsq(uint64_t id);
// At the end of a policy: no task is on any of them any more.
void destroy_all_dsqs();
