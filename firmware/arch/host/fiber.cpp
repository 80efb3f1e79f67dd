// SPDX-License-Identifier: Apache-2.0
#include "firmware/arch/host/fiber.h"

#include <sys/mman.h>
#include <unistd.h>

#include <new>

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/common_interface_defs.h>
#endif

namespace host {

namespace {

constexpr std::size_t kStackBytes = 128 * 1024;  // kernel frames, nested traps and the test's observers

ucontext_t loop_context;
FiberStack* entering = nullptr;  // handed to trampoline(), which makecontext gives no pointer

#ifdef __SANITIZE_ADDRESS__
void* loop_state = nullptr;
const void* loop_stack = nullptr;
std::size_t loop_stack_bytes = 0;
#endif

}  // namespace

FiberStack::FiberStack() {
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  mapping_bytes_ = kStackBytes + page;
  mapping_ = mmap(nullptr, mapping_bytes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (mapping_ == MAP_FAILED || mprotect(mapping_, page, PROT_NONE) != 0) throw std::bad_alloc();
}

FiberStack::~FiberStack() { munmap(mapping_, mapping_bytes_); }

void FiberStack::prepare(void (*entry)(void*), void* arg) {
  entry_ = entry;
  arg_ = arg;
  getcontext(&context_);
  const std::size_t page = mapping_bytes_ - kStackBytes;
  context_.uc_stack.ss_sp = static_cast<char*>(mapping_) + page;
  context_.uc_stack.ss_size = kStackBytes;
  context_.uc_link = nullptr;
  makecontext(&context_, &FiberStack::trampoline, 0);
  sanitizer_state_ = nullptr;
}

void FiberStack::trampoline() {
  FiberStack* const self = entering;
  self->switched_in();
  self->entry_(self->arg_);
}

void FiberStack::switched_in() {
#ifdef __SANITIZE_ADDRESS__
  const void* bottom = nullptr;
  std::size_t bytes = 0;
  __sanitizer_finish_switch_fiber(sanitizer_state_, &bottom, &bytes);
  if (loop_stack == nullptr) {
    loop_stack = bottom;
    loop_stack_bytes = bytes;
  }
#endif
}

void FiberStack::enter() {
  entering = this;
#ifdef __SANITIZE_ADDRESS__
  __sanitizer_start_switch_fiber(&loop_state, context_.uc_stack.ss_sp, context_.uc_stack.ss_size);
#endif
  swapcontext(&loop_context, &context_);
#ifdef __SANITIZE_ADDRESS__
  __sanitizer_finish_switch_fiber(loop_state, nullptr, nullptr);
#endif
}

void FiberStack::leave() {
#ifdef __SANITIZE_ADDRESS__
  __sanitizer_start_switch_fiber(&sanitizer_state_, loop_stack, loop_stack_bytes);
#endif
  swapcontext(&context_, &loop_context);
  switched_in();
}

void FiberStack::jump_to(FiberStack& other) {
  entering = &other;
#ifdef __SANITIZE_ADDRESS__
  __sanitizer_start_switch_fiber(&sanitizer_state_, other.context_.uc_stack.ss_sp, other.context_.uc_stack.ss_size);
#endif
  swapcontext(&context_, &other.context_);
  switched_in();
}

}  // namespace host
