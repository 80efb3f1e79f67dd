// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace kernel {

// A sysrq key, in hard interrupt: S ejects the policy, D dumps its state. Others do nothing.
void handle_sysrq_irq(char key);

}  // namespace kernel
