// SPDX-License-Identifier: Apache-2.0
#include "firmware/kernel/ext/maps.h"

#include "firmware/kernel/base/charge.h"
#include "firmware/kernel/base/errno.h"
#include "firmware/kernel/kernel.h"

void* bpf_alloc(size_t bytes) {
  Scx& scx = kernel().scx;
  const size_t size = (bytes + 15) / 16 * 16;
  if (size > kPolicyMemoryBytes - scx.policy_memory_used) return nullptr;
  void* const memory = scx.policy_memory + scx.policy_memory_used;
  scx.policy_memory_used += size;
  return memory;
}

int BpfQueue::init(uint32_t capacity) {
  ring_ = static_cast<uint32_t*>(bpf_alloc(capacity * sizeof(uint32_t)));
  if (ring_ == nullptr) return -ENOMEM;
  capacity_ = capacity;
  lock_.place();
  return 0;
}

bool BpfQueue::push(uint32_t value) {
  charge(Cost::map);
  SpinLockIrqSave guard(lock_);
  if (count_ == capacity_) return false;
  ring_[(first_ + count_++) % capacity_] = value;
  return true;
}

bool BpfQueue::pop(uint32_t& value) {
  charge(Cost::map);
  SpinLockIrqSave guard(lock_);
  if (count_ == 0) return false;
  value = ring_[first_];
  first_ = (first_ + 1) % capacity_;
  --count_;
  return true;
}

uint64_t* bpf_task_storage(Task* p) {
  charge(Cost::map);
  return p->scx.policy_storage;
}
