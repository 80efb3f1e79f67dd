// SPDX-License-Identifier: Apache-2.0
#include "firmware/kernel/ext/maps.h"

#include "firmware/kernel/task.h"

namespace kernel {

int BpfRing::init(uint32_t capacity) {
  if (capacity == 0) return -EINVAL;
  slots_ = static_cast<uint32_t*>(bpf_alloc_array(capacity, sizeof(uint32_t)));
  if (slots_ == nullptr) return -ENOMEM;
  capacity_ = capacity;
  return 0;
}

bool BpfRing::push(uint32_t value) {
  if (count_ == capacity_) return false;
  slots_[(first_ + count_++) % capacity_] = value;
  return true;
}

bool BpfRing::pop(uint32_t& value) {
  if (count_ == 0) return false;
  value = slots_[first_];
  first_ = (first_ + 1) % capacity_;
  --count_;
  return true;
}

int BpfQueue::init(uint32_t capacity) {
  lock_.init();
  return ring_.init(capacity);
}

bool BpfQueue::push(uint32_t value) {
  charge(Cost::map);
  BpfSpinGuard guard(lock_);
  return ring_.push(value);
}

bool BpfQueue::pop(uint32_t& value) {
  charge(Cost::map);
  BpfSpinGuard guard(lock_);
  return ring_.pop(value);
}

uint64_t* bpf_task_storage(Task* p) {
  charge(Cost::map);
  return p->scx.policy_storage;
}

}  // namespace kernel
