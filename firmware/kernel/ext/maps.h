// SPDX-License-Identifier: Apache-2.0
// Maps hold the data of a policy. Every access has its price. Data that CPUs share is behind a map's own lock, behind a
// BpfSpinLock, or an atomic word; other values are a CPU's own (BpfPerCpuArray), or plain memory where, as in the field, the
// last store of a value of up to 64 bits stands. All of it lives as long as the load.
#pragma once

#include "firmware/kernel/base/charge.h"
#include "firmware/kernel/base/errno.h"
#include "firmware/kernel/base/hash.h"
#include "firmware/kernel/ext/entity.h"
#include "firmware/kernel/ext/policy_memory.h"
#include "firmware/kernel/locking/spinlock.h"

namespace kernel {

// bpf_spin_lock. Taken by a BpfSpinGuard.
class BpfSpinLock {
 public:
  void init() { lock_.place_at(bpf_alloc_word()); }

 private:
  friend class BpfSpinGuard;

  SpinLock lock_;
};

// Interrupts are off for the scope: no callback, no timer comes between.
class BpfSpinGuard {
 public:
  explicit BpfSpinGuard(BpfSpinLock& lock) : guard_(lock.lock_) {}

 private:
  SpinLockIrqSave guard_;
};

// A bounded FIFO of u32. Its user locks.
class BpfRing {
 public:
  // 0, -EINVAL (of nothing) or -ENOMEM.
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
  // 0, -EINVAL (of nothing) or -ENOMEM.
  int init(uint32_t capacity);
  // False: full.
  bool push(uint32_t value);
  // False: empty.
  bool pop(uint32_t& value);

 private:
  BpfSpinLock lock_;
  BpfRing ring_;
};

// BPF_MAP_TYPE_ARRAY: zeroed values.
template <class Value>
class BpfArray {
 public:
  // 0, -EINVAL (of nothing) or -ENOMEM.
  int init(uint32_t nr_entries) {
    if (nr_entries == 0) return -EINVAL;
    values_ = static_cast<Value*>(bpf_alloc_array(nr_entries, sizeof(Value)));
    nr_entries_ = values_ == nullptr ? 0 : nr_entries;
    return values_ == nullptr ? -ENOMEM : 0;
  }
  // Null: no such entry.
  Value* lookup(uint32_t index) const {
    charge(Cost::map);
    return index < nr_entries_ ? &values_[index] : nullptr;
  }

 private:
  Value* values_ = nullptr;
  uint32_t nr_entries_ = 0;
};

// BPF_MAP_TYPE_PERCPU_ARRAY.
template <class Value>
class BpfPerCpuArray {
 public:
  // 0, -EINVAL (of nothing), -E2BIG or -ENOMEM.
  int init(uint32_t nr_entries) {
    if (nr_entries > ~uint32_t{0} / kernel_config->nr_cpus) return -E2BIG;
    nr_entries_ = nr_entries;
    return values_.init(nr_entries * kernel_config->nr_cpus);
  }
  // The calling CPU's.
  Value* lookup(uint32_t index) const { return lookup_percpu(index, arch::smp_processor_id()); }
  Value* lookup_percpu(uint32_t index, unsigned cpu) const {
    if (index >= nr_entries_ || cpu >= kernel_config->nr_cpus) return nullptr;
    return values_.lookup(cpu * nr_entries_ + index);
  }

 private:
  BpfArray<Value> values_;
  uint32_t nr_entries_ = 0;
};

// How BpfHash::update treats a key that is there, or is not.
enum class BpfUpdate : uint8_t { kAny, kNoExist, kExist };

// BPF_MAP_TYPE_HASH with all its entries made at once. A value found stays readable after its entry is deleted, until the
// entry is used again.
template <class Key, class Value>
class BpfHash {
 public:
  // 0, -EINVAL (of nothing) or -ENOMEM.
  int init(uint32_t nr_entries_max) {
    if (nr_entries_max == 0) return -EINVAL;
    lock_.init();
    entries_ = static_cast<Entry*>(bpf_alloc_array(nr_entries_max, sizeof(Entry)));
    buckets_ = static_cast<Entry**>(bpf_alloc_array(nr_entries_max, sizeof(Entry*)));
    if (entries_ == nullptr || buckets_ == nullptr) return -ENOMEM;
    nr_buckets_ = nr_entries_max;
    for (uint32_t i = nr_entries_max; i > 0; --i) put(free_, entries_[i - 1]);
    return 0;
  }
  // Null: no such key.
  Value* lookup(const Key& key) {
    charge(Cost::map);
    BpfSpinGuard guard(lock_);
    Entry* const entry = *find(key);
    return entry == nullptr ? nullptr : &entry->value;
  }
  // 0, -E2BIG (full), -EEXIST or -ENOENT.
  int update(const Key& key, const Value& value, BpfUpdate mode = BpfUpdate::kAny) {
    charge(Cost::map);
    BpfSpinGuard guard(lock_);
    Entry* entry = *find(key);
    if (entry != nullptr && mode == BpfUpdate::kNoExist) return -EEXIST;
    if (entry == nullptr) {
      if (mode == BpfUpdate::kExist) return -ENOENT;
      if (free_ == nullptr) return -E2BIG;
      entry = take(free_);
      entry->key = key;
      put(buckets_[bucket_of(key)], *entry);
    }
    entry->value = value;
    return 0;
  }
  // 0 or -ENOENT.
  int erase(const Key& key) {
    charge(Cost::map);
    BpfSpinGuard guard(lock_);
    Entry** const link = find(key);
    if (*link == nullptr) return -ENOENT;
    put(free_, *take(*link));
    return 0;
  }

 private:
  struct Entry {
    Entry* next;
    Key key;
    Value value;
  };

  static void put(Entry*& head, Entry& entry) {
    entry.next = head;
    head = &entry;
  }
  static Entry* take(Entry*& head) {
    Entry* const entry = head;
    head = entry->next;
    return entry;
  }
  uint32_t bucket_of(const Key& key) const { return hash_64(static_cast<uint64_t>(key)) % nr_buckets_; }
  // The link that leads to the entry, or the null one where it would be.
  Entry** find(const Key& key) {
    Entry** link = &buckets_[bucket_of(key)];
    while (*link != nullptr && (*link)->key != key) link = &(*link)->next;
    return link;
  }

  BpfSpinLock lock_;
  Entry* entries_ = nullptr;
  Entry** buckets_ = nullptr;
  Entry* free_ = nullptr;
  uint32_t nr_buckets_ = 0;
};

// A word all CPUs share.
class BpfWord {
 public:
  void init(uint32_t value) { word_.place_at(bpf_alloc_word(), value); }
  void store(uint32_t value) const { word_.store(value); }
  [[nodiscard]] uint32_t load() const { return word_.load(); }

 private:
  SharedWord word_;
};

// An atomic counter all CPUs share.
class BpfCounter {
 public:
  void init() { word_.place_at(bpf_alloc_word(), 0); }
  // Both return the old value.
  uint32_t add(uint32_t value) const { return word_.fetch_add(value); }
  uint32_t sub(uint32_t value) const { return word_.fetch_add(0u - value); }
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

}  // namespace kernel
