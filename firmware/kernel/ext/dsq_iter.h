// SPDX-License-Identifier: Apache-2.0
// Walks a user queue as it was when the walk began: tasks queued later are left out. Locks nothing between two steps; if
// the task it would show next has left meanwhile, it goes on with the one queued after that; in a queue by vtime the walk
// ends (the field keeps a mark in the queue instead).
#pragma once

#include <stdint.h>

struct Dsq;
struct Rq;
struct Task;

inline constexpr uint64_t SCX_DSQ_ITER_REV = 1u << 16;

class BpfDsqIter {
 public:
  // flags: 0 or SCX_DSQ_ITER_REV. An unknown queue has no tasks.
  explicit BpfDsqIter(uint64_t dsq_id, uint64_t flags = 0);
  // Null: that was all.
  Task* next();

  // For the next move out of this walk.
  void set_slice(uint64_t slice);
  void set_vtime(uint64_t vtime);

 private:
  friend class DsqMove;

  [[nodiscard]] bool in_walk(const Task& p) const;
  [[nodiscard]] Task* after(const Task& p) const;

  Dsq* dsq_;
  bool reverse_;
  bool started_ = false;
  uint32_t seq_ = 0;  // of the queue when the walk began
  Task* next_ = nullptr;
  uint32_t next_seq_ = 0;
  bool has_slice_ = false;
  bool has_vtime_ = false;
  uint64_t slice_ = 0;
  uint64_t vtime_ = 0;
};

// Carries out scx_bpf_dispatch[_vtime]_from_dsq.
class DsqMove {
 public:
  static bool run(BpfDsqIter& it, Task& p, uint64_t dsq_id, uint64_t enq_flags);

 private:
  static bool still_there(const BpfDsqIter& it, const Task& p);
  // src is locked, and the queue; the latter no more on return. Which rq is locked then.
  static Rq& move(BpfDsqIter& it, Task& p, uint64_t dsq_id, uint64_t enq_flags, Rq& src);
};
