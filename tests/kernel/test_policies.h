// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "firmware/kernel/ext/kfuncs.h"
#include "firmware/kernel/ext/ops.h"

namespace kernel {

// The table the policy "test" is loaded with. Each test is a process of its own and fills it anew.
extern SchedExtOps test_ops;

}  // namespace kernel
