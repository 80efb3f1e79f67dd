// SPDX-License-Identifier: Apache-2.0
// The shadow frame stack: where each task's flow of control is, function by function. The top is the hart's trace
// register kSite: the pseudo-pc in the waves, which the hardware watchdog samples too.
#pragma once

#include "trace_events.h"

namespace kernel {

class FrameStack {
 public:
  static constexpr unsigned kDepthMax = 48;  // one chain of calls with an interrupt and an NMI on top

  void push(trace::Site site);
  void pop();
  [[nodiscard]] trace::Site top() const { return depth_ == 0 ? trace::Site::kNone : sites_[depth_ - 1]; }
  [[nodiscard]] unsigned depth() const { return depth_; }
  // 0 is the outermost.
  [[nodiscard]] trace::Site at(unsigned index) const { return sites_[index]; }

 private:
  unsigned depth_ = 0;
  trace::Site sites_[kDepthMax] = {};
};

// Names the function the calling task is in, for a scope. A task may leave the scope on another hart.
class Frame {
 public:
  explicit Frame(trace::Site site);
  ~Frame();
  Frame(const Frame&) = delete;
  Frame& operator=(const Frame&) = delete;

 private:
  FrameStack& stack_;
};

trace::Site current_site();
// Shows the calling task's site on the hart it has just been switched to.
void frame_show();

}  // namespace kernel
