// SPDX-License-Identifier: Apache-2.0
#include "firmware/kernel/ext/vtime_tree.h"

#include "firmware/kernel/base/random.h"
#include "firmware/kernel/task.h"

namespace kernel {

namespace {

// Wraps: a vtime that overflows is still after the one it came from.
bool before(uint64_t a, uint64_t b) { return static_cast<int64_t>(a - b) < 0; }

VtimeNode& node(Task& p) { return p.scx.vtime_node; }

}  // namespace

// The pointer that leads to p.
Task*& VtimeTree::link_to(const Task& p) {
  Task* const parent = p.scx.vtime_node.parent;
  if (parent == nullptr) return root_;
  return node(*parent).left == &p ? node(*parent).left : node(*parent).right;
}

// p takes the place of its parent, which becomes its child. The order stays.
void VtimeTree::rotate_up(Task& p) {
  Task& parent = *node(p).parent;
  link_to(parent) = &p;
  node(p).parent = node(parent).parent;
  node(parent).parent = &p;
  Task*& inner = node(parent).left == &p ? node(p).right : node(p).left;
  (node(parent).left == &p ? node(parent).left : node(parent).right) = inner;
  if (inner != nullptr) node(*inner).parent = &parent;
  inner = &parent;
}

Task* VtimeTree::insert(Task& p) {
  const uint64_t key = p.scx.dsq_vtime;
  Task* predecessor = nullptr;
  Task* parent = nullptr;
  Task** link = &root_;
  while (*link != nullptr) {
    parent = *link;
    if (before(key, node(*parent).key)) {
      link = &node(*parent).left;
    } else {
      predecessor = parent;
      link = &node(*parent).right;
    }
  }
  node(p) = {.parent = parent, .key = key, .priority = static_cast<uint32_t>(Random(++sequence_).next())};
  *link = &p;
  while (node(p).parent != nullptr && node(p).priority < node(*node(p).parent).priority) rotate_up(p);
  return predecessor;
}

void VtimeTree::erase(Task& p) {
  while (node(p).left != nullptr && node(p).right != nullptr) {
    Task& left = *node(p).left;
    Task& right = *node(p).right;
    rotate_up(node(left).priority < node(right).priority ? left : right);
  }
  Task* const child = node(p).left != nullptr ? node(p).left : node(p).right;
  link_to(p) = child;
  if (child != nullptr) node(*child).parent = node(p).parent;
  node(p) = VtimeNode{};
}

}  // namespace kernel
