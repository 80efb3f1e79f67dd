// SPDX-License-Identifier: Apache-2.0
#include "firmware/kernel/ext/dsq_pool.h"

#include "firmware/kernel/base/charge.h"
#include "firmware/kernel/base/errno.h"
#include "firmware/kernel/base/hash.h"
#include "firmware/kernel/ext/error.h"
#include "firmware/kernel/irq/irqflags.h"
#include "firmware/kernel/kernel.h"
#include "firmware/kernel/printk.h"

namespace kernel {

namespace {

constexpr unsigned kWordsPerDsq = 2;  // its lock and its length

// At this very cycle readers find the queue, or no longer do.
void publish(DsqPool& pool, UserDsq& dsq, uint64_t id) {
  arch::flush();
  dsq.id = id;
  dsq.lock.call(trace::LockKind::kDsq, id);
  pool.live.insert(dsq);
}

void withdraw(DsqPool& pool, UserDsq& dsq) {
  arch::flush();
  pool.live.erase(dsq);
  dsq.id = SCX_DSQ_INVALID;
}

// One that has never been used; null: no memory. There is room for its words.
UserDsq* make_dsq(DsqPool& pool) {
  UserDsq* const dsq = pool.made.add();
  if (dsq == nullptr) return nullptr;
  dsq->lock.place();
  dsq->nr_word.place(0);
  return dsq;
}

UserDsq* take_free(DsqPool& pool) {
  UserDsq* const dsq = pool.free;
  if (dsq == nullptr) return kernel().shared_ram.has_room(kWordsPerDsq) ? make_dsq(pool) : nullptr;
  pool.free = dsq->next;
  return dsq;
}

void put_free(DsqPool& pool, UserDsq& dsq) {
  dsq.next = pool.free;
  pool.free = &dsq;
}

int add_dsq(DsqPool& pool, uint64_t id) {
  SpinLockIrqSave guard(pool.lock);
  if (pool.live.find(id) != nullptr) return -EEXIST;
  UserDsq* const dsq = take_free(pool);
  if (dsq == nullptr) return -ENOMEM;
  publish(pool, *dsq, id);
  return 0;
}

// Not if it has been destroyed meanwhile, or it has tasks.
bool can_retire(const Dsq& dsq, uint64_t id) {
  if (dsq.id != id) return false;
  if (dsq.list.empty()) return true;
  scx_error(SCX_EXIT_ERROR, "attempting to destroy in-use dsq 0x%016llx (nr=%u)", static_cast<unsigned long long>(id),
            dsq.list.size());
  return false;
}

bool retire(DsqPool& pool, UserDsq& dsq, uint64_t id) {
  dsq.lock.lock();
  const bool retired = can_retire(dsq, id);
  if (retired) withdraw(pool, dsq);
  dsq_unlock(dsq);
  return retired;
}

// After the grace period: no CPU that looked it up before its end refers to it any more.
void free_dsq_rcu(RcuHead& head) {
  DsqPool& pool = kernel().scx.dsq_pool;
  SpinLockIrqSave guard(pool.lock);
  put_free(pool, static_cast<UserDsq&>(head));
}

}  // namespace

// Ids are often small numbers in a row.
UserDsq** DsqTable::bucket_of(uint64_t id) const { return &buckets_[hash_64(id) & (nr_buckets_ - 1)]; }

UserDsq* DsqTable::find(uint64_t id) const {
  UserDsq* dsq = *bucket_of(id);
  while (dsq != nullptr && dsq->id != id) dsq = dsq->next;
  return dsq;
}

void DsqTable::insert(UserDsq& dsq) {
  if (size_ >= nr_buckets_) grow();
  link(dsq);
  ++size_;
}

void DsqTable::link(UserDsq& dsq) {
  UserDsq** const bucket = bucket_of(dsq.id);
  dsq.next = *bucket;
  *bucket = &dsq;
}

void DsqTable::erase(UserDsq& dsq) {
  UserDsq** link = bucket_of(dsq.id);
  while (*link != &dsq) link = &(*link)->next;
  *link = dsq.next;
  --size_;
}

void DsqTable::grow() {
  const unsigned old_nr = nr_buckets_;
  auto* const grown = static_cast<UserDsq**>(arch::memory(2 * size_t{old_nr} * sizeof(UserDsq*)));
  if (grown == nullptr) return;
  UserDsq** const old = buckets_;
  buckets_ = grown;
  nr_buckets_ = 2 * old_nr;
  for (unsigned i = 0; i < old_nr; ++i) {
    while (UserDsq* const dsq = old[i]) {
      old[i] = dsq->next;
      link(*dsq);
    }
  }
}

void DsqPool::place() {
  lock.place();
  UserDsq* last = nullptr;
  for (unsigned i = 0; i < kMadeAtBoot; ++i) {
    UserDsq* const dsq = make_dsq(*this);
    if (dsq == nullptr) arch::panic("no memory for the first dispatch queues");
    (last == nullptr ? free : last->next) = dsq;
    last = dsq;
  }
}

Dsq* find_dsq(uint64_t id) { return id == SCX_DSQ_GLOBAL ? &kernel().scx.global_dsq : kernel().scx.dsq_pool.live.find(id); }

int create_dsq(uint64_t id) {
  if ((id & SCX_DSQ_FLAG_BUILTIN) != 0) return -EINVAL;
  const int error = add_dsq(kernel().scx.dsq_pool, id);
  if (error == -ENOMEM) {
    printk("sched_ext: no RAM for DSQ 0x%llx: all of hardware.ram_kib (%u) is used", static_cast<unsigned long long>(id),
           static_cast<unsigned>(kernel_config->ram_bytes / 1024));
  }
  return error;
}

void destroy_dsq(uint64_t id) {
  DsqPool& pool = kernel().scx.dsq_pool;
  UserDsq* const dsq = pool.live.find(id);
  if (dsq == nullptr) return;
  SpinLockIrqSave guard(pool.lock);
  if (retire(pool, *dsq, id)) call_rcu(*dsq, free_dsq_rcu);
}

void destroy_all_dsqs() {
  DsqPool& pool = kernel().scx.dsq_pool;
  for (unsigned i = 0; i < pool.made.size(); ++i) {
    const uint64_t id = pool.made[i].id;
    if (id != SCX_DSQ_INVALID) destroy_dsq(id);
  }
}

}  // namespace kernel
