// SPDX-License-Identifier: Apache-2.0
// The prints of a Verilated model go through here: Verilator's runtime is compiled with VL_PRINTF naming this function.
#pragma once

// As printf to stdout. The last text is kept: it explains a $stop that follows it in the RTL.
int scx_model_printf(const char* format, ...) __attribute__((format(printf, 1, 2)));
