// SPDX-License-Identifier: Apache-2.0
#include "firmware/kernel/trace/frame.h"

#include "firmware/kernel/arch.h"
#include "firmware/kernel/kernel.h"

namespace kernel {

void FrameStack::push(trace::Site site) {
  if (depth_ == kDepthMax) arch::panic("frame stack overflow");
  sites_[depth_++] = site;
}

void FrameStack::pop() {
  if (depth_ == 0) arch::panic("frame stack underflow");
  --depth_;
}

trace::Site current_site() { return current()->frames.top(); }

static void show(trace::Site site) {
  arch::trace_reg(arch::TraceReg::kSite, arch::smp_processor_id(), static_cast<uint32_t>(site));
}

void frame_show() { show(current_site()); }

Frame::Frame(trace::Site site) : stack_(current()->frames) {
  stack_.push(site);
  show(site);
}

Frame::~Frame() {
  stack_.pop();
  show(stack_.top());
}

}  // namespace kernel
