// SPDX-License-Identifier: Apache-2.0
// The idle loop of a CPU: its idle task's code. Never returns.
#pragma once

namespace kernel {

[[noreturn]] void cpu_startup_entry();

}  // namespace kernel
