// SPDX-License-Identifier: Apache-2.0
// The debug dump.
#pragma once

// What ops.dump and friends have to say. False: none of them is running.
bool dump_text(const char* text);
