// SPDX-License-Identifier: Apache-2.0
// A walk over a user queue as it was when the walk began: tasks queued later are left out. It locks nothing between two
// steps; if the task it would show next has left meanwhile, it goes on with the one queued after that; in a queue by vtime the
// walk ends (the field keeps a mark in the queue instead).
#pragma once

#include <stdint.h>

namespace kernel {

struct Dsq;
struct Task;

inline constexpr uint64_t SCX_DSQ_ITER_REV = 1u << 16;

// struct bpf_iter_scx_dsq, on the policy's stack and the core's to read: see bpf_iter_scx_dsq_new() and its like in kfuncs.def.
struct BpfIterScxDsq {
  Dsq* dsq = nullptr;  // null: an unknown queue, which has no tasks
  bool reverse = false;
  bool started = false;
  uint32_t seq = 0;  // of the queue when the walk began
  Task* next = nullptr;
  uint32_t next_seq = 0;
  // For the next move out of this walk.
  bool has_slice = false;
  bool has_vtime = false;
  uint64_t slice = 0;
  uint64_t vtime = 0;
};

// Carries out scx_bpf_dispatch[_vtime]_from_dsq.
bool move_from_dsq(BpfIterScxDsq& it, Task& p, uint64_t dsq_id, uint64_t enq_flags);

}  // namespace kernel
