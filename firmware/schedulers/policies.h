// SPDX-License-Identifier: Apache-2.0
// The policies, one per file, each described at its top. policies.def lists them.
#pragma once

#include "firmware/kernel/policy.h"

namespace schedulers {

using namespace kernel;  // a policy is written in the field's words: kfuncs, flags, handles

#define SCX_POLICY(policy) extern const Policy policy;
#include "firmware/schedulers/policies.def"
#undef SCX_POLICY

}  // namespace schedulers
