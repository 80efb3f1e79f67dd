// SPDX-License-Identifier: Apache-2.0
// What a policy did wrong, or the core noticed. The first report of a load is recorded and logged; the policy goes on
// running. Safe in any context, also with rq locks held.
#pragma once

#include "firmware/kernel/ext/flags.h"

void scx_error(ScxExitKind kind, const char* pattern, ...) __attribute__((format(printf, 2, 3)));


const char* scx_exit_reason(ScxExitKind kind);
