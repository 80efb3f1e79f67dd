// SPDX-License-Identifier: Apache-2.0
#include "firmware/kernel/ext/policy_memory.h"

#include "firmware/kernel/ext/kfuncs.h"
#include "firmware/kernel/kernel.h"
#include "firmware/kernel/printk.h"

namespace kernel {

namespace {

constexpr size_t kChunkBytes = size_t{1} << 20;

constexpr size_t rounded(size_t bytes) { return (bytes + 15) / 16 * 16; }

void copy_text(char* to, const char* from, size_t size) {
  size_t i = 0;
  for (; i + 1 < size && from[i] != '\0'; ++i) to[i] = from[i];
  to[i] = '\0';
}

}  // namespace

void* PolicyHeap::allocate(size_t bytes) {
  const size_t size = rounded(bytes);
  if (size < bytes || size > kPolicyMemoryMax - used_) {
    printk("sched_ext: no memory for %llu bytes more: a policy may have %u MiB, and has %llu bytes",
           static_cast<unsigned long long>(bytes), static_cast<unsigned>(kPolicyMemoryMax >> 20),
           static_cast<unsigned long long>(used_));
    return nullptr;
  }
  Chunk* const chunk = chunk_with_room(size);
  if (chunk == nullptr) {
    printk("sched_ext: the machine has no memory left for the policy");
    return nullptr;
  }
  void* const start = chunk->bytes + chunk->used;
  chunk->used += size;
  used_ += size;
  return start;
}

void PolicyHeap::reset() {
  for (unsigned i = 0; i < chunks_.size(); ++i) {
    Chunk& chunk = chunks_[i];
    for (size_t k = 0; k < chunk.used; ++k) chunk.bytes[k] = 0;
    chunk.used = 0;
  }
  used_ = 0;
}

// The first one made that has it, else a new one.
PolicyHeap::Chunk* PolicyHeap::chunk_with_room(size_t size) {
  for (unsigned i = 0; i < chunks_.size(); ++i) {
    if (size <= chunks_[i].size - chunks_[i].used) return &chunks_[i];
  }
  const size_t chunk_size = size > kChunkBytes ? size : kChunkBytes;
  auto* const bytes = static_cast<unsigned char*>(arch::memory(chunk_size));
  Chunk* const chunk = bytes == nullptr ? nullptr : chunks_.add();
  if (chunk != nullptr) *chunk = {.bytes = bytes, .size = chunk_size, .used = 0};
  return chunk;
}

arch::Addr PolicyWords::take() {
  if (used_ == words_.size()) {
    arch::Addr* const word = words_.add();
    if (word == nullptr) arch::panic("the machine has no memory left for the policy's words");
    *word = kernel().shared_ram.allocate_word();
  }
  return words_[used_++];
}

void PolicyMemory::place() {
  timers.place();
  user_exit.recorded.place(0);
  for (unsigned cpu = 0; cpu < kernel_config->nr_cpus; ++cpu) cpuperf_target[cpu].place(SCX_CPUPERF_ONE);
}

void policy_memory_reset() {
  PolicyMemory& memory = kernel().scx.policy_memory;
  memory.timers.reset();
  memory.heap.reset();
  memory.words.reset();
  memory.user_exit.recorded.store(0);
  for (unsigned cpu = 0; cpu < kernel_config->nr_cpus; ++cpu) memory.cpuperf_target[cpu].store(SCX_CPUPERF_ONE);
}

void* bpf_alloc(size_t bytes) { return kernel().scx.policy_memory.heap.allocate(bytes); }

void* bpf_alloc_array(uint64_t count, size_t size) {
  const bool countable = count <= ~size_t{0} / size;
  return bpf_alloc(countable ? static_cast<size_t>(count) * size : ~size_t{0});
}

arch::Addr bpf_alloc_word() { return kernel().scx.policy_memory.words.take(); }

void user_exit_record(void*, const ScxExitInfo* info) {
  UserExit& exit = kernel().scx.policy_memory.user_exit;
  exit.info.kind = info->kind;
  exit.info.exit_code = info->exit_code;
  exit.info.reason = info->reason;
  exit.info.bt_len = info->bt_len;
  for (unsigned i = 0; i < info->bt_len; ++i) exit.info.bt[i] = info->bt[i];
  copy_text(exit.info.msg, info->msg, sizeof(exit.info.msg));
  copy_text(exit.info.dump, info->dump, sizeof(exit.info.dump));
  exit.recorded.store(1);
}

}  // namespace kernel
