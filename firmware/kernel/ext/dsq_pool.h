// SPDX-License-Identifier: Apache-2.0
// The policy's own queues, by id: as many as the machine has RAM for. A queue that is destroyed while a CPU refers to it keeps
// its memory for a grace period, with SCX_DSQ_INVALID as its id; its id is free at once, and another queue may take it.
#pragma once

#include "firmware/kernel/base/pool.h"
#include "firmware/kernel/ext/dsq.h"
#include "firmware/kernel/locking/rcu_head.h"

namespace kernel {

// The head gives the queue back, the grace period over.
struct UserDsq : Dsq, RcuHead {
  UserDsq* next = nullptr;  // of its bucket, or of the free queues
};

// Queues by id. Readers do not lock: at one cycle they find a queue, at the next they no longer do.
class DsqTable {
 public:
  // Null: there is none.
  [[nodiscard]] UserDsq* find(uint64_t id) const;
  void insert(UserDsq& dsq);
  // dsq is in the table, under its id.
  void erase(UserDsq& dsq);

 private:
  static constexpr unsigned kFirstBuckets = 64;

  UserDsq** bucket_of(uint64_t id) const;
  void link(UserDsq& dsq);
  // Twice the buckets; none: it stays as it is.
  void grow();

  UserDsq* first_buckets_[kFirstBuckets] = {};
  UserDsq** buckets_ = first_buckets_;
  unsigned nr_buckets_ = kFirstBuckets;  // a power of two
  unsigned size_ = 0;
};

struct DsqPool {
  static constexpr unsigned kMadeAtBoot = 32;

  SpinLock lock;  // create and destroy; a look-up takes none
  Pool<UserDsq, kMadeAtBoot> made;
  UserDsq* free = nullptr;
  DsqTable live;

  // Makes the first queues, whose RAM no task can take any more; once per boot.
  void place();
};

// GLOBAL or a user queue; null: there is none.
Dsq* find_dsq(uint64_t id);
// 0, or a negative errno: -EINVAL, -EEXIST, or -ENOMEM, whose reason is in the kernel log.
int create_dsq(uint64_t id);
// An unknown id is no error; a queue with tasks on it is, and stays.
void destroy_dsq(uint64_t id);
// At the end of a policy: no task is on any of them any more.
void destroy_all_dsqs();

}  // namespace kernel
