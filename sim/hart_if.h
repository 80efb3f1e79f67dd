// SPDX-License-Identifier: Apache-2.0
// The hart port as a SystemC interface: one op at a time, blocking. Call from an SC_THREAD only.
#pragma once

#include "sim/hart_op.h"
#include "sim/systemc.h"

namespace sim {

class hart_if : public virtual sc_core::sc_interface {
 public:
  // Runs the op on the hart; returns at the cycle at which it has completed or its trap has been entered.
  virtual Completion execute(const Op& op) = 0;
};

}  // namespace sim
