// SPDX-License-Identifier: Apache-2.0
// A stack with a guard page and the flow of control on it, over ucontext, known to the address sanitizer.
#pragma once

#include <ucontext.h>

#include <cstddef>

namespace host {

class FiberStack {
 public:
  FiberStack();
  ~FiberStack();
  FiberStack(const FiberStack&) = delete;
  FiberStack& operator=(const FiberStack&) = delete;

  // Makes the next entry call entry(arg) on a fresh stack.
  void prepare(void (*entry)(void*), void* arg);
  // From the machine's loop: runs the fiber until it (or whoever it jumped to) leaves.
  void enter();
  // From a fiber: back to the machine's loop. Returns when entered again.
  void leave();
  // From this fiber straight to another. Returns when this one is entered or jumped to again.
  void jump_to(FiberStack& other);

 private:
  static void trampoline();
  void switched_in();

  ucontext_t context_{};
  void* mapping_ = nullptr;
  std::size_t mapping_bytes_ = 0;
  void (*entry_)(void*) = nullptr;
  void* arg_ = nullptr;
  void* sanitizer_state_ = nullptr;
};

}  // namespace host
