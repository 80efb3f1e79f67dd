// SPDX-License-Identifier: Apache-2.0
// The end of a policy is reported here: an error of its own, a stall that the core noticed, or its wish. The first report of a
// load stands, all later ones are ignored. Safe in any context, also with rq locks held: irq_work does the rest.
#pragma once

#include <stdarg.h>
#include <stdint.h>

#include "firmware/kernel/ext/flags.h"

namespace kernel {

// kind >= SCX_EXIT_ERROR is an error: with a backtrace and a debug dump.
void scx_exit_va(ScxExitKind kind, int64_t code, const char* pattern, va_list args);
void scx_exit(ScxExitKind kind, int64_t code, const char* pattern, ...) __attribute__((format(printf, 3, 4)));
// Of the given error kind.
void scx_error(ScxExitKind kind, const char* pattern, ...) __attribute__((format(printf, 2, 3)));

const char* scx_exit_reason(ScxExitKind kind);

}  // namespace kernel
