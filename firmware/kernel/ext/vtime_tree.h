// SPDX-License-Identifier: Apache-2.0
// The order of a vtime DSQ: tasks by scx.dsq_vtime as it was when they were inserted, equal ones in order of insertion. A
// treap, balanced by a fixed sequence of priorities, so that insertion and removal take O(log n) and every run is the same.
#pragma once

#include <stdint.h>

namespace kernel {

struct Task;

// Part of a task; guarded by the lock of the DSQ it is on.
struct VtimeNode {
  Task* left = nullptr;
  Task* right = nullptr;
  Task* parent = nullptr;
  uint64_t key = 0;
  uint32_t priority = 0;  // the smallest of a subtree is its root
};

class VtimeTree {
 public:
  [[nodiscard]] bool empty() const { return root_ == nullptr; }
  // Returns the task that stands right before p in the order; null: p is the first.
  Task* insert(Task& p);
  // p is in this tree.
  void erase(Task& p);

 private:
  Task*& link_to(const Task& p);
  void rotate_up(Task& p);

  Task* root_ = nullptr;
  uint32_t sequence_ = 0;
};

}  // namespace kernel
