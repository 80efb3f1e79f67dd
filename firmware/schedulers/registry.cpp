// SPDX-License-Identifier: Apache-2.0
#include "firmware/schedulers/policies.h"

const Policy* const kPolicies[] = {&kSimplePolicy, &kQmapPolicy, &kCentralPolicy, &kStalePopsPolicy};
const unsigned kNrPolicies = sizeof(kPolicies) / sizeof(kPolicies[0]);
