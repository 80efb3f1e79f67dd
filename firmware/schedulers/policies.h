// SPDX-License-Identifier: Apache-2.0
// The policies, one per file, each with what it does at its top.
#pragma once

#include "firmware/kernel/policy.h"

extern const Policy kSimplePolicy;
extern const Policy kQmapPolicy;
extern const Policy kCentralPolicy;
extern const Policy kStalePopsPolicy;
