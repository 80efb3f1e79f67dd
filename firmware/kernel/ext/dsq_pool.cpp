// SPDX-License-Identifier: Apache-2.0
#include "firmware/kernel/ext/dsq_pool.h"

#include "firmware/kernel/base/charge.h"
#include "firmware/kernel/base/errno.h"
#include "firmware/kernel/ext/error.h"
#include "firmware/kernel/irq/irqflags.h"
#include "firmware/kernel/kernel.h"

namespace {

// Readers do not lock: at this very cycle they find the queue, or no longer do.
void publish_id(Dsq& dsq, uint64_t id) {
  arch::flush();
  dsq.id = id;
}

Dsq* find_user_dsq(uint64_t id) {
  DsqPool& pool = kernel().scx.dsq_pool;
  for (unsigned i = 0; i < kUserDsqsMax; ++i) {
    if (pool.states[i] == DsqSlotState::kLive && pool.dsqs[i].id == id) return &pool.dsqs[i];
  }
  return nullptr;
}

int take_free_slot(DsqPool& pool) {
  for (unsigned i = 0; i < kUserDsqsMax; ++i) {
    if (pool.states[i] == DsqSlotState::kFree) return static_cast<int>(i);
  }
  return -ENOMEM;
}

// Not if somebody else has destroyed it meanwhile, or it has tasks.
bool can_retire(const Dsq& dsq, uint64_t id) {
  if (dsq.id != id) return false;
  if (dsq.list.empty()) return true;
  scx_error(SCX_EXIT_ERROR, "attempting to destroy in-use dsq 0x%016llx (nr=%u)", static_cast<unsigned long long>(id),
            dsq.list.size());
  return false;
}

bool retire(Dsq& dsq, uint64_t id) {
  dsq.lock.lock();
  const bool retired = can_retire(dsq, id);
  if (retired) publish_id(dsq, SCX_DSQ_INVALID);
  dsq_unlock(dsq);
  return retired;
}

// Nobody who has looked it up before its end holds it any more.
void free_dsq_rcu(RcuHead& head) {
  DsqPool& pool = kernel().scx.dsq_pool;
  SpinLockIrqSave guard(pool.lock);
  pool.states[static_cast<DsqRcu&>(head).slot] = DsqSlotState::kFree;
}

}  // namespace

void DsqPool::place() {
  lock.place();
  for (Dsq& dsq : dsqs) {
    dsq.lock.place();
    dsq.nr_word.place(0);
  }
}

Dsq* find_dsq(uint64_t id) { return id == SCX_DSQ_GLOBAL ? &kernel().scx.global_dsq : find_user_dsq(id); }

int create_dsq(uint64_t id) {
  if ((id & SCX_DSQ_FLAG_BUILTIN) != 0) return -EINVAL;
  DsqPool& pool = kernel().scx.dsq_pool;
  SpinLockIrqSave guard(pool.lock);
  if (find_user_dsq(id) != nullptr) return -EEXIST;
  const int slot = take_free_slot(pool);
  if (slot < 0) return slot;
  pool.states[slot] = DsqSlotState::kLive;
  publish_id(pool.dsqs[slot], id);
  return 0;
}

void destroy_dsq(uint64_t id) {
  Dsq* const dsq = find_user_dsq(id);
  if (dsq == nullptr) return;
  DsqPool& pool = kernel().scx.dsq_pool;
  SpinLockIrqSave guard(pool.lock);
  if (!retire(*dsq, id)) return;
  const auto slot = static_cast<unsigned>(dsq - pool.dsqs);
  pool.states[slot] = DsqSlotState::kDying;
  pool.rcu[slot].slot = slot;
  call_rcu(pool.rcu[slot], free_dsq_rcu);
}

void destroy_all_dsqs() {
  for (Dsq& dsq : kernel().scx.dsq_pool.dsqs) {
    if (dsq.id != SCX_DSQ_INVALID) destroy_dsq(dsq.id);
  }
}
