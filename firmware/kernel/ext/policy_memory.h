// SPDX-License-Identifier: Apache-2.0
// The memory that a policy owns for the time of its load, and its loader can read until the next one: state, maps, the words its
// CPUs share, timers, and the record of how it ended.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "firmware/kernel/base/pool.h"
#include "firmware/kernel/base/shared_ram.h"
#include "firmware/kernel/config.h"
#include "firmware/kernel/ext/bpf_timer.h"
#include "firmware/kernel/ext/exit_info.h"

namespace kernel {

inline constexpr size_t kPolicyMemoryMax = size_t{64} << 20;  // bytes of state, maps and dispatch buffers of one load

// Memory for the time of a load, zeroed. The next load gets the memory of the last one, and grows it by chunks.
class PolicyHeap {
 public:
  // Null: more than kPolicyMemoryMax, or than the machine has; which, is in the kernel log.
  void* allocate(size_t bytes);
  // All of it is free, and zeroed, again.
  void reset();
  [[nodiscard]] size_t used() const { return used_; }

 private:
  struct Chunk {
    unsigned char* bytes = nullptr;
    size_t size = 0;
    size_t used = 0;
  };

  Chunk* chunk_with_room(size_t size);

  Pool<Chunk, 4> chunks_;
  size_t used_ = 0;
};

// Words in RTL memory are never given back; the next load uses the same ones.
class PolicyWords {
 public:
  // Ends the run when the RAM is used up.
  arch::Addr take();
  void reset() { used_ = 0; }

 private:
  Pool<arch::Addr, 256> words_;
  unsigned used_ = 0;
};

// UEI_RECORD: the exit that ops.exit saw, kept for the loader.
struct UserExit {
  SharedWord recorded;  // 0, then 1 once `info` is complete
  ScxExitInfo info;
};

struct PolicyMemory {
  PolicyHeap heap;
  PolicyWords words;
  BpfTimers timers;
  UserExit user_exit;
  uint32_t loader_pid = 0;                // set by the loader before it loads
  SharedWord cpuperf_target[kNrCpusMax];  // as scx_bpf_cpuperf_set left it

  // Makes the words every load needs; once per boot.
  void place();
};

// Before a load: nothing of the last one is left.
void policy_memory_reset();

// Zeroed memory for the time of the load; null when a load's memory is used up. For ops.init.
void* bpf_alloc(size_t bytes);
// The same, of so many values of that size each.
void* bpf_alloc_array(uint64_t count, size_t size);
// A word that all CPUs share, for the time of the load. For ops.init.
arch::Addr bpf_alloc_word();

// As ops.exit: keeps a copy of the exit info where the loader finds it.
void user_exit_record(void* state, const ScxExitInfo* info);

}  // namespace kernel
