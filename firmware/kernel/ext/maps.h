// SPDX-License-Identifier: Apache-2.0
// A policy's memory. Whatever CPUs share is behind a map's own lock or is an atomic word; the rest lives in the policy's
// state and is touched by one CPU at a time (per-CPU data, or under a lock that every callback using it holds).
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "firmware/kernel/base/shared_ram.h"
#include "firmware/kernel/base/spinlock.h"
#include "firmware/kernel/ext/entity.h"

// Zeroed memory for the time of the load; null when a load's memory is used up. For ops.init.
void* bpf_alloc(size_t bytes);

// A bounded FIFO of u32 in a load's memory. Its user locks.
class BpfRing {
 public:
  // 0 or -ENOMEM.
  int init(uint32_t capacity);
  // False: full.
  bool push(uint32_t value);
  // False: empty.
  bool pop(uint32_t& value);
  [[nodiscard]] bool empty() const { return count_ == 0; }

 private:
  uint32_t* slots_ = nullptr;
  uint32_t capacity_ = 0;
  uint32_t first_ = 0;
  uint32_t count_ = 0;
};

// BPF_MAP_TYPE_QUEUE of u32.
class BpfQueue {
 public:
  // 0 or -ENOMEM.
  int init(uint32_t capacity);
  // False: full.
  bool push(uint32_t value);
  // False: empty.
  bool pop(uint32_t& value);

 private:
  SpinLock lock_;
  BpfRing ring_;
};

// An atomic counter all CPUs share.
class BpfCounter {
 public:
  void init() { word_.place(0); }
  // Returns the old value.
  uint32_t add(uint32_t value) { return word_.fetch_add(value); }
  [[nodiscard]] uint32_t load() const { return word_.load(); }

 private:
  SharedWord word_;
};

// BPF_MAP_TYPE_TASK_STORAGE: 32 bytes per task, zero at fork and at load.
uint64_t* bpf_task_storage(Task* p);
template <class T>
T& bpf_task_storage_as(Task* p) {
  static_assert(sizeof(T) <= sizeof(uint64_t) * ScxEntity::kPolicyStorageWords);
  return *reinterpret_cast<T*>(bpf_task_storage(p));
}
