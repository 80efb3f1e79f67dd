// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "firmware/kernel/config.h"

// Loads the named policy and switches all normal tasks to it. 0, or a negative errno (logged; tasks stay under fair).
int scx_ops_enable(const SchedulerSpec& spec);
