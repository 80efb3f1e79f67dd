// SPDX-License-Identifier: Apache-2.0
#include "firmware/kernel/ext/policy_memory.h"

#include "firmware/kernel/ext/kfuncs.h"
#include "firmware/kernel/kernel.h"

namespace {

constexpr size_t rounded(size_t bytes) { return (bytes + 15) / 16 * 16; }

void copy_text(char* to, const char* from, size_t size) {
  size_t i = 0;
  for (; i + 1 < size && from[i] != '\0'; ++i) to[i] = from[i];
  to[i] = '\0';
}

}  // namespace

arch::Addr PolicyWords::take() {
  if (used_ == kPolicyWordsMax) arch::panic("a policy shares too many words");
  if (used_ == made_) words_[made_++] = kernel().shared_ram.allocate_word();
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
  for (size_t i = 0; i < memory.used; ++i) memory.bytes[i] = 0;
  memory.used = 0;
  memory.words.reset();
  memory.user_exit.recorded.store(0);
  for (unsigned cpu = 0; cpu < kernel_config->nr_cpus; ++cpu) memory.cpuperf_target[cpu].store(SCX_CPUPERF_ONE);
}

void* bpf_alloc(size_t bytes) {
  PolicyMemory& memory = kernel().scx.policy_memory;
  const size_t size = rounded(bytes);
  if (size < bytes || size > kPolicyMemoryBytes - memory.used) return nullptr;
  void* const start = memory.bytes + memory.used;
  memory.used += size;
  return start;
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
