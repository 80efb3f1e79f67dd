// SPDX-License-Identifier: Apache-2.0
// Intrusive doubly linked list. An item is on at most one list per node; linking it twice or removing it from a list it
// is not on is a broken invariant and ends the run.
#pragma once

#include "firmware/kernel/arch.h"

namespace kernel {

template <class T>
struct ListNode {
  T* prev = nullptr;
  T* next = nullptr;
  const void* list = nullptr;  // the list it is on

  [[nodiscard]] bool linked() const { return list != nullptr; }
};

template <class T, ListNode<T> T::*kNode>
class List {
 public:
  [[nodiscard]] T* front() const { return head_; }
  [[nodiscard]] T* back() const { return tail_; }
  [[nodiscard]] bool empty() const { return head_ == nullptr; }
  [[nodiscard]] unsigned size() const { return size_; }
  [[nodiscard]] static T* next(const T& item) { return (item.*kNode).next; }
  [[nodiscard]] static T* prev(const T& item) { return (item.*kNode).prev; }
  [[nodiscard]] bool contains(const T& item) const { return (item.*kNode).list == this; }

  void push_back(T& item) { insert_before(nullptr, item); }
  void push_front(T& item) { insert_before(head_, item); }

  // Before `position`; null: at the end.
  void insert_before(T* position, T& item) {
    ListNode<T>& node = item.*kNode;
    if (node.linked()) arch::panic("list: item is on a list already");
    node.list = this;
    node.next = position;
    node.prev = position == nullptr ? tail_ : (position->*kNode).prev;
    (node.prev == nullptr ? head_ : (node.prev->*kNode).next) = &item;
    (position == nullptr ? tail_ : (position->*kNode).prev) = &item;
    ++size_;
  }

  void erase(T& item) {
    ListNode<T>& node = item.*kNode;
    if (node.list != this) arch::panic("list: item is not on this list");
    (node.prev == nullptr ? head_ : (node.prev->*kNode).next) = node.next;
    (node.next == nullptr ? tail_ : (node.next->*kNode).prev) = node.prev;
    node = ListNode<T>{};
    --size_;
  }

 private:
  T* head_ = nullptr;
  T* tail_ = nullptr;
  unsigned size_ = 0;
};

}  // namespace kernel
