// SPDX-License-Identifier: Apache-2.0
// Taking a policy out: by irq_work after a report, then on the RT helper.
#pragma once

#include "firmware/kernel/ext/flags.h"

// Hard interrupt on the CPU that reported: the debug dump, if it was an error, then the disable work.
void scx_error_irq_workfn();
