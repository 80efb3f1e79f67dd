// SPDX-License-Identifier: Apache-2.0
#include "firmware/schedulers/policies.h"

namespace kernel {

#define SCX_POLICY(policy) &schedulers::policy,
const Policy* const kPolicies[] = {
#include "firmware/schedulers/policies.def"
};
#undef SCX_POLICY
const unsigned kNrPolicies = sizeof(kPolicies) / sizeof(kPolicies[0]);

}  // namespace kernel
