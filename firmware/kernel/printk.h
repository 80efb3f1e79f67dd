// SPDX-License-Identifier: Apache-2.0
// The kernel log: one line per call, with the time in front. Costs a fixed number of cycles and leaves by a sideband, so
// that console speed is no part of an experiment; or byte by byte through the console device, if configured.
#pragma once

namespace kernel {

void printk(const char* pattern, ...) __attribute__((format(printf, 1, 2)));

}  // namespace kernel
