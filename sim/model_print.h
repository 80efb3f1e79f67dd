// SPDX-License-Identifier: Apache-2.0
// What a Verilated model prints goes through here: Verilator's runtime is compiled with VL_PRINTF naming this function.
#pragma once

// As printf to stdout. The last text is kept: it is what a $stop that follows it in the RTL is about.
int scx_model_printf(const char* format, ...) __attribute__((format(printf, 1, 2)));
